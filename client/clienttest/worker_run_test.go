package clienttest_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
)

// stepRows gives name, output, error and child of each recorded step.
func stepRows(b clienttest.Backend, id string) []string {
	var lines []string
	for _, row := range b.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": id}) {
		line := row["function_id"].(string) + " " + row["function_name"].(string)
		for _, column := range []string{"output", "error", "child_workflow_id"} {
			if row[column] != nil {
				line += " " + column + "=" + row[column].(string)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func expectSteps(t *testing.T, b clienttest.Backend, id string, want ...string) {
	t.Helper()
	if got := stepRows(b, id); !slices.Equal(got, want) {
		t.Errorf("steps of %s:\n%s\nwant:\n%s", id, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSleepEndsWhenTheClockSaysSo(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{"w": func(r *worker.Run) (any, error) {
			return "woke", r.Sleep(time.Minute)
		}})
		id := enqueue(t, b.NewClient(), "w", codec.PortableWorkflowArgs{})
		wake := later(b, time.Minute)
		mustDrain(t, w)
		expectSteps(t, b, id, "0 DBOS.sleep output="+wake)
		assertColumns(t, b.Rows("operation_outputs", "", nil)[0], clienttest.Record{"started_at_epoch_ms": b.Millis(), "completed_at_epoch_ms": wake})
		b.Clock.Advance(59 * time.Second)
		w.Kill()
		if err := w.Launch(t.Context()); err != nil {
			t.Fatal(err)
		}
		mustDrain(t, w)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "PENDING"})
		b.Clock.Advance(time.Second)
		mustDrain(t, w)
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS", "output": `"woke"`, "serialization": "portable_json"})
	})
}

func TestStepsAreRetried(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		tries := 0
		flaky := func(succeedAt int) worker.Workflow {
			return func(r *worker.Run) (any, error) {
				tries = 0
				return r.RetriedStep("flaky", worker.Retry{Max: 2, Interval: time.Second, Factor: 3}, func() (any, error) {
					if tries++; tries < succeedAt {
						return nil, errors.New("not yet")
					}
					return tries, nil
				})
			}
		}
		w := launched(t, b, map[string]worker.Workflow{"third": flaky(3), "never": flaky(9)})
		for name, want := range map[string]clienttest.Record{
			"third": {"status": "SUCCESS", "output": "Mw=="},
			"never": {"status": "ERROR", "output": codec.NilMarker, "error": `MaxStepRetriesExceeded: step "flaky" failed 3 times, the last time with: not yet`},
		} {
			id := enqueue(t, b.NewClient(), name, nil)
			for _, pause := range []time.Duration{0, time.Second, 3 * time.Second} {
				expectSteps(t, b, id)
				b.Clock.Advance(pause)
				mustDrain(t, w)
			}
			assertColumns(t, b.Workflow(id), want)
			if rows := stepRows(b, id); len(rows) != 1 {
				t.Errorf("steps: %v", rows)
			}
		}
	})
}

func TestDeadlineCancelsRunAndChildren(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{
			"child": forever,
			"parent": func(r *worker.Run) (any, error) {
				for _, start := range []func() (string, error){
					func() (string, error) { return r.StartChild("child", nil) },
					func() (string, error) { return r.EnqueueChild("nobody listens", "child", nil) },
				} {
					if _, err := start(); err != nil {
						return nil, err
					}
				}
				return r.Result(r.WorkflowID() + "-0")
			},
		})
		enqueue(t, b.NewClient(), "parent", nil, client.WithEnqueueWorkflowID("p"), client.WithEnqueueTimeout(time.Minute))
		b.Clock.Advance(time.Hour)
		deadline := later(b, time.Minute)
		mustDrain(t, w)
		expectSteps(t, b, "p", "0 child child_workflow_id=p-0", "1 child child_workflow_id=p-1")
		assertColumns(t, b.Workflow("p-0"), clienttest.Record{"status": "PENDING", "parent_workflow_id": "p", "workflow_deadline_epoch_ms": deadline,
			"recovery_attempts": "1", "executor_id": "local", "queue_name": nil, "started_at_epoch_ms": nil})
		assertColumns(t, b.Workflow("p-1"), clienttest.Record{"status": "ENQUEUED", "parent_workflow_id": "p", "workflow_deadline_epoch_ms": deadline,
			"recovery_attempts": "0", "executor_id": nil})
		b.Clock.Advance(59 * time.Second)
		mustDrain(t, w)
		expectPending(t, b, 2)
		b.Clock.Advance(time.Second)
		mustDrain(t, w)
		for _, id := range []string{"p", "p-0"} {
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "CANCELLED", "updated_at": b.Millis(), "completed_at": b.Millis(),
				"started_at_epoch_ms": nil, "queue_name": nil, "deduplication_id": nil, "workflow_deadline_epoch_ms": deadline})
		}
	})
}

