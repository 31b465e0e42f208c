package clienttest_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// calls is a call of every method that asks the database.
func calls() map[string]func(client.Client) error {
	ids := []string{"id"}
	return map[string]func(client.Client) error{
		"Enqueue":          func(c client.Client) error { _, err := c.Enqueue("q", "w", 1); return err },
		"EnqueueMany":      func(c client.Client) error { _, err := c.EnqueueMany("q", "w", []any{1}); return err },
		"ListWorkflows":    func(c client.Client) error { _, err := c.ListWorkflows(); return err },
		"Workflows":        walkOf,
		"Send":             func(c client.Client) error { return c.Send("id", 1, "") },
		"SendMany":         func(c client.Client) error { return c.SendMany([]client.Message{{DestinationID: "id"}}) },
		"GetEvent":         func(c client.Client) error { _, err := c.GetEvent("id", "k", time.Minute); return err },
		"RetrieveWorkflow": func(c client.Client) error { _, err := c.RetrieveWorkflow("id"); return err },
		"CancelWorkflow":   func(c client.Client) error { return c.CancelWorkflow("id") },
		"CancelWorkflows":  func(c client.Client) error { return c.CancelWorkflows(ids) },
		"SetWorkflowDelay": func(c client.Client) error { return c.SetWorkflowDelay("id", client.WithDelayDuration(1e9)) },
		"ResumeWorkflow":   func(c client.Client) error { _, err := c.ResumeWorkflow("id"); return err },
		"ResumeWorkflows":  func(c client.Client) error { _, err := c.ResumeWorkflows(ids); return err },
		"ForkWorkflow": func(c client.Client) error {
			_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "id"})
			return err
		},
		"ForkWorkflows": func(c client.Client) error {
			_, err := c.ForkWorkflows([]client.ForkWorkflowInput{{OriginalWorkflowID: "id"}})
			return err
		},
		"DeleteWorkflows":             func(c client.Client) error { return c.DeleteWorkflows(ids) },
		"RerunWorkflows":              func(c client.Client) error { _, err := c.RerunWorkflows(ids); return err },
		"CancelAll":                   func(c client.Client) error { _, err := c.CancelAll(ids); return err },
		"ResumeAll":                   func(c client.Client) error { _, err := c.ResumeAll(ids); return err },
		"DelayAll":                    func(c client.Client) error { _, err := c.DelayAll(ids, client.WithDelayDuration(1e9)); return err },
		"DeleteAll":                   func(c client.Client) error { _, err := c.DeleteAll(ids); return err },
		"ListApplicationVersions":     func(c client.Client) error { _, err := c.ListApplicationVersions(); return err },
		"GetLatestApplicationVersion": func(c client.Client) error { _, err := c.GetLatestApplicationVersion(); return err },
		"SetLatestApplicationVersion": func(c client.Client) error { return c.SetLatestApplicationVersion("v") },
		"GetWorkflowSteps":            func(c client.Client) error { _, err := c.GetWorkflowSteps("id"); return err },
		"ListWorkflowSteps":           func(c client.Client) error { _, err := c.ListWorkflowSteps("id"); return err },
		"ClientReadStream":            func(c client.Client) error { _, _, err := c.ClientReadStream("id", "k"); return err },
		"ClientReadStreamAsync":       readAsync,
		"ReadStream":                  func(c client.Client) error { _, _, err := c.ReadStream("id", "k"); return err },
		"Stream":                      streamOf,
		"CreateSchedule":              func(c client.Client) error { return c.CreateSchedule(schedule()) },
		"ApplySchedules":              func(c client.Client) error { return c.ApplySchedules([]client.ClientScheduleInput{schedule()}) },
		"GetSchedule":                 func(c client.Client) error { _, err := c.GetSchedule("s"); return err },
		"ListSchedules":               func(c client.Client) error { _, err := c.ListSchedules(); return err },
		"PauseSchedule":               func(c client.Client) error { return c.PauseSchedule("s") },
		"ResumeSchedule":              func(c client.Client) error { return c.ResumeSchedule("s") },
		"DeleteSchedule":              func(c client.Client) error { return c.DeleteSchedule("s") },
		"RemoveSchedule":              func(c client.Client) error { return c.RemoveSchedule("s") },
		"EnqueueAll":                  func(c client.Client) error { _, err := c.EnqueueAll("q", "w", []any{1}); return err },
		"ForkAll": func(c client.Client) error {
			_, err := c.ForkAll([]client.ForkWorkflowInput{{OriginalWorkflowID: "w"}})
			return err
		},
		"ApplyAll": func(c client.Client) error {
			_, err := c.ApplyAll([]client.ClientScheduleInput{schedule()})
			return err
		},
		"BackfillAll": func(c client.Client) error {
			_, err := c.BackfillAll("s", time.Unix(0, 0), time.Unix(9, 0))
			return err
		},
		"BackfillSchedule": func(c client.Client) error {
			_, err := c.BackfillSchedule("s", time.Unix(0, 0), time.Unix(9, 0))
			return err
		},
		"PlanBackfill": func(c client.Client) error {
			_, err := c.PlanBackfill("s", time.Unix(0, 0), time.Unix(9, 0))
			return err
		},
		"TriggerSchedule": func(c client.Client) error { _, err := c.TriggerSchedule("s"); return err },
		"Debounce": func(c client.Client) error {
			_, err := c.Debounce("w", "k", 1e9, 1, client.DebouncerOptions{})
			return err
		},
		"Wait":       func(c client.Client) error { _, err := c.Wait(ids); return err },
		"Info":       func(c client.Client) error { _, err := c.Info(); return err },
		"QueueNames": func(c client.Client) error { _, err := c.QueueNames(); return err },
		"Handle":     func(c client.Client) error { _, err := c.Handle("id").GetResult(); return err },
		"WithSDK":    func(c client.Client) error { return c.WithSDK(client.SDKGo).DeleteSchedule("s") },
		"WithContext": func(c client.Client) error {
			_, err := c.WithContext(context.Background()).Handle("id").GetStatus()
			return err
		},
		"Shutdown": nil,
	}
}

