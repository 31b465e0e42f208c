package clienttest_test

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// Every field of a status is read from its column.
func TestListReadsEveryFieldOfAStatus(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		want := fullRow().WorkflowStatus
		want.Serialization, want.Error = codec.DBOSJSON, nil
		seed(t, b, fullRow())
		list, err := b.NewClient().ListWorkflows(client.WithLoadInput(true), client.WithLoadOutput(true))
		if err != nil || len(list) != 1 {
			t.Fatalf("%d workflows, %v", len(list), err)
		}
		var stored *codec.RemoteError
		if !errors.As(list[0].Error, &stored) || stored.Message != "failed" {
			t.Errorf("the error is %v", list[0].Error)
		}
		list[0].Error = nil
		got, wanted := reflect.ValueOf(list[0]), reflect.ValueOf(want)
		for i := range wanted.NumField() {
			field := wanted.Type().Field(i).Name
			if !reflect.DeepEqual(got.Field(i).Interface(), wanted.Field(i).Interface()) {
				t.Errorf("%s is %v, want %v", field, got.Field(i), wanted.Field(i))
			}
			// The tests of fields without a column are in hold_test.go and list_progress_test.go.
			if wanted.Field(i).IsZero() && !slices.Contains([]string{"Error", "HeldFrom", "StepsDone", "LastStep", "LastStepAt"}, field) {
				t.Errorf("%s is not tried", field)
			}
		}
	})
}