func TestChildrenAndTheirResults(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{
			"good": func(r *worker.Run) (any, error) { return []any{"got", r.Input()}, nil },
			"bad":  func(*worker.Run) (any, error) { return nil, &codec.RemoteError{Name: "Broke", Message: "no money"} },
			"parent": func(r *worker.Run) (any, error) {
				good, err := r.StartChild("good", 7)
				if err != nil {
					return nil, err
				}
				bad, err := r.EnqueueChild(queue, "bad", codec.PortableWorkflowArgs{})
				if err != nil {
					return nil, err
				}
				value, err := r.Result(good)
				if err != nil {
					return nil, err
				}
				_, failed := r.Result(bad)
				return []any{value, failed.Error()}, nil
			},
		})
		enqueue(t, b.NewClient(), "parent", nil, client.WithEnqueueWorkflowID("p"))
		mustDrain(t, w)
		expectSteps(t, b, "p", "0 good child_workflow_id=p-0", "1 bad child_workflow_id=p-1",
			"2 DBOS.getResult output=WyJnb3QiLDdd error= child_workflow_id=p-0",
			`3 DBOS.getResult output=null error={"message":"no money","name":"Broke"} child_workflow_id=p-1`)
		handle, err := b.NewClient().RetrieveWorkflow("p")
		if err != nil {
			t.Fatal(err)
		}
		result, err := handle.GetResult()
		if text, _ := codec.EncodeJSON(result, ""); err != nil || text != `[["got",7],"Broke: no money"]` {
			t.Errorf("result %s, %v", text, err)
		}
	})
}

func TestMessagesAreReceivedOnceAndInOrder(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{
			"receiver": func(r *worker.Run) (any, error) {
				var got []any
				for range 3 {
					message, err := r.Recv("", time.Minute)
					if errors.Is(err, worker.ErrTimeout) {
						message, err = "timeout", nil
					}
					if err != nil {
						return nil, err
					}
					got = append(got, message)
				}
				return got, nil
			},
			"sender": func(r *worker.Run) (any, error) {
				if err := r.Send("nobody", 0, ""); !errors.Is(err, worker.ErrNonExistentWorkflow) {
					return nil, err
				}
				return nil, r.Send("to", r.Input(), "")
			},
		})
		c := b.NewClient()
		enqueue(t, c, "receiver", nil, client.WithEnqueueWorkflowID("to"))
		mustDrain(t, w)
		alarm, _ := codec.Encode(codec.DBOSJSON, b.Clock.Now().Add(time.Minute).UnixMilli())
		for _, message := range []int{1, 2} {
			b.Clock.Advance(time.Second)
			enqueue(t, c, "sender", message, client.WithEnqueueWorkflowID("from"+string(rune('0'+message))))
			mustDrain(t, w)
		}
		expectSteps(t, b, "from1", "1 DBOS.send output="+codec.NilMarker)
		b.Clock.Advance(time.Minute)
		mustDrain(t, w)
		rows := stepRows(b, "to")
		if len(rows) != 6 || rows[0] != "0 DBOS.recv output=MQ==" || rows[1] != "1 DBOS.sleep output="+alarm ||
			rows[2] != "2 DBOS.recv output=Mg==" || !strings.HasPrefix(rows[4], "4 DBOS.recv error=Timeout: ") {
			t.Errorf("steps %q", rows)
		}
		assertColumns(t, b.Workflow("to"), clienttest.Record{"status": "SUCCESS", "output": "WzEsMiwidGltZW91dCJd"})
		for _, row := range b.Rows("notifications", "", nil) {
			assertColumns(t, row, clienttest.Record{"consumed": "true", "topic": "__null__topic__", "serialization": "DBOS_JSON"})
		}
	})
}

