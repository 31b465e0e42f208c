package client_test

import (
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// The charge runs again from its second step on, under the same id. The first step is not repeated.
func ExampleClient_RewindWorkflow() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	stock(shop, c)

	handle, err := c.RewindWorkflow("charge-1", client.WithRewindStartStep(1), client.WithRewindQueue("payments"))
	must(err)
	steps, err := c.GetWorkflowSteps("charge-1")
	must(err)
	status, err := handle.GetStatus()
	must(err)
	fmt.Println(status.Status, len(steps), steps[0].StepName)
	shop.work()
	result, err := handle.GetResult()
	must(err)
	fmt.Println(result)
	// Output:
	// ENQUEUED 1 reserve
	// map[paid:40]
}

// Attributes say what a workflow is about, and lists find it by them.
func ExampleClient_SetWorkflowAttributes() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	stock(shop, c)

	must(c.SetWorkflowAttributes("charge-2", map[string]any{"ticket": 17, "team": "payments"}))
	must(c.SetWorkflowAttributes("charge-2", map[string]any{"team": "risk"}, client.WithMergeAttributes()))
	found, err := c.ListWorkflows(client.WithAttributes(map[string]any{"team": "risk"}))
	must(err)
	for _, w := range found {
		fmt.Println(w.ID, w.Attributes)
	}
	// Output: charge-2 map[team:risk ticket:17]
}

// Cancelling an order cancels the charges that it started too.
func ExampleClient_CancelAll_children() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	order(shop, c)

	report, err := c.CancelAll([]string{"order-1"}, client.WithCancelChildren())
	must(err)
	fmt.Println(report)
	left, err := c.ListWorkflows(client.WithStatus([]client.WorkflowStatusType{client.WorkflowStatusEnqueued, client.WorkflowStatusPending}))
	must(err)
	fmt.Println(len(left), "left")
	// Output:
	// cancel_workflows: 3 of 3 changed
	// 0 left
}

// Each fork begins at the step that failed, whatever its number is.
func ExampleClient_ForkAll_failed() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	stock(shop, c)

	report, err := c.ForkAll([]client.ForkWorkflowInput{{
		OriginalWorkflowID: "charge-2", ForkedWorkflowID: "charge-2-again", StartFrom: client.ForkFromFailed, QueueName: "payments",
	}})
	must(err)
	fmt.Println(report)
	steps, err := c.GetWorkflowSteps("charge-2-again")
	must(err)
	fmt.Println(len(steps), steps[0].StepName)
	// Output:
	// fork_workflows: 1 of 1 changed
	// 1 reserve
}

// A message with a key arrives once, however often it is sent.
func ExampleSend() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	stock(shop, c)

	for range 2 {
		must(client.Send(c, "charge-3", "approved", "answer", client.WithIdempotencyKey("ticket-17")))
	}
	messages, err := c.WorkflowMessages("charge-3")
	must(err)
	for _, m := range messages {
		fmt.Println(m.Topic, m.Message)
	}
	// Output: answer approved
}

// A registered queue has limits that running applications read again.
func ExampleClient_RegisterQueue() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)

	five, ten := 5, 10
	_, err := c.RegisterQueue(client.QueueInput{Name: "mail", QueueLimits: client.QueueLimits{Concurrency: &five}})
	must(err)
	_, err = c.UpdateQueue("mail", client.QueueUpdate{QueueLimits: client.QueueLimits{
		Concurrency: &ten, RateLimit: &client.RateLimit{Limit: 100, Period: time.Minute}}})
	must(err)
	q, err := c.RetrieveQueue("mail")
	must(err)
	fmt.Println(q.Name, *q.Concurrency, q.RateLimit.Limit, q.RateLimit.Period)
	waiting, err := c.DeleteQueue("mail")
	must(err)
	fmt.Println(waiting, "wait on it")
	// Output:
	// mail 10 100 1m0s
	// 0 wait on it
}

// Groups of workflows are counted in the database.
func ExampleClient_GetWorkflowAggregates() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	stock(shop, c)

	groups, err := c.GetWorkflowAggregates(client.WorkflowAggregatesInput{GroupBy: []string{"status", "name"}})
	must(err)
	for _, g := range groups {
		fmt.Println(*g.Status, *g.Name, *g.Count)
	}
	steps, err := c.GetStepAggregates(client.StepAggregatesInput{GroupBy: []string{"function_name", "status"}})
	must(err)
	for _, g := range steps {
		fmt.Println(*g.FunctionName, *g.Status, *g.Count)
	}
	// Output:
	// CANCELLED charge 1
	// ERROR charge 1
	// SUCCESS charge 1
	// pay ERROR 1
	// pay SUCCESS 1
	// reserve SUCCESS 2
}

// All rows of one application belong to the other one afterwards.
func ExampleClient_RenameApplication() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	_, err := c.Enqueue("payments", "charge", Order{"ada", 40}, client.WithEnqueueApplicationName("shop"))
	must(err)

	moved, err := c.RenameApplication(client.RenameApplicationInput{OldName: "shop", NewName: "store"})
	must(err)
	fmt.Printf("%+v\n", moved)
	// Output: {Queues:0 Schedules:0 Versions:0 Workflows:1 Steps:0}
}

// Reads at once, without a wait, everything that a workflow has published and was sent.
func ExampleClient_WorkflowEvents() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	order(shop, c)
	must(c.Send("order-1", "hurry", "note"))

	events, err := c.WorkflowEvents("order-1")
	must(err)
	messages, err := c.WorkflowMessages("order-1")
	must(err)
	streams, err := c.WorkflowStreams("order-1")
	must(err)
	fmt.Println(events)
	fmt.Println(messages[0].Topic, messages[0].Message)
	fmt.Println(streams)
	// Output:
	// map[lines:2]
	// note hurry
	// map[log:[line 1 line 2]]
}