// A row that somebody inserted by hand fails no list, and neither does a value nobody can decode.
func TestListReadsOddRows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, recovery_attempts, inputs, output, error, serialization)
			VALUES ('odd', NULL, NULL, NULL, '???', '{', '', 'no such codec')`, nil)
		list, err := b.NewClient().ListWorkflows(client.WithLoadInput(true), client.WithLoadOutput(true))
		if err != nil || len(list) != 1 {
			t.Fatalf("%d workflows, %v", len(list), err)
		}
		odd := list[0]
		if odd.Status != "" || odd.Name != "" || odd.Attempts != 0 || odd.Error != nil || !odd.CompletedAt.IsZero() || odd.Attributes != nil {
			t.Errorf("%+v", odd)
		}
		for what, value := range map[string]any{"???": odd.Input, "{": odd.Output} {
			if opaque, ok := value.(codec.Opaque); !ok || opaque.Raw != what || opaque.Codec != "no such codec" {
				t.Errorf("%q came as %#v", what, value)
			}
		}
	})
}

// The Go SDK stores roles as a BLOB on SQLite, and "null" for none.
func TestListReadsRolesInEverySpelling(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := enqueue(t, c, "name", nil)
		for text, want := range map[string][]string{`["a","b"]`: {"a", "b"}, "null": nil, "[]": nil, "": nil, "nonsense": nil} {
			stored := any(text)
			if b.Name == "SQLite" {
				stored = []byte(text)
			}
			b.Exec("UPDATE {workflow_status} SET authenticated_roles = :roles", map[string]any{"roles": stored})
			status, err := c.Handle(id).GetStatus()
			if err != nil || !slices.Equal(status.AuthenticatedRoles, want) {
				t.Errorf("%q reads as %v, %v", text, status.AuthenticatedRoles, err)
			}
		}
	})
}

// SQLite has no types: a number can lie there as text, or as a REAL.
func TestListReadsNumbersInEverySpelling(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	c := b.NewClient()
	id := enqueue(t, c, "name", nil)
	untyped := strings.Join(slices.Sorted(maps.Keys(b.Workflow(id))), ", ")
	b.Alter("CREATE TABLE loose ("+untyped+")", "INSERT INTO loose SELECT "+untyped+" FROM {workflow_status}",
		"DROP TABLE {workflow_status}", "ALTER TABLE loose RENAME TO workflow_status")
	b.Exec(`UPDATE {workflow_status} SET created_at = '1772445600000', updated_at = 1772445600000.0, priority = 3.0,
		was_forked_from = '1', recovery_attempts = '2', name = 7, queue_name = x'71'`, nil)
	status, err := c.Handle(id).GetStatus()
	if err != nil || !status.CreatedAt.Equal(b.Clock.Now()) || !status.UpdatedAt.Equal(b.Clock.Now()) || status.Priority != 3 ||
		status.Attempts != 2 || !status.WasForkedFrom || status.Name != "7" || status.QueueName != "q" {
		t.Errorf("%+v, %v", status, err)
	}
}

func TestListWithLazyValues(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		seed(t, b, fullRow())
		list, err := b.NewClient().ListWorkflows(client.WithLoadInput(true), client.WithLoadOutput(true), client.WithLazyValues())
		if err != nil {
			t.Fatal(err)
		}
		for text, value := range map[string]any{"WyJ4IixudWxsXQ==": list[0].Input, "Im91dCI=": list[0].Output} {
			if value != (codec.Encoded{Text: text, Codec: codec.DBOSJSON}) {
				t.Errorf("got %#v", value)
			}
		}
	})
}

// Inputs, outputs and errors are read where they are: in the old place, in the new one, or in both.
func TestListReadsPayloadsOfSplitTables(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
		split(b)
		c := b.NewClient()
		row := func(id string) simulator.Row {
			return simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: id, Status: "ERROR", CreatedAt: b.Clock.Now(), Input: "in", Output: "out", Error: errors.New("no")}}
		}
		seed(t, b, row("both"), row("new"), row("old"))
		b.Exec("UPDATE {workflow_status} SET inputs = NULL, output = NULL, error = NULL WHERE workflow_uuid = 'new'", nil)
		b.Exec("DELETE FROM {workflow_input} WHERE workflow_uuid = 'old'", nil)
		b.Exec("DELETE FROM {workflow_output} WHERE workflow_uuid = 'old'", nil)
		list, err := c.ListWorkflows(client.WithLoadInput(true), client.WithLoadOutput(true))
		if err != nil || len(list) != 3 {
			t.Fatalf("%d, %v", len(list), err)
		}
		for _, workflow := range list {
			if workflow.Input != "in" || workflow.Output != "out" || workflow.Error == nil || workflow.Error.Error() != "no" {
				t.Errorf("%s: %v, %v, %v", workflow.ID, workflow.Input, workflow.Output, workflow.Error)
			}
			result, err := c.Handle(workflow.ID).GetResult()
			if result != "out" || client.CodeOf(err) != client.WorkflowFailed {
				t.Errorf("the result of %s is %v, %v", workflow.ID, result, err)
			}
		}
	})
}

func TestListSteps(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		seed(t, b, fullRow())
		want := fullRow().Steps
		got, err := c.ListWorkflowSteps("full", client.WithListStepsOptions(client.ListStepsOptions{LoadOutput: true}))
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d steps, %v", len(got), err)
		}
		for i, step := range got {
			failed := want[i].Error != nil
			if step.StepID != i || step.StepName != want[i].StepName || step.Output != want[i].Output || step.ChildWorkflowID != want[i].ChildWorkflowID ||
				!step.StartedAt.Equal(want[i].StartedAt) || !step.CompletedAt.Equal(want[i].CompletedAt) || (step.Error != nil) != failed {
				t.Errorf("step %+v, want %+v", step, want[i])
			}
		}
		if got[2].Error.Error() != "broke" {
			t.Errorf("the error is %v", got[2].Error)
		}
		expectPages(t, c)
	})
}

func expectPages(t *testing.T, c client.Client) {
	t.Helper()
	number := func(n int) *int { return &n }
	for _, test := range []struct {
		options client.ListStepsOptions
		want    []int
	}{
		{client.ListStepsOptions{Limit: number(2)}, []int{0, 1}}, {client.ListStepsOptions{Offset: number(1)}, []int{1, 2}},
		{client.ListStepsOptions{Limit: number(1), Offset: number(2)}, []int{2}}, {client.ListStepsOptions{Limit: number(0)}, nil},
	} {
		var got []int
		list, err := c.ListWorkflowSteps("full", client.WithListStepsOptions(test.options))
		for _, step := range list {
			got = append(got, step.StepID)
			if step.Output != nil {
				t.Error("an output was read that nobody asked for")
			}
		}
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%+v gave %v, %v", test.options, got, err)
		}
	}
	if list, err := c.GetWorkflowSteps("missing"); err != nil || list == nil || len(list) != 0 {
		t.Errorf("steps of a missing workflow: %v, %v", list, err)
	}
	if list, err := c.ListWorkflowSteps("missing"); client.CodeOf(err) != client.NonExistentWorkflow {
		t.Errorf("the list of steps of a missing workflow: %v, %v", list, err)
	}
	for _, options := range []client.ListStepsOptions{{Limit: number(-1)}, {Offset: number(-1)}} {
		if _, err := c.ListWorkflowSteps("full", client.WithListStepsOptions(options)); client.CodeOf(err) != client.InvalidOption {
			t.Errorf("%+v gave %v", options, err)
		}
	}
}

// Times before 1970 and after 2262 are numbers like any other to a database.
func TestListByBoundsOfTime(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		enqueue(t, c, "name", nil)
		for year, want := range map[int]int{1: 1, 1960: 1, 2500: 0, 9999: 0} {
			list, err := c.ListWorkflows(client.WithStartTime(time.Date(year, 1, 1, 0, 0, 0, 1, time.UTC)))
			if err != nil || len(list) != want {
				t.Errorf("from the year %d on: %d, %v", year, len(list), err)
			}
		}
	})
}