func TestEventsAndStreamsArePublished(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{
			"publisher": func(r *worker.Run) (any, error) {
				end := worker.BareEnd
				if r.Input() == "quoted" {
					end = worker.QuotedEnd
				}
				return nil, errors.Join(r.SetEvent("progress", 1), r.SetEvent("progress", 2),
					r.WriteStream("out", "a"), r.WriteStream("out", "b"), r.CloseStream("out", end))
			},
			"late": func(r *worker.Run) (any, error) {
				return nil, errors.Join(r.CloseStream("out", worker.QuotedEnd), r.WriteStream("out", 1))
			},
			"reader": func(r *worker.Run) (any, error) { return r.GetEvent("bare", "progress", time.Minute) },
		})
		c := b.NewClient()
		enqueue(t, c, "reader", nil, client.WithEnqueueWorkflowID("reader"))
		mustDrain(t, w)
		enqueue(t, c, "publisher", nil, client.WithEnqueueWorkflowID("bare"))
		enqueue(t, c, "publisher", codec.PortableWorkflowArgs{PositionalArgs: []any{"quoted"}}, client.WithEnqueueWorkflowID("quoted"))
		enqueue(t, c, "late", nil, client.WithEnqueueWorkflowID("late"))
		mustDrain(t, w)
		expectSteps(t, b, "bare", "0 DBOS.setEvent output=__DBOS_NIL", "1 DBOS.setEvent output=__DBOS_NIL", "2 DBOS.writeStream output=__DBOS_NIL",
			"3 DBOS.writeStream output=__DBOS_NIL", "4 DBOS.closeStream output=__DBOS_NIL")
		expectStream(t, b, "bare", "0 0 2 ImEi DBOS_JSON", "1 1 3 ImIi DBOS_JSON", "2 2 4 __DBOS_STREAM_CLOSED__ ")
		expectStream(t, b, "quoted", `0 0 2 "a" portable_json`, `1 1 3 "b" portable_json`, `2 2 4 "__DBOS_STREAM_CLOSED__" portable_json`)
		assertColumns(t, b.Rows("workflow_events", "workflow_uuid = 'bare'", nil)[0], clienttest.Record{"key": "progress", "value": "Mg==", "serialization": "DBOS_JSON"})
		for i, row := range b.Rows("workflow_events_history", "workflow_uuid = 'bare'", nil) {
			assertColumns(t, row, clienttest.Record{"function_id": string(rune('0' + i)), "value": []string{"MQ==", "Mg=="}[i]})
		}
		assertColumns(t, b.Workflow("late"), clienttest.Record{"status": "ERROR", "error": "the stream is closed"})
		assertColumns(t, b.Workflow("reader"), clienttest.Record{"status": "SUCCESS", "output": "MQ=="})
	})
}

func expectStream(t *testing.T, b clienttest.Backend, id string, want ...string) {
	t.Helper()
	var got []string
	for i, row := range b.Rows("streams", "workflow_uuid = :id", map[string]any{"id": id}) {
		got = append(got, strings.Join([]string{string(rune('0' + i)), row["offset"].(string), row["function_id"].(string),
			row["value"].(string), row["serialization"].(string)}, " "))
	}
	if !slices.Equal(got, want) {
		t.Errorf("stream of %s: %q, want %q", id, got, want)
	}
}
