package client_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// A report says of each workflow whether it changed, and why not.
func ExampleClient_ResumeAll() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	stock(shop, c)

	report, err := c.ResumeAll([]string{"charge-1", "charge-2", "charge-3", "charge-99"}, client.WithResumeQueue("payments"))
	must(err)
	fmt.Println(report)
	for _, r := range report.Results {
		fmt.Printf("%s %s %q %s\n", r.ID, r.Outcome, r.Status, cmp.Or(r.Reason, "-"))
	}
	// Output:
	// resume_workflows: 1 of 4 changed; 1 unchanged (SUCCESS); 1 unchanged (ERROR); 1 unknown ("charge-99")
	// charge-1 unchanged "SUCCESS" it has ended in SUCCESS
	// charge-2 unchanged "ERROR" it has ended in ERROR, which cannot be resumed: rerun or fork it
	// charge-3 changed "ENQUEUED" -
	// charge-99 unknown "" there is no such workflow
}

// Workflows that have ended stay as they are.
func ExampleClient_CancelAll() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	_, err := c.Enqueue("payments", "charge", Order{"ada", 40}, client.WithEnqueueWorkflowID("charge-1"))
	must(err)

	for range 2 {
		report, err := c.CancelAll([]string{"charge-1"})
		must(err)
		fmt.Println(report)
	}
	// Output:
	// cancel_workflows: 1 of 1 changed
	// cancel_workflows: 0 of 1 changed; 1 unchanged (CANCELLED)
}

// The fork takes over the result of step 0 and runs from step 1 on.
func ExampleClient_ForkWorkflow() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	stock(shop, c)

	handle, err := c.ForkWorkflow(client.ForkWorkflowInput{
		OriginalWorkflowID: "charge-2",
		ForkedWorkflowID:   "charge-2-again",
		StartStep:          1,
		QueueName:          "payments",
	})
	must(err)
	steps, err := c.GetWorkflowSteps(handle.GetWorkflowID())
	must(err)
	for _, step := range steps {
		fmt.Println(step.StepID, step.StepName)
	}
	// Output: 0 reserve
}

// RerunWorkflows resumes what was cancelled and forks what failed. A second call does nothing.
func ExampleClient_RerunWorkflows() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	stock(shop, c)

	for range 2 {
		report, err := c.RerunWorkflows([]string{"charge-1", "charge-2", "charge-3"})
		must(err)
		fmt.Println(report)
		for _, r := range report.Results {
			fmt.Printf("%s %s %q\n", r.ID, r.Outcome, r.ForkedID)
		}
	}
	// Output:
	// rerun_workflows: 2 of 3 changed; 1 unchanged (SUCCESS)
	// charge-1 unchanged ""
	// charge-2 changed "charge-2-rerun-1"
	// charge-3 changed ""
	// rerun_workflows: 0 of 3 changed; 1 unchanged (SUCCESS); 1 unchanged (ERROR); 1 unchanged (ENQUEUED)
	// charge-1 unchanged ""
	// charge-2 unchanged "charge-2-rerun-1"
	// charge-3 unchanged ""
}

// A client with DryRun writes nothing. Its later calls see the workflows as they would be.
func ExampleClientConfig_dryRun() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	stock(shop, c)

	dry := shop.connect(func(config *client.ClientConfig) { config.DryRun, config.Create = true, false })
	defer dry.Shutdown(5 * time.Second)
	report, err := dry.ResumeAll([]string{"charge-3"})
	must(err)
	fmt.Println(report)
	for _, each := range []client.Client{dry, c} {
		status, err := each.Handle("charge-3").GetStatus()
		must(err)
		fmt.Println(status.Status)
	}
	// Output:
	// resume_workflows: 1 of 1 changed
	// ENQUEUED
	// CANCELLED
}

// A gate sees each change before it is made, and can refuse it.
func ExampleGate() {
	shop := openShop()
	defer shop.close()
	onlyOne := func(_ context.Context, change *client.Change, apply func() error) error {
		if len(change.IDs) > 1 {
			return errors.New("one at a time, please")
		}
		err := apply()
		fmt.Println(change.Op, change.IDs, "changed", change.Changed)
		return err
	}
	c := shop.connect(func(config *client.ClientConfig) { config.Gate = onlyOne })
	defer c.Shutdown(5 * time.Second)

	_, err := c.Enqueue("payments", "charge", Order{"ada", 40}, client.WithEnqueueWorkflowID("charge-1"))
	must(err)
	fmt.Println(c.CancelWorkflows([]string{"charge-1", "charge-2"}))
	// Output:
	// enqueue [charge-1] changed 1
	// one at a time, please
}

// Calls for a key, each within the delay of the last, run one workflow, with the last input.
func ExampleNewDebouncerClient() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)

	debouncer := client.NewDebouncerClient[Order, Receipt]("charge", c,
		client.WithDebouncerQueueName("payments"),
		client.WithDebouncerTimeout(time.Hour))
	var handle client.WorkflowHandle[Receipt]
	for _, amount := range []int{40, 41, 42} {
		var err error
		handle, err = debouncer.Debounce("ada", 5*time.Second, Order{"ada", amount})
		must(err)
		shop.clock.Advance(time.Second)
	}

	shop.clock.Advance(5 * time.Second)
	shop.work()
	receipt, err := handle.GetResult()
	must(err)
	workflows, err := c.ListWorkflows()
	must(err)
	fmt.Println(len(workflows), "workflow, paid", receipt.Paid)
	// Output: 1 workflow, paid 42
}

// Five fields are stored as six, because some SDKs read nothing else.
func ExampleClient_CreateSchedule() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)

	must(c.CreateSchedule(client.ClientScheduleInput{
		ScheduleName: "nightly", WorkflowName: "report", Schedule: "30 2 * * *",
		CronTimezone: "Europe/Berlin", Context: map[string]any{"region": "eu"},
	}))
	must(c.PauseSchedule("nightly"))
	schedule, err := c.GetSchedule("nightly")
	must(err)
	fmt.Println(schedule.Schedule, schedule.CronTimezone, schedule.Status, schedule.Context)
	// Output: 0 30 2 * * * Europe/Berlin PAUSED map[region:eu]
}

// PlanBackfill shows the ticks that BackfillSchedule would make up for.
func ExampleClient_BackfillSchedule() {
	shop := openShop()
	defer shop.close()
	c := shop.connect()
	defer c.Shutdown(5 * time.Second)
	must(c.CreateSchedule(client.ClientScheduleInput{ScheduleName: "hourly", WorkflowName: "report", Schedule: "@hourly"}))

	end := shop.clock.Now() // 10:00; both ends are left out
	start := end.Add(-3 * time.Hour)
	ids, err := c.BackfillSchedule("hourly", start, end)
	must(err)
	fmt.Println(ids)
	plan, err := c.PlanBackfill("hourly", start.Add(-time.Hour), end)
	must(err)
	for _, tick := range plan {
		fmt.Println(tick.ScheduledTime.Format("15:04"), tick.State)
	}
	// Output:
	// [sched-hourly-2026-03-02T08:00:00Z sched-hourly-2026-03-02T09:00:00Z]
	// 07:00 new
	// 08:00 exists
	// 09:00 exists
}
