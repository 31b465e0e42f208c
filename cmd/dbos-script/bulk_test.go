package main

import (
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
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