func schedule() client.ClientScheduleInput {
	return client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "w", Schedule: "@daily", SDK: client.SDKGo}
}

func walkOf(c client.Client) error {
	for _, err := range c.Workflows() {
		return err
	}
	return nil
}

func streamOf(c client.Client) error {
	for _, err := range c.Stream("id", "k") {
		return err
	}
	return nil
}

func readAsync(c client.Client) error {
	values, err := c.ClientReadStreamAsync("id", "k")
	if err != nil {
		return err
	}
	for value := range values {
		err = value.Err
	}
	return err
}

func TestScenario18CallsAfterwards(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for range 2 {
			c.Shutdown(time.Minute)
		}
		for name, call := range calls() {
			if call == nil {
				continue
			}
			if err := call(c.WithContext(t.Context())); client.CodeOf(err) != client.Closed {
				t.Errorf("%s gave %v", name, err)
			}
		}
	})
}

// A method that is added must be tried above.
func TestScenario18NoMethodIsForgotten(t *testing.T) {
	t.Parallel()
	methods, tried := reflect.TypeFor[client.Client](), calls()
	for i := range methods.NumMethod() {
		if _, found := tried[methods.Method(i).Name]; !found {
			t.Errorf("no call of %s", methods.Method(i).Name)
		}
	}
}

// What waits when the client is shut down ends, and does not outlive it.
func TestScenario18WaitsInProgress(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		seed(t, b, simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: "id", Status: "PENDING", CreatedAt: b.Clock.Now()}})
		waits := []string{"Handle", "Wait", "GetEvent", "ClientReadStream", "ClientReadStreamAsync", "Stream"}
		ended := make(chan error, len(waits))
		for _, name := range waits {
			go func() { ended <- calls()[name](c) }()
		}
		if _, err := c.Handle("id").GetStatus(); err != nil {
			t.Error(err)
		}
		c.Shutdown(time.Minute)
		for range waits {
			if err := <-ended; client.CodeOf(err) != client.Closed {
				t.Errorf("a wait ended with %v", err)
			}
		}
	})
}

// A copy of a client under another context is the same client.
func TestScenario18CopiesAreClosedToo(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		c.WithContext(t.Context()).Shutdown(time.Minute)
		if _, err := c.ListWorkflows(); client.CodeOf(err) != client.Closed {
			t.Errorf("got %v", err)
		}
	})
}
