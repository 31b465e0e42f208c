package clienttest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// published is a workflow that records a step of every kind: 0 step, 1 event a, 2 stream, 3 child,
// 4 event a again, 5 event b, 6 stream, 7 step.
func published(r *worker.Run) (any, error) {
	_, err := r.Step("first", func() (any, error) { return map[string]any{"n": 1}, nil })
	failed := []error{err, r.SetEvent("a", "early"), r.WriteStream("out", 1)}
	_, err = r.StartChild("child", "in")
	failed = append(failed, err, r.SetEvent("a", "late"), r.SetEvent("b", nil), r.WriteStream("out", 2))
	last, err := r.Step("last", func() (any, error) { return "done", nil })
	return last, errors.Join(append(failed, err)...)
}

// original runs a workflow of every kind of step, and gives the worker that did.
func original(t *testing.T, b clienttest.Backend, input any) *worker.Worker {
	t.Helper()
	w := launched(t, b, map[string]worker.Workflow{"published": published, "child": idle}, func(c *worker.Config) {
		c.ApplicationName = "shop"
	})
	enqueue(t, b.NewClient(), "published", input, client.WithEnqueueOptions(client.EnqueueOptions{
		WorkflowID: "original", Timeout: time.Hour, Priority: 4, DeduplicationID: "d", Delay: time.Second,
		AuthenticatedUser: "ada", AssumedRole: "admin", AuthenticatedRoles: []string{"a"},
	}))
	b.Exec(`UPDATE {workflow_status} SET attributes = '{"k":1}', schedule_name = 's', parent_workflow_id = 'p', application_id = 'app'`, nil)
	b.Clock.Advance(time.Second)
	mustDrain(t, w)
	if err := b.NewClient().Send("original", "a message", ""); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(time.Minute)
	return w
}

// forkRow is the whole row of a fork without options.
func forkRow(b clienttest.Backend, id string, original clienttest.Record) clienttest.Record {
	row := clienttest.Record{}
	for column := range original {
		row[column] = nil
	}
	for _, copied := range []string{"name", "class_name", "config_name", "authenticated_user", "assumed_role", "authenticated_roles",
		"application_id", "inputs", "serialization", "attributes", "application_name", "application_version"} {
		row[copied] = original[copied]
	}
	return merged(row, clienttest.Record{"workflow_uuid": id, "status": "ENQUEUED", "queue_name": client.InternalQueueName,
		"created_at": b.Millis(), "updated_at": b.Millis(), "recovery_attempts": "0", "forked_from": original["workflow_uuid"],
		"priority": "0", "was_forked_from": "false", "rate_limited": "false", "is_debounced": "false"})
}

func fork(t *testing.T, c client.Client, input client.ForkWorkflowInput) string {
	t.Helper()
	handle, err := c.ForkWorkflow(input)
	if err != nil {
		t.Fatal(err)
	}
	return handle.GetWorkflowID()
}

func TestTheRowOfAFork(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		original(t, b, "in")
		c, before := b.NewClient(), b.Workflow("original")
		id := fork(t, c, client.ForkWorkflowInput{OriginalWorkflowID: "original"})
		assertRecord(t, "the fork", b.Workflow(id), forkRow(b, id, before))
		assertRecord(t, "the original", changed(before, b.Workflow("original")), clienttest.Record{"was_forked_from": "true"})
		chosen := fork(t, c, client.ForkWorkflowInput{OriginalWorkflowID: "original", ForkedWorkflowID: "chosen", StartStep: 3,
			ApplicationVersion: "v9", QueueName: queue, QueuePartitionKey: "part"})
		assertRecord(t, "with options", b.Workflow(chosen), merged(forkRow(b, "chosen", before), clienttest.Record{"application_version": "v9",
			"queue_name": queue, "queue_partition_key": "part"}))
		if messages := b.Rows("notifications", "destination_uuid <> 'original'", nil); len(messages) != 0 {
			t.Errorf("%d messages were copied", len(messages))
		}
	})
}

// A fork takes over the steps before its start step, and nothing else.
func TestAForkCopiesStepsEventsAndStreams(t *testing.T) {
	t.Parallel()
	inputs := map[string]any{"DBOS_JSON": "in", "portable": client.PortableWorkflowArgs{PositionalArgs: []any{"in"}}}
	for name, input := range inputs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
				w, c := original(t, b, input), b.NewClient()
				for _, start := range []uint{0, 1, 2, 4, 5, 7, 8, 1000} {
					id := fork(t, c, client.ForkWorkflowInput{OriginalWorkflowID: "original", StartStep: start})
					expectTakenOver(t, b, id, start)
				}
				if history := b.Rows("workflow_events_history", "workflow_uuid = 'original'", nil); len(history) != 3 {
					t.Errorf("the original's history has %d entries", len(history))
				}
				mustDrain(t, w)
				for _, row := range b.Rows("workflow_status", "forked_from = 'original'", nil) {
					assertColumns(t, row, clienttest.Record{"status": "SUCCESS", "output": b.Workflow("original")["output"]})
				}
			})
		})
	}
}

