package client_test

import (
	"reflect"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

const (
	jsonContext   = `{"hello":1}`
	pickleContext = "gAR9KFgFAAAAaGVsbG+KCAEAAAAAAAAAdS4="
	pickleNothing = "gAROLg=="
)

// ran lets a workflow have a run in a serialization.
func ran(b clienttest.Backend, workflow, codecName string) {
	b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, serialization, created_at, updated_at)
VALUES (:id, 'SUCCESS', :name, :codec, 1, 1)`, map[string]any{"id": workflow + " in " + codecName, "name": workflow, "codec": codecName})
}

// wantContexts creates and applies a schedule of a workflow, with a context and with none.
func wantContexts(t *testing.T, b clienttest.Backend, workflow, context, nothing string) {
	t.Helper()
	c := b.NewClient()
	for name, define := range map[string]func(client.ClientScheduleInput) error{
		"create": c.CreateSchedule, "apply": func(i client.ClientScheduleInput) error { return c.ApplySchedules([]client.ClientScheduleInput{i}) },
	} {
		input := client.ClientScheduleInput{ScheduleName: name, WorkflowName: workflow, Schedule: "@hourly"}
		mustDo(t, c.DeleteSchedule(name))
		mustDo(t, define(input))
		holds(t, scheduleRow(b, name), clienttest.Record{"context": nothing})
		mustDo(t, c.DeleteSchedule(name))
		input.Context = map[string]any{"hello": 1}
		mustDo(t, define(input))
		holds(t, scheduleRow(b, name), clienttest.Record{"context": context})
		if got, err := c.GetSchedule(name); err != nil || !reflect.DeepEqual(got.Context, map[string]any{"hello": int64(1)}) {
			t.Errorf("the context reads as %#v, %v", got, err)
		}
	}
}

// A Python application that meets a context of JSON fires no schedule any more, and a Go application
// gives a pickle to its workflow as a text.
func TestScheduleContextIsWrittenForItsApplication(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		wantContexts(t, b, "report", jsonContext, "null")
		ran(b, "report", "portable_json")
		wantContexts(t, b, "report", jsonContext, "null")
		ran(b, "other", "py_pickle")
		wantContexts(t, b, "report", pickleContext, pickleNothing)
		ran(b, "ported", "DBOS_JSON")
		wantContexts(t, b, "ported", jsonContext, "null")
		wantContexts(t, b, "report", jsonContext, "null")
		ran(b, "report", "py_pickle")
		wantContexts(t, b, "report", pickleContext, pickleNothing)
	})
}
