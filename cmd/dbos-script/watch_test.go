package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run"
)

// watched runs watch on lists that the database returns one after the other, and returns its output
// and its messages.
func watched(t *testing.T, rows [][]client.WorkflowStatus, args ...string) (output, messages string, code int) {
	t.Helper()
	var out, log bytes.Buffer
	a := &app{streams: streams{out: &out, err: &log}, environment: run.Environment{Client: &reader{rows: rows}}, unaudited: true}
	root := a.root()
	root.SetArgs(append([]string{"watch", "--every", "0.1s"}, args...))
	root.SetOut(&out)
	root.SetErr(&log)
	code = a.report(root.ExecuteContext(t.Context()))
	return out.String(), log.String(), code
}

// state returns a workflow that was created ten hours ago and started five hours ago.
func state(id string, status client.WorkflowStatusType, steps int64) client.WorkflowStatus {
	now := time.Now()
	wf := client.WorkflowStatus{ID: id, Status: status, Name: "pay", CreatedAt: now.Add(-10 * time.Hour), StartedAt: now.Add(-5 * time.Hour), StepsDone: &steps}
	if status != client.WorkflowStatusPending && status != client.WorkflowStatusEnqueued {
		wf.CompletedAt = now.Add(-3 * time.Hour)
	}
	return wf
}

// watch writes a line for each change of a state or of the number of steps: a waiting workflow
// is as old as its row, a running one as its start, and one that has ended took from its start
// to its end.
func TestWatchWritesEachChange(t *testing.T) {
	t.Parallel()
	const pending, waiting, success = client.WorkflowStatusPending, client.WorkflowStatusEnqueued, client.WorkflowStatusSuccess
	began := time.Now()
	out, _, code := watched(t, [][]client.WorkflowStatus{
		{state("a", waiting, 0), state("b", pending, 1)}, {state("a", pending, 0), state("b", pending, 1)},
		{state("a", pending, 2), state("b", success, 1)}, {state("a", success, 2)},
	}, "a", "b", "a")
	if took := time.Since(began); code != 0 || took < 300*time.Millisecond {
		t.Errorf("exit code %d, and four reads take %v", code, took)
	}
	var got []string
	for line := range strings.Lines(out) {
		var r struct {
			ID, Status, Age, Name string
			StepsDone             int `json:"steps_done"`
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(r.ID, " ", r.Status, " ", r.Age, " ", r.StepsDone, " ", r.Name))
	}
	want := []string{"a ENQUEUED 10.0h 0 pay", "b PENDING 5.0h 1 pay", "a PENDING 5.0h 0 pay", "a PENDING 5.0h 2 pay", "b SUCCESS 2.0h 1 pay", "a SUCCESS 2.0h 2 pay"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// A workflow that is deleted meanwhile ends what watch does, and keeps its name.
func TestWatchOfADeletedWorkflow(t *testing.T) {
	t.Parallel()
	out, messages, code := watched(t, [][]client.WorkflowStatus{{state("a", client.WorkflowStatusPending, 0)}, {}}, "a", "never", "a")
	if code != 1 || !strings.Contains(messages, "a was deleted meanwhile") || !strings.Contains(messages, `there is no workflow "never"`) || !strings.Contains(messages, "0 of 2 succeeded") {
		t.Errorf("exit code %d\n%s", code, messages)
	}
	if !strings.Contains(out, `"id":"a","status":"GONE","age":"5.0h","steps_done":0,"last_step":null,"name":"pay"`) {
		t.Errorf("got\n%s", out)
	}
}

// On a terminal without room for all, watch hides ended workflows and counts the others; each key
// for the end ends it.
func TestWatchOfManyOnATerminal(t *testing.T) {
	t.Parallel()
	folder := liveFolder(t)
	changeLive(t, folder,
		"UPDATE workflow_status SET status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED' WHERE workflow_uuid = 'order-2'",
		"UPDATE workflow_status SET status = 'SUCCESS', completed_at = started_at_epoch_ms WHERE workflow_uuid IN ('order-3', 'order-4')",
	)
	ids := []string{"nope"}
	for i := range 12 {
		ids = append(ids, fmt.Sprint("order-", i+1))
	}
	args := append([]string{"watch", "--db", "sqlite:live.sqlite", "--every", "1h"}, ids...)
	s := openSized(t, 80, 10, folder, []string{"NO_COLOR=1"}, args...)
	s.holds("4 of 13 have ended, 2 without success")
	s.holds("order-1 ")
	s.holds("charge, 12.2h ago")
	s.holds("… and 2 more") // of ten, among them the one that does not exist
	if text := s.text(); strings.Contains(text, "order-3 ") || strings.Contains(text, "order-4 ") || !strings.Contains(text, "there is no such workflow") {
		t.Errorf("it shows\n%s", text)
	}
	s.press(esc)
	if code := s.wait(); code != 1 || !strings.Contains(s.text(), "9 of 13 have not ended") {
		t.Errorf("exit code %d\n%s", code, s.text())
	}
	all := openSized(t, 80, 24, folder, []string{"NO_COLOR=1"}, args...)
	all.holds("DEAD")
	all.holds("order-3 ")
	all.press("q")
	if code := all.wait(); code != 1 {
		t.Errorf("exit code %d\n%s", code, all.text())
	}
}