// expectTakenOver compares a fork's parts with the original's before a step.
func expectTakenOver(t *testing.T, b clienttest.Backend, id string, start uint) {
	t.Helper()
	for _, table := range []string{"operation_outputs", "workflow_events_history", "streams"} {
		before := map[string]any{"id": "original", "start": start}
		want := b.Rows(table, "workflow_uuid = :id AND function_id < :start", before)
		got := b.Rows(table, "workflow_uuid = :id", map[string]any{"id": id})
		if len(got) != len(want) {
			t.Errorf("fork at %d has %d rows in %s, want %d", start, len(got), table, len(want))
			continue
		}
		for i := range want {
			delete(want[i], "retention_timestamp") // when the row was written
			delete(got[i], "retention_timestamp")
			assertRecord(t, fmt.Sprintf("fork at %d, %s", start, table), got[i], merged(want[i], clienttest.Record{"workflow_uuid": id}))
		}
	}
	expectEvents(t, b, id, start)
}

// expectEvents looks whether each event has the value it had before the step.
func expectEvents(t *testing.T, b clienttest.Backend, id string, start uint) {
	t.Helper()
	want := clienttest.Record{}
	for _, past := range b.Rows("workflow_events_history", "workflow_uuid = 'original' AND function_id < :start", map[string]any{"start": start}) {
		want[past["key"].(string)] = fmt.Sprint(past["value"], past["serialization"])
	}
	got := clienttest.Record{}
	for _, event := range b.Rows("workflow_events", "workflow_uuid = :id", map[string]any{"id": id}) {
		got[event["key"].(string)] = fmt.Sprint(event["value"], event["serialization"])
	}
	assertRecord(t, fmt.Sprintf("events of a fork at %d", start), got, want)
}

func TestEveryStateCanBeForked(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		inEveryState(t, b)
		c := b.NewClient()
		var inputs []client.ForkWorkflowInput
		for _, id := range allStates() {
			inputs = append(inputs, client.ForkWorkflowInput{OriginalWorkflowID: id, ForkedWorkflowID: id + "-fork", StartStep: 2})
		}
		before := snapshot(b, allStates())
		b.Clock.Advance(time.Second)
		handles, err := c.ForkWorkflows(inputs)
		if err != nil {
			t.Fatal(err)
		}
		for i, id := range allStates() {
			if handles[i].GetWorkflowID() != id+"-fork" {
				t.Errorf("handle %d is %s", i, handles[i].GetWorkflowID())
			}
			assertRecord(t, "the fork of "+id, b.Workflow(id+"-fork"), forkRow(b, id+"-fork", before[id]))
			assertRecord(t, id, b.Workflow(id), before[id])
			expectTakenOverSeeded(t, b, id+"-fork")
		}
	})
}

// expectTakenOverSeeded knows the steps of the seeded row.
func expectTakenOverSeeded(t *testing.T, b clienttest.Backend, id string) {
	t.Helper()
	expectSteps(t, b, id, "0 one output=ImZpcnN0Ig==", "1 child child_workflow_id=full-1")
	events := b.Rows("workflow_events", "workflow_uuid = :id", map[string]any{"id": id})
	if len(events) != 1 || events[0]["value"] != "MQ==" {
		t.Errorf("events %v", events)
	}
}

// An empty version is matched by no worker, so it does not live on.
func TestVersionsOfForks(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := enqueue(t, c, "name", nil)
		for _, version := range []any{nil, ""} {
			b.Exec("UPDATE {workflow_status} SET application_version = :version", map[string]any{"version": version})
			assertColumns(t, b.Workflow(fork(t, c, client.ForkWorkflowInput{OriginalWorkflowID: id})), clienttest.Record{"application_version": nil})
		}
	})
}

