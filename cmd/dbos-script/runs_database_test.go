package main

import (
	"errors"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
)

// The database knows whether a run goes on, and the log how it ended and how much it has changed.
func TestRunsOfTheLogAndTheDatabaseAreJoined(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.March, 2, 1, 0, 0, 0, time.UTC)
	plan := func(script string) map[string]any {
		return map[string]any{"positionalArgs": []any{}, "namedArgs": map[string]any{"script": script, "source": "h", "began": "2026-03-02T01:00:00Z", "tick": map[string]any{"at": "2026-03-02T01:00:00Z", "attempt": int64(1)}}}
	}
	exit := func(status int64) any { return map[string]any{"exit_code": status} }
	log := []*audit.Summary{
		{Run: audit.Run{ID: "by hand"}, Started: at.Add(3 * time.Hour), Outcome: "denied"},
		{Run: audit.Run{ID: "denied", User: "ann"}, Started: at, Ended: at.Add(time.Second), Outcome: "denied", Changed: 7},
		{Run: audit.Run{ID: "taken over"}, Started: at, Outcome: audit.Unfinished},
		{Run: audit.Run{ID: "stopped"}, Started: at, Ended: at.Add(time.Second), Outcome: "timeout"},
	}
	workflows := []client.WorkflowStatus{
		{ID: "denied", Status: client.WorkflowStatusError, Error: errors.New("x"), Input: plan("a.lua"), StartedAt: at.Add(time.Minute), CompletedAt: at.Add(time.Hour), ExecutorID: "vm:1:a"},
		{ID: "taken over", Status: client.WorkflowStatusPending, Input: plan("a.lua"), CreatedAt: at.Add(time.Minute)},
		{ID: "stopped", Status: client.WorkflowStatusEnqueued, Input: plan("a.lua"), CreatedAt: at},
		{ID: "waits", Status: client.WorkflowStatusEnqueued, Input: plan("a.lua"), CreatedAt: at},
		{ID: "reads", Status: client.WorkflowStatusSuccess, Output: exit(0), Input: plan("reads.lua"), CreatedAt: at, CompletedAt: at.Add(time.Second)},
		{ID: "partial", Status: client.WorkflowStatusSuccess, Output: exit(4), Input: plan("a.lua"), CreatedAt: at, CompletedAt: at.Add(time.Second)},
		{ID: "cancelled", Status: client.WorkflowStatusCancelled, Input: plan("a.lua"), CreatedAt: at},
		{ID: "child", Status: client.WorkflowStatusSuccess, Input: map[string]any{"positionalArgs": []any{1}}, CreatedAt: at},
	}
	runs := joined(log, workflows)
	outcomes := map[string]string{}
	for _, r := range runs {
		outcomes[r.Run.ID] = r.Outcome
	}
	for id, want := range map[string]string{"by hand": "denied", "denied": "denied", "taken over": "running", "stopped": "timeout", "waits": "waiting", "reads": "success", "partial": "partial", "cancelled": "cancelled"} {
		if outcomes[id] != want {
			t.Errorf("%s is %q, want %q", id, outcomes[id], want)
		}
	}
	if len(runs) != 8 || runs[0].Run.ID != "by hand" {
		t.Fatalf("%d runs, the first is %s", len(runs), runs[0].Run.ID)
	}
	found, err := findRun("denied", runs)
	if err != nil || found.Changed != 7 || found.User != "ann" || !found.Started.Equal(at.Add(time.Minute)) || !found.Ended.Equal(at.Add(time.Hour)) || found.tick == nil || !found.tick.At.Equal(at) || found.tick.Attempt != 1 {
		t.Errorf("%+v, %v", found.Summary, err)
	}
	if log[1].Started != at {
		t.Error("the summaries of the log were changed")
	}
	if read, err := findRun("reads", runs); err != nil || read.Script != "reads.lua" || read.ExitCode == nil || *read.ExitCode != 0 {
		t.Errorf("%+v, %v", read.Summary, err)
	}
}
