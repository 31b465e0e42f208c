package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run"
)

// A reader counts the calls that top and watch make of it, each of which is one statement. Any
// other method is nil, and ends the run.
type reader struct {
	client.Client
	calls []string
	rows  [][]client.WorkflowStatus // of the lists, one after the other; the last one again and again
}

func (r *reader) WithContext(context.Context) client.Client { return r }

func (r *reader) ListQueues(...client.ListQueuesOption) ([]client.Queue, error) {
	r.calls = append(r.calls, "queues")
	return nil, nil
}

func (r *reader) GetWorkflowAggregates(client.WorkflowAggregatesInput) ([]client.WorkflowAggregate, error) {
	r.calls = append(r.calls, "aggregates")
	return nil, nil
}

func (r *reader) ListWorkflows(options ...client.ListWorkflowsOption) ([]client.WorkflowStatus, error) {
	var o client.ListWorkflowsOptions
	for _, option := range options {
		option(&o)
	}
	r.calls = append(r.calls, fmt.Sprintf("list of %d ids", len(o.WorkflowIDs)))
	rows := r.rows[0]
	if len(r.rows) > 1 {
		r.rows = r.rows[1:]
	}
	return rows, nil
}

// statements returns the calls of a runbook.
func (r *reader) statements(t *testing.T, command string, args ...string) []string {
	t.Helper()
	var out, log bytes.Buffer
	a := &app{streams: streams{out: &out, err: &log}, environment: run.Environment{Client: r}, unaudited: true}
	root := a.root()
	root.SetArgs(append([]string{command}, args...))
	root.SetOut(&out)
	root.SetErr(&log)
	if err := root.ExecuteContext(t.Context()); run.ExitCode(err) != 0 {
		t.Fatalf("%v\n%s%s", err, out.String(), log.String())
	}
	return r.calls
}

func TestTopReadsWithThreeStatements(t *testing.T) {
	t.Parallel()
	r := &reader{rows: [][]client.WorkflowStatus{{}}}
	if got := r.statements(t, "top"); !slices.Equal(got, []string{"queues", "aggregates", "list of 0 ids"}) {
		t.Errorf("top reads %q", got)
	}
}

func TestWatchReadsAllWithOneStatement(t *testing.T) {
	t.Parallel()
	var ids []string
	var running, ended []client.WorkflowStatus
	for i := range 300 {
		id := fmt.Sprintf("w-%d", i)
		ids = append(ids, id)
		running = append(running, client.WorkflowStatus{ID: id, Status: client.WorkflowStatusPending})
		ended = append(ended, client.WorkflowStatus{ID: id, Status: client.WorkflowStatusSuccess})
	}
	running[0].Status = client.WorkflowStatusSuccess
	r := &reader{rows: [][]client.WorkflowStatus{running, running[1:], ended[1:]}}
	got := strings.Join(r.statements(t, "watch", append(ids, "--every", "0.1s")...), ", ")
	if got != "list of 300 ids, list of 299 ids, list of 299 ids" {
		t.Errorf("watch reads %s", got)
	}
}
