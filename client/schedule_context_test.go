package client_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

const (
	jsonContext   = `{"hello":1}`
	pickleContext = "gAR9KFgFAAAAaGVsbG+KCAEAAAAAAAAAdS4="
	pickleNothing = "gAROLg=="
	superContext  = `{"json":{"hello":1},"__dbos_serializer":"superjson"}`
	superNothing  = `{"json":null,"__dbos_serializer":"superjson"}`
	javaContext   = `{"@class":"java.util.LinkedHashMap","hello":1}`
)

// A shown row is one that shows, or does not show, the SDK of an application.
type shown struct {
	workflow, status, codec, inputs, owner, step, id, parent string
}

func show(b clienttest.Backend, rows ...shown) {
	for i, r := range rows {
		if r.id == "" {
			r.id = fmt.Sprintf("shown-%d-%s-%s", i, r.workflow, r.codec)
		}
		arg := func(text string) any {
			if text == "" {
				return nil
			}
			return text
		}
		queue := any("q")
		if r.status == "RUNNING" {
			r.status, queue = "PENDING", nil
		}
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, serialization, inputs, application_name, queue_name, parent_workflow_id, created_at, updated_at)
VALUES (:id, :status, :name, :codec, :inputs, :owner, :queue, :parent, 1, 1)`, map[string]any{"id": r.id, "status": r.status, "name": r.workflow,
			"codec": arg(r.codec), "inputs": arg(r.inputs), "owner": arg(r.owner), "queue": queue, "parent": arg(r.parent)})
		if r.step != "" {
			b.Exec(`INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, serialization) VALUES (:id, 1, 's', :codec)`,
				map[string]any{"id": r.id, "codec": r.step})
		}
	}
}

// wantContexts creates and applies a schedule of a workflow, with a context and with none.
func wantContexts(t *testing.T, b clienttest.Backend, c client.Client, workflow, class, context, nothing string) {
	t.Helper()
	for name, define := range map[string]func(client.ClientScheduleInput) error{
		"create": c.CreateSchedule, "apply": func(i client.ClientScheduleInput) error { return c.ApplySchedules([]client.ClientScheduleInput{i}) },
	} {
		input := client.ClientScheduleInput{ScheduleName: name, WorkflowName: workflow, WorkflowClassName: class, Schedule: "@hourly"}
		mustDo(t, define(input))
		holds(t, scheduleRow(b, name), clienttest.Record{"context": nothing, "cron_timezone": "UTC"})
		mustDo(t, c.DeleteSchedule(name))
		input.Context = map[string]any{"hello": 1}
		mustDo(t, define(input))
		holds(t, scheduleRow(b, name), clienttest.Record{"context": context})
		if got, err := c.GetSchedule(name); err != nil || class == "" && !reflect.DeepEqual(got.Context, map[string]any{"hello": int64(1)}) {
			t.Errorf("the context reads as %#v, %v", got, err)
		}
		mustDo(t, c.DeleteSchedule(name))
	}
}

// wantRefused demands that nothing is written of a schedule whose application is unknown.
func wantRefused(t *testing.T, b clienttest.Backend, c client.Client, workflow string) {
	t.Helper()
	input := client.ClientScheduleInput{ScheduleName: "refused", WorkflowName: workflow, Schedule: "@hourly"}
	for _, err := range []error{c.CreateSchedule(input), c.ApplySchedules([]client.ClientScheduleInput{input})} {
		failed := fails(t, err, client.Unsupported, "which SDK the application of workflow")
		if !strings.Contains(failed.ErrorHint(), "--sdk") {
			t.Errorf("the hint is %q", failed.ErrorHint())
		}
	}
	if row := scheduleRow(b, "refused"); row != nil {
		t.Errorf("a schedule was written: %v", row)
	}
}

// A contextCase is what an application shows, and the contexts that its schedules get.
type contextCase struct {
	rows             []shown
	sdk              client.SDK // stated
	class            string
	context, nothing string // "" where the schedule is refused
}

// contextCases are one below the other on a database, which is emptied between them.
func contextCases() map[string]contextCase {
	return map[string]contextCase{
		"nothing has run":                 {},
		"only ours have run":              {rows: []shown{{workflow: "report", status: "SUCCESS", codec: "portable_json"}}},
		"ours waits":                      {rows: []shown{{workflow: "report", status: "PENDING", codec: "DBOS_JSON"}, {workflow: "other", status: "ENQUEUED", codec: "DBOS_JSON"}}},
		"a child of a durable run":        {rows: []shown{{workflow: "ops.lua", status: "PENDING", codec: "portable_json", owner: "dbos-script", id: "run-1"}, {workflow: "report", status: "ENQUEUED", codec: "DBOS_JSON", parent: "run-1"}}},
		"a child that Go has started":     {rows: []shown{{workflow: "outer", status: "ENQUEUED", codec: "portable_json", owner: "shop", id: "outer-1"}, {workflow: "report", status: "ENQUEUED", codec: "DBOS_JSON", parent: "outer-1"}}, context: jsonContext, nothing: "null"},
		"ours, triggered wrongly":         {rows: []shown{{workflow: "report", status: "ERROR", codec: "js_superjson", id: "sched-nightly-trigger-1"}}},
		"stated go":                       {sdk: client.SDKGo, context: jsonContext, nothing: "null"},
		"stated python":                   {sdk: client.SDKPython, context: pickleContext, nothing: pickleNothing},
		"stated typescript":               {sdk: client.SDKTypeScript, context: superContext, nothing: superNothing},
		"stated java":                     {sdk: client.SDKJava, class: "com.shop.Reports", context: javaContext, nothing: "null"},
		"stated against the rows":         {rows: []shown{{workflow: "report", status: "SUCCESS", codec: "py_pickle"}}, sdk: client.SDKGo, context: jsonContext, nothing: "null"},
		"a run of Go":                     {rows: []shown{{workflow: "report", status: "SUCCESS", codec: "DBOS_JSON"}}, context: jsonContext, nothing: "null"},
		"a run of Go under way":           {rows: []shown{{workflow: "report", status: "RUNNING", codec: "DBOS_JSON"}}, context: jsonContext, nothing: "null"},
		"a run of TypeScript":             {rows: []shown{{workflow: "report", status: "SUCCESS", codec: "js_superjson"}}, context: superContext, nothing: superNothing},
		"a run of Java":                   {rows: []shown{{workflow: "report", status: "SUCCESS", codec: "java_jackson"}}, class: "C", context: javaContext, nothing: "null"},
		"a scheduled run of Python":       {rows: []shown{{workflow: "report", status: "SUCCESS", inputs: "gASVKAAAAA", id: "sched-nightly-1"}}, context: pickleContext, nothing: pickleNothing},
		"another workflow of Python":      {rows: []shown{{workflow: "other", status: "PENDING", codec: "py_pickle"}}, context: pickleContext, nothing: pickleNothing},
		"portable runs with steps":        {rows: []shown{{workflow: "other", status: "SUCCESS", codec: "portable_json", step: "py_pickle"}}, context: pickleContext, nothing: pickleNothing},
		"a plain enqueue of ours besides": {rows: []shown{{workflow: "echo", status: "PENDING", codec: "DBOS_JSON"}, {workflow: "other", status: "SUCCESS", codec: "py_pickle"}}, context: pickleContext, nothing: pickleNothing},
		"two applications":                {rows: []shown{{workflow: "other", status: "SUCCESS", codec: "py_pickle", owner: "a"}, {workflow: "third", status: "SUCCESS", codec: "DBOS_JSON", owner: "b"}}},
		"one of two ran the workflow":     {rows: []shown{{workflow: "report", status: "SUCCESS", codec: "py_pickle", owner: "a"}, {workflow: "third", status: "SUCCESS", codec: "DBOS_JSON", owner: "b"}}, context: pickleContext, nothing: pickleNothing},
		"both have run it":                {rows: []shown{{workflow: "report", status: "SUCCESS", codec: "py_pickle", owner: "a"}, {workflow: "report", status: "SUCCESS", codec: "DBOS_JSON", owner: "b"}}},
	}
}

// An application that meets a context of another SDK starts no more runs, so the SDK is judged by
// the rows that the application itself wrote, and never by the shape of the tables.
func TestScheduleContextIsWrittenForItsApplication(t *testing.T) {
	t.Parallel()
	for made, changes := range map[string][]string{
		"as the Go SDK 1.2 makes them": nil,
		"with the payload split":       {"CREATE TABLE {workflow_input} (workflow_uuid TEXT PRIMARY KEY, inputs TEXT)", "CREATE TABLE {workflow_output} (workflow_uuid TEXT PRIMARY KEY, output TEXT, error TEXT)"},
	} {
		t.Run(made, func(t *testing.T) {
			t.Parallel()
			clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
				b.Alter(changes...)
				for name, c := range contextCases() {
					t.Run(name, func(t *testing.T) { c.isWritten(t, b.For(t)) })
				}
			})
		})
	}
}

func (c contextCase) isWritten(t *testing.T, b clienttest.Backend) {
	for _, table := range []string{"workflow_schedules", "operation_outputs", "workflow_status"} {
		b.Exec("DELETE FROM {"+table+"}", nil)
	}
	show(b, c.rows...)
	conn := b.NewClient(func(config *client.ClientConfig) { config.SDK = c.sdk })
	if c.context == "" {
		wantRefused(t, b, conn, "report")
		return
	}
	wantContexts(t, b, conn, "report", c.class, c.context, c.nothing)
}

// A schedule beside ours shows the SDK if only its application can have written or run it.
func TestSiblingSchedulesShowTheSDK(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		sibling := map[string]any{"name": "ours", "class": nil, "context": jsonContext, "fired": nil, "zone": ""}
		b.Exec(insertForeign, sibling)
		wantRefused(t, b, c, "report")
		sibling["name"], sibling["context"] = "theirs", "gASVFAAAAAAAAAB9lIwFc2hvcJSMBW5vcnRolHMu"
		b.Exec(insertForeign, sibling)
		wantContexts(t, b, c, "report", "", pickleContext, pickleNothing)
	})
}

// Without evidence a trigger and a backfill of a schedule in JSON are refused, because applications
// of all SDKs may have such a schedule; a context of another form shows its reader.
func TestUnknownApplicationsAreNotTriggered(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b.Exec(insertForeign, map[string]any{"name": "json", "class": nil, "context": jsonContext, "fired": nil, "zone": "UTC"})
		c := b.NewClient()
		_, err := c.TriggerSchedule("json")
		fails(t, err, client.Unsupported, "which SDK")
		_, err = c.BackfillSchedule("json", day(0, 0, 0), day(0, 0, 3))
		fails(t, err, client.Unsupported, "which SDK")
		_, err = c.PlanBackfill("json", day(0, 0, 0), day(0, 0, 3))
		fails(t, err, client.Unsupported, "which SDK")
		if rows := b.Rows("workflow_status", "1 = 1", nil); len(rows) > 0 {
			t.Errorf("%d rows were written", len(rows))
		}
		backfill(t, c.WithSDK(client.SDKPython), "json", day(0, 0, 0), day(0, 0, 3), sched("json", "2026-01-01T00:00:02+00:00"))
	})
}

// A context that no application can have is refused, with the ones that exist.
func TestUnknownSDK(t *testing.T) {
	t.Parallel()
	c := clienttest.On(t, "SQLite").NewClient()
	input := hourly("s")
	input.SDK = "ruby"
	fails(t, c.CreateSchedule(input), client.InvalidOption, `no SDK "ruby": it is go, python, typescript, java`)
	input.SDK = client.SDKJava
	fails(t, c.CreateSchedule(input), client.InvalidOption, "workflow_class_name is missing")
}

// Only Go applications read a plain input; those of other SDKs get it as an argument.
func TestPlainInputsAreReadable(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		show(b, shown{workflow: "snake", status: "SUCCESS", codec: "py_pickle", owner: "a"}, shown{workflow: "gopher", status: "SUCCESS", codec: "DBOS_JSON", owner: "b"})
		for _, test := range []struct {
			workflow     string
			sdk          client.SDK
			codec, input string
		}{
			{"snake", "", "portable_json", `{"namedArgs":{},"positionalArgs":[{"order":1}]}`},
			{"gopher", "", "DBOS_JSON", "eyJvcmRlciI6MX0="},
			{"gopher", client.SDKJava, "portable_json", `{"namedArgs":{},"positionalArgs":[{"order":1}]}`},
			{"snake", client.SDKGo, "DBOS_JSON", "eyJvcmRlciI6MX0="},
		} {
			handle, err := b.NewClient().Enqueue("q", test.workflow, map[string]any{"order": 1}, client.WithEnqueueOptions(client.EnqueueOptions{SDK: test.sdk}))
			mustDo(t, err)
			holds(t, b.Workflow(handle.GetWorkflowID()), clienttest.Record{"serialization": test.codec, "inputs": test.input})
		}
	})
}

// Workflows that wait do not hide the one whose step shows the SDK.
func TestStepsShowTheSDKBehindManyThatWait(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		show(b, shown{workflow: "snake", status: "CANCELLED", codec: "portable_json", step: "py_pickle", id: "stepped"})
		for i := range 60 {
			show(b, shown{workflow: "snake", status: "ENQUEUED", codec: "portable_json", id: fmt.Sprintf("waits-%d", i)})
		}
		b.Exec(`UPDATE {workflow_status} SET created_at = 2 WHERE status = 'ENQUEUED'`, nil)
		handle, err := b.NewClient().Enqueue("q", "snake", map[string]any{"order": 1})
		mustDo(t, err)
		holds(t, b.Workflow(handle.GetWorkflowID()), clienttest.Record{"serialization": "portable_json"})
	})
}
