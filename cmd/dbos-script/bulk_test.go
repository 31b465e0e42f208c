package main

import (
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A process that was killed stays in the row of its bulk run. When its lease has ended, bulk resume
// reports that no process works on the run.
func TestBulkResumeAfterAKill(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	stock(t, b)
	stockBulks(t, b)
	id := ""
	runs, err := client.ListBulks(b.NewClient(), client.ListBulksOptions{})
	for _, run := range runs {
		if run.State == client.BulkRunning {
			id = run.ID
		}
	}
	if err != nil || id == "" {
		t.Fatalf("%+v, %v", runs, err)
	}
	for _, test := range []struct {
		left time.Duration
		want string
		code int
	}{{time.Minute, "is running: 1 of 2 done", 0}, {-time.Minute, "no process works on", 2}} {
		b.Exec("UPDATE {dbos_script_bulks} SET holder = 'killed', held_until = :until", map[string]any{"until": time.Now().Add(test.left).UnixMilli()})
		output, code := runbook(t, b, "../runbooks/bulk_resume.lua", id)
		if !strings.Contains(output, test.want) || code != test.code {
			t.Errorf("%s before the end of the lease: %d, %s", test.left, code, output)
		}
	}
}

// The exit code of bulk watch is that of the workflows that the run has changed.
func TestBulkWatchEndsAsItsWorkflows(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	stock(t, b)
	c := b.NewClient(func(config *client.ClientConfig) { config.CreateRuns = true })
	if _, err := c.EnqueueMany("watched", "wf", make([]any, 2), client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: []string{"watched-1", "watched-2"}})); err != nil {
		t.Fatal(err)
	}
	run, err := client.StartBulk(c, client.BulkInput{ID: "r", Verb: "set_priority", Options: client.BulkPriorityOptions{Priority: 1}, IDs: []string{"watched-1", "watched-2"}})
	if err != nil || run.Changed != 2 {
		t.Fatalf("%+v, %v", run, err)
	}
	for _, test := range []struct {
		failed string
		want   string
		code   int
	}{{"", `"succeeded":2`, stdlib.ExitSuccess}, {"watched-1", "1 of 2 succeeded", stdlib.ExitPartial}, {"watched-%", "0 of 2 succeeded", 1}} {
		b.Exec("UPDATE {workflow_status} SET status = CASE WHEN workflow_uuid LIKE :failed THEN 'ERROR' ELSE 'SUCCESS' END WHERE queue_name = 'watched'", map[string]any{"failed": test.failed})
		if output, code := runbook(t, b, "../runbooks/bulk_watch.lua", "r"); !strings.Contains(output, test.want) || code != test.code {
			t.Errorf("with failures like %q: %d, %s", test.failed, code, output)
		}
	}
}
