package clienttest_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/simulator"
)

func seed(t *testing.T, b clienttest.Backend, rows ...simulator.Row) {
	t.Helper()
	if err := b.Database.Seed(t.Context(), slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
}

// fullRow is a row with every column filled.
func fullRow() simulator.Row {
	at := func(seconds int) time.Time { return time.Date(2026, 2, 1, 0, 0, seconds, 0, time.UTC) }
	return simulator.Row{
		WorkflowStatus: client.WorkflowStatus{
			ID: "full", Status: client.WorkflowStatusError, Name: "name", AuthenticatedUser: "user", AssumedRole: "role",
			AuthenticatedRoles: []string{"a", "b"}, Output: "out", Error: errors.New("failed"), ExecutorID: "ex",
			CreatedAt: at(1), UpdatedAt: at(2), ApplicationVersion: "v1", ApplicationID: "app", Attempts: 3, QueueName: "q",
			Timeout: time.Minute, Deadline: at(3), StartedAt: at(4), DeduplicationID: "d", Input: []any{"x", nil}, Priority: 5,
			QueuePartitionKey: "part", ForkedFrom: "from", WasForkedFrom: true, ParentWorkflowID: "parent", CompletedAt: at(5),
			ClassName: "Class", ConfigName: "config", DelayUntil: at(6), Attributes: map[string]any{"k": "v"},
			ScheduleName: "schedule", DebounceDeadline: at(7), IsDebounced: true, ApplicationName: "owner",
		},
		RateLimited: true,
		Steps: []client.StepInfo{
			{StepID: 0, StepName: "one", Output: "first", StartedAt: at(1), CompletedAt: at(2)},
			{StepID: 1, StepName: "child", ChildWorkflowID: "full-1", StartedAt: at(2)},
			{StepID: 2, StepName: "bad", Error: errors.New("broke"), StartedAt: at(3), CompletedAt: at(4)},
		},
		Events: []simulator.Event{{StepID: 0, Key: "k", Value: 1}, {StepID: 2, Key: "k", Value: 2}},
	}
}

func TestSeedFillsEveryColumn(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		seed(t, b, fullRow(), simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: "bare", Status: "ENQUEUED", CreatedAt: b.Clock.Now()}})
		row := b.Workflow("full")
		for _, column := range slices.Sorted(maps.Keys(row)) {
			if row[column] == nil && column != "request" && column != "owner_xid" && column != "creator_xid" {
				t.Errorf("%s is NULL", column)
			}
		}
		got, err := b.NewClient().ListWorkflows(client.WithWorkflowIDs([]string{"full"}), client.WithLoadInput(true), client.WithLoadOutput(true))
		if err != nil {
			t.Fatal(err)
		}
		want := fullRow().WorkflowStatus
		if got[0].Error.Error() != "failed" || !got[0].Deadline.Equal(want.Deadline) || got[0].Priority != 5 || !got[0].IsDebounced {
			t.Errorf("got %+v", got[0])
		}
		expectSteps(t, b, "full", "0 one output=ImZpcnN0Ig==", "1 child child_workflow_id=full-1", "2 bad error=broke")
		assertColumns(t, b.Rows("workflow_events", "", nil)[0], clienttest.Record{"key": "k", "value": "Mg=="})
		if history := b.Rows("workflow_events_history", "", nil); len(history) != 2 {
			t.Errorf("%d events in the history", len(history))
		}
		assertColumns(t, b.Workflow("bare"), clienttest.Record{"inputs": codec.NilMarker, "created_at": b.Millis(), "updated_at": b.Millis(),
			"recovery_attempts": "0", "was_forked_from": "false", "serialization": "DBOS_JSON", "error": nil})
	})
}

func TestSeedTakesStoredTexts(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		seed(t, b, simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: "p", Status: "SUCCESS", Serialization: codec.Pickle,
			Input: codec.Encoded{Null: true}, Output: codec.Encoded{Text: "gARLAy4="}}})
		assertColumns(t, b.Workflow("p"), clienttest.Record{"inputs": nil, "output": "gARLAy4=", "serialization": "py_pickle"})
		err := b.Database.Seed(t.Context(), slices.Values([]simulator.Row{{WorkflowStatus: client.WorkflowStatus{ID: "bad", Input: func() {}}}}))
		if err == nil || !strings.Contains(err.Error(), `"bad"`) {
			t.Errorf("a row that cannot be encoded gave %v", err)
		}
	})
}

func TestMixKeepsItsProportions(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		mix := simulator.Mix{Count: 12000, Now: b.Clock.Now(), Ages: 48 * time.Hour, Names: []string{"a", "b"},
			States: map[client.WorkflowStatusType]int{"SUCCESS": 3, "ERROR": 1, "DELAYED": 1}}
		if err := b.Database.Seed(t.Context(), mix.Rows()); err != nil {
			t.Fatal(err)
		}
		for state, share := range map[string]int{"SUCCESS": 7200, "ERROR": 2400, "DELAYED": 2400} {
			if got := len(inState(b, state)); got < share-200 || got > share+200 {
				t.Errorf("%d are %s, want about %d", got, state, share)
			}
		}
		rows := b.Rows("workflow_status", "name = 'a'", nil)
		if len(rows) != 6000 {
			t.Errorf("%d are named a", len(rows))
		}
		assertColumns(t, rows[0], clienttest.Record{"created_at": later(b, -48*time.Hour)})
	})
}

func BenchmarkSeed(b *testing.B) {
	for _, name := range []string{"SQLite", "Postgres"} {
		b.Run(name, func(b *testing.B) {
			backend := clienttest.On(b, name)
			for i := range b.N {
				mix := simulator.Mix{Count: 100000, Prefix: fmt.Sprintf("%d-", i), Ages: time.Hour,
					States: map[client.WorkflowStatusType]int{"SUCCESS": 3, "ERROR": 1, "ENQUEUED": 1}}
				if err := backend.Database.Seed(b.Context(), mix.Rows()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
