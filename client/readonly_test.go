package client_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
)

// readers are the methods that change nothing; all others must be refused by a read-only client.
var readers = map[string]bool{
	"ListWorkflows": true, "GetEvent": true, "RetrieveWorkflow": true, "ListApplicationVersions": true, "GetLatestApplicationVersion": true,
	"GetWorkflowSteps": true, "ClientReadStream": true, "ClientReadStreamAsync": true, "GetSchedule": true, "ListSchedules": true, "Shutdown": true,
	"WithContext": true, "WithSDK": true, "Handle": true, "Info": true, "Workflows": true, "ListWorkflowSteps": true, "ReadStream": true, "Stream": true,
	"Wait": true, "PlanBackfill": true, "QueueNames": true,
}

// mutators call each of the other methods with what a client that may write would take.
func mutators(c client.Client) map[string]func() error {
	schedule := client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "wf", Schedule: "@hourly", SDK: client.SDKGo}
	then := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return map[string]func() error{
		"Enqueue":          func() error { _, err := c.Enqueue("q", "wf", 1); return err },
		"EnqueueMany":      func() error { _, err := c.EnqueueMany("q", "wf", []any{1, 2}); return err },
		"Send":             func() error { return c.Send("w0", 1, "t") },
		"SendMany":         func() error { return c.SendMany([]client.Message{{DestinationID: "w0", Message: 1}}) },
		"CancelWorkflow":   func() error { return c.CancelWorkflow("w0") },
		"CancelWorkflows":  func() error { return c.CancelWorkflows([]string{"w0"}) },
		"SetWorkflowDelay": func() error { return c.SetWorkflowDelay("w0", client.WithDelayDuration(time.Hour)) },
		"ResumeWorkflow":   func() error { _, err := c.ResumeWorkflow("w0"); return err },
		"ResumeWorkflows":  func() error { _, err := c.ResumeWorkflows([]string{"w0"}); return err },
		"ForkWorkflow":     func() error { _, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "w0"}); return err },
		"ForkWorkflows": func() error {
			_, err := c.ForkWorkflows([]client.ForkWorkflowInput{{OriginalWorkflowID: "w0"}})
			return err
		},
		"DeleteWorkflows":             func() error { return c.DeleteWorkflows([]string{"w0"}, client.WithDeleteChildren(true)) },
		"CancelAll":                   func() error { _, err := c.CancelAll([]string{"w0"}); return err },
		"ResumeAll":                   func() error { _, err := c.ResumeAll([]string{"w0"}); return err },
		"DelayAll":                    func() error { _, err := c.DelayAll([]string{"w0"}, client.WithDelayDuration(time.Hour)); return err },
		"DeleteAll":                   func() error { _, err := c.DeleteAll([]string{"w0"}); return err },
		"RerunWorkflows":              func() error { _, err := c.RerunWorkflows([]string{"c0"}); return err },
		"SetLatestApplicationVersion": func() error { return c.SetLatestApplicationVersion("v1") },
		"CreateSchedule":              func() error { return c.CreateSchedule(schedule) },
		"ApplySchedules":              func() error { return c.ApplySchedules([]client.ClientScheduleInput{schedule}) },
		"PauseSchedule":               func() error { return c.PauseSchedule("s") },
		"ResumeSchedule":              func() error { return c.ResumeSchedule("s") },
		"DeleteSchedule":              func() error { return c.DeleteSchedule("s") },
		"RemoveSchedule":              func() error { return c.RemoveSchedule("s") },
		"ApplyAll":                    func() error { _, err := c.ApplyAll([]client.ClientScheduleInput{schedule}); return err },
		"BackfillAll":                 func() error { _, err := c.BackfillAll("s", then, then.Add(3*time.Hour)); return err },
		"EnqueueAll":                  func() error { _, err := c.EnqueueAll("q", "wf", []any{1, 2}); return err },
		"ForkAll": func() error {
			_, err := c.ForkAll([]client.ForkWorkflowInput{{OriginalWorkflowID: "w0"}})
			return err
		},
		"BackfillSchedule": func() error { _, err := c.BackfillSchedule("s", then, then.Add(3*time.Hour)); return err },
		"TriggerSchedule":  func() error { _, err := c.TriggerSchedule("s"); return err },
		"Debounce":         func() error { _, err := c.Debounce("wf", "k", time.Second, 1, client.DebouncerOptions{}); return err },
	}
}

// A read-only client refuses every change before a single byte travels.
func TestReadOnlyRefusesBeforeTheNetwork(t *testing.T) {
	t.Parallel()
	proxy, config := system(t, pgproxy.Options{})
	enqueued(t, open(t, config), "w", 1)
	mustDo(t, open(t, config).CreateSchedule(client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "wf", Schedule: "@hourly", SDK: client.SDKGo}))
	config.ReadOnly = true
	c := open(t, config)
	refused := mutators(c)
	for name, change := range refused {
		proxy.Reset()
		fails(t, change(), client.ReadOnly, "read-only")
		if trips, connections := proxy.Trips(), proxy.Connections(); trips != 0 || connections != 0 {
			t.Errorf("%s is refused after %d round trips and %d connections", name, trips, connections)
		}
	}
	methods := reflect.TypeFor[client.Client]()
	for i := range methods.NumMethod() {
		if name := methods.Method(i).Name; readers[name] == (refused[name] != nil) {
			t.Errorf("%s must be either a reader or a mutator here", name)
		}
	}
}