func TestImpossibleForksAreRefused(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id, taken := enqueue(t, c, "name", nil), enqueue(t, c, "name", nil)
		before := snapshot(b, []string{id, taken})
		for _, test := range []struct {
			input client.ForkWorkflowInput
			code  client.ErrorCode
			text  string
		}{
			{client.ForkWorkflowInput{}, client.InvalidOption, "original"},
			{client.ForkWorkflowInput{OriginalWorkflowID: id, QueuePartitionKey: "p"}, client.InvalidOption, "queue"},
			{client.ForkWorkflowInput{OriginalWorkflowID: id, StartStep: 1 << 31}, client.InvalidOption, "2147483648"},
			{client.ForkWorkflowInput{OriginalWorkflowID: "missing"}, client.NonExistentWorkflow, "missing"},
			{client.ForkWorkflowInput{OriginalWorkflowID: id, ForkedWorkflowID: taken}, client.ConflictingID, taken},
			{client.ForkWorkflowInput{OriginalWorkflowID: id, ForkedWorkflowID: id}, client.ConflictingID, id},
		} {
			for what, inputs := range map[string][]client.ForkWorkflowInput{"alone": {test.input}, "of two": {{OriginalWorkflowID: taken}, test.input}} {
				_, err := c.ForkWorkflows(inputs)
				if client.CodeOf(err) != test.code || len(inputs) == 1 && !strings.Contains(err.Error(), test.text) {
					t.Errorf("%s: %+v gave %v", what, test.input, err)
				}
			}
		}
		if rows := b.Rows("workflow_status", "", nil); len(rows) != 2 {
			t.Errorf("%d rows", len(rows))
		}
		for id, row := range before {
			assertRecord(t, id, b.Workflow(id), row)
		}
	})
}

// A fork has its input in both places, wherever the original's is.
func TestForkOnSplitTables(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
		split(b)
		c := b.NewClient()
		both := enqueue(t, c, "name", client.PortableWorkflowArgs{PositionalArgs: []any{1}})
		before, after := enqueue(t, c, "name", nil), enqueue(t, c, "name", nil)
		b.Exec("DELETE FROM {workflow_input} WHERE workflow_uuid = :id", map[string]any{"id": before})
		b.Exec("UPDATE {workflow_status} SET inputs = NULL, owner_xid = 'x', creator_xid = 'x' WHERE workflow_uuid = :id", map[string]any{"id": after})
		for _, id := range []string{both, before, after} {
			forked := fork(t, c, client.ForkWorkflowInput{OriginalWorkflowID: id})
			row := b.Workflow(forked)
			rows := b.Rows("workflow_input", "workflow_uuid = :id", map[string]any{"id": forked})
			if len(rows) != 1 || row["inputs"] == nil || rows[0]["inputs"] != row["inputs"] {
				t.Errorf("inputs %v and %v", row["inputs"], rows)
			}
			assertColumns(t, row, clienttest.Record{"owner_xid": nil, "creator_xid": nil})
		}
	})
}

// The Go SDK before 1.8 stores the input of a child of a portable workflow without its envelope,
// and finds no arguments when it runs it again: the fork has the envelope.
func TestAForkOfAChildOfAPortableWorkflowHasItsArguments(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for i, test := range []struct{ parent, serialization, input, want string }{
			{"p", "portable_json", `{"A":1,"B":"x"}`, `{"positionalArgs":[{"A":1,"B":"x"}],"namedArgs":{}}`},
			{"p", "portable_json", `[1,2]`, `{"positionalArgs":[[1,2]],"namedArgs":{}}`},
			{"p", "portable_json", `"text"`, `{"positionalArgs":["text"],"namedArgs":{}}`},
			{"p", "portable_json", `-1.5e3`, `{"positionalArgs":[-1.5e3],"namedArgs":{}}`},
			{"p", "portable_json", `true`, `{"positionalArgs":[true],"namedArgs":{}}`},
			{"p", "portable_json", `{"positionalArgs":[1],"namedArgs":{}}`, `{"positionalArgs":[1],"namedArgs":{}}`},
			{"p", "portable_json", `{"namedArgs":{"a":1}}`, `{"namedArgs":{"a":1}}`},
			{"p", "portable_json", `eyJBIjoxfQ==`, `eyJBIjoxfQ==`},
			{"p", "DBOS_JSON", `{"A":1}`, `{"A":1}`},
			{"", "portable_json", `{"A":1}`, `{"A":1}`},
		} {
			id := enqueue(t, c, "w", nil)
			b.Exec("UPDATE {workflow_status} SET inputs = :input, serialization = :codec, parent_workflow_id = CAST(:parent AS TEXT) WHERE workflow_uuid = :id",
				map[string]any{"input": test.input, "codec": test.serialization, "parent": nullable(test.parent), "id": id})
			if b.Database.Shape().HasTable("workflow_input") {
				b.Exec("UPDATE {workflow_input} SET inputs = :input WHERE workflow_uuid = :id", map[string]any{"input": test.input, "id": id})
			}
			forked := fork(t, c, client.ForkWorkflowInput{OriginalWorkflowID: id})
			if got := b.Workflow(forked)["inputs"]; got != test.want {
				t.Errorf("%d: the fork of %s has the input %v, want %s", i, test.input, got, test.want)
			}
		}
	})
}
