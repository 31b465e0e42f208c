package client_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
)

// Create makes the tables if the file is new. A database that exists is never migrated.
func ExampleNewClient() {
	folder, err := os.MkdirTemp("", "example")
	must(err)
	defer os.RemoveAll(folder)

	c, err := client.NewClient(context.Background(), client.ClientConfig{
		DatabaseURL: "sqlite:" + filepath.Join(folder, "system.db"),
		Create:      true,
	})
	must(err)
	defer c.Shutdown(5 * time.Second)

	info, err := c.Info()
	must(err)
	fmt.Println(info.Backend, info.Created)
	// Output: sqlite true
}

type Order struct {
	Customer string `json:"customer"`
	Amount   int    `json:"amount"`
}

type Receipt struct {
	Paid int `json:"paid"`
}

// Enqueue is typed: the result is decoded into a Receipt.
func ExampleEnqueue() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)

	handle, err := client.Enqueue[Order, Receipt](c, "payments", "charge", Order{Customer: "ada", Amount: 40},
		client.WithEnqueueWorkflowID("charge-17"),
		client.WithEnqueuePriority(5),
		client.WithEnqueueTimeout(10*time.Minute))
	must(err)

	shop.work() // the application takes it off the queue
	receipt, err := handle.GetResult()
	must(err)
	fmt.Println(handle.GetWorkflowID(), "paid", receipt.Paid)
	// Output: charge-17 paid 40
}

// One workflow for each input, all or none.
func ExampleClient_EnqueueMany() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)

	inputs := []any{Order{"ada", 40}, Order{"poor", 7}}
	handles, err := c.EnqueueMany("payments", "charge", inputs, client.WithEnqueueManyOptions(
		client.EnqueueManyOptions{WorkflowIDs: []string{"charge-1", "charge-2"}}))
	must(err)

	shop.work()
	for _, handle := range handles {
		status, err := handle.GetStatus()
		must(err)
		fmt.Println(status.ID, status.Status)
	}
	// Output:
	// charge-1 SUCCESS
	// charge-2 ERROR
}

// A timeout ends the wait, not the workflow.
func ExampleWorkflowHandle() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)

	handle, err := c.Enqueue("payments", "charge", Order{"ada", 40}, client.WithEnqueueWorkflowID("charge-1"))
	must(err)
	_, err = handle.GetResult(client.WithHandleTimeout(10 * time.Millisecond))
	fmt.Println(err)

	shop.work()
	result, err := handle.GetResult()
	fmt.Println(result, err)
	// Output:
	// get result: workflow "charge-1" did not end within 10ms
	// map[paid:40] <nil>
}

// A code is the target of errors.Is. *Error has the details, and the stored error.
func ExampleError() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)

	err := c.CancelWorkflow("charge-99")
	fmt.Println(err)
	fmt.Println(errors.Is(err, client.NonExistentWorkflow), errors.Is(err, client.Timeout))

	handle, err := c.Enqueue("payments", "charge", Order{"poor", 7}, client.WithEnqueueWorkflowID("charge-2"))
	must(err)
	shop.work()
	_, err = handle.GetResult()
	var failed *client.Error
	var stored *codec.RemoteError
	if errors.As(err, &failed) && errors.As(failed.Cause(), &stored) {
		fmt.Println(failed.ErrorCode(), failed.WorkflowID, "stored:", stored.Message)
	}
	// Output:
	// cancel workflow: there is no workflow "charge-99"
	// true false
	// WorkflowFailed charge-2 stored: card declined
}

// Wait reads all unfinished workflows with one query. A failure is an outcome, not an error.
func ExampleClient_Wait() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)

	ids := []string{"charge-1", "charge-2"}
	_, err := c.EnqueueMany("payments", "charge", []any{Order{"ada", 40}, Order{"poor", 7}},
		client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: ids}))
	must(err)
	shop.work()

	outcomes, err := c.Wait(ids, client.WithWaitOptions(client.WaitOptions{Timeout: time.Minute}))
	must(err)
	for _, o := range outcomes {
		fmt.Println(o.WorkflowID, o.Status, o.Result, o.Error)
	}
	// Output:
	// charge-1 SUCCESS map[paid:40] <nil>
	// charge-2 ERROR <nil> card declined
}

// A message goes to a running workflow, an event comes from it.
func ExampleClient_Send() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)

	handle, err := c.Enqueue("payments", "confirm", nil)
	must(err)
	shop.work()
	state, err := c.GetEvent(handle.GetWorkflowID(), "state", time.Minute)
	fmt.Println(state, err)

	must(c.Send(handle.GetWorkflowID(), "yes", "answer"))
	shop.work()
	answer, err := handle.GetResult()
	fmt.Println(answer, err)
	// Output:
	// waiting for the customer <nil>
	// yes <nil>
}

// All options must match; of several values of one option, any may.
func ExampleClient_ListWorkflows() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	stock(shop, c)

	failed, err := c.ListWorkflows(
		client.WithStatus([]client.WorkflowStatusType{client.WorkflowStatusError, client.WorkflowStatusCancelled}),
		client.WithName("charge"),
		client.WithStartTime(shop.clock.Now().Add(-24*time.Hour)),
		client.WithLoadOutput(true),
		client.WithLimit(10))
	must(err)
	for _, w := range failed {
		fmt.Println(w.ID, w.Status, w.Error)
	}
	// Output:
	// charge-2 ERROR card declined
	// charge-3 CANCELLED <nil>
}

// stock leaves one workflow in SUCCESS, one in ERROR and one in CANCELLED.
func stock(shop *shop, c client.Client) {
	_, err := c.EnqueueMany("payments", "charge", []any{Order{"ada", 40}, Order{"poor", 7}},
		client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: []string{"charge-1", "charge-2"}}))
	must(err)
	shop.work()
	_, err = c.Enqueue("payments", "charge", Order{"bob", 12}, client.WithEnqueueWorkflowID("charge-3"))
	must(err)
	must(c.CancelWorkflow("charge-3"))
}

// Workflows reads a page at a time, so it walks over a table of any size.
func ExampleClient_Workflows() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	stock(shop, c)

	for w, err := range c.Workflows(client.WithQueueName("payments"), client.WithPageSize(100)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(w.ID, w.Status)
	}
	// Output:
	// charge-1 SUCCESS
	// charge-2 ERROR
}
