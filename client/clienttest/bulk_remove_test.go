package clienttest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// Only runs that are done are removed, with their pages, as far as age and number both say so.
func TestOldBulkRunsAreRemoved(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(recorded(b))
		startBulk(t, c, client.BulkInput{Verb: "resume", IDs: []string{}}) // makes the tables
		insertBulks(b, "done", "running", "done", "stopped", "done", "paused", "done")
		ago := func(seconds int) time.Time { return b.Clock.Now().Add(-time.Duration(seconds) * time.Second) }
		for _, wrong := range []client.RemoveBulksOptions{{}, {Keep: -1}} {
			if _, err := client.RemoveBulks(c, wrong); client.CodeOf(err) != client.InvalidOption {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		for _, test := range []struct {
			o       client.RemoveBulksOptions
			removed int64
			left    string
		}{
			{client.RemoveBulksOptions{OlderThan: ago(60)}, 0, "b-0 b-1 b-2 b-3 b-4 b-5 b-6"},
			{client.RemoveBulksOptions{OlderThan: ago(4)}, 1, "b-0 b-1 b-2 b-3 b-4 b-5"},
			{client.RemoveBulksOptions{OlderThan: ago(1), Keep: 2}, 1, "b-0 b-1 b-2 b-3 b-5"},
			{client.RemoveBulksOptions{Keep: 1}, 1, "b-0 b-1 b-3 b-5"},
			{client.RemoveBulksOptions{OlderThan: ago(-60)}, 1, "b-1 b-3 b-5"},
		} {
			removed, err := client.RemoveBulks(c, test.o)
			if err != nil || removed != test.removed {
				t.Errorf("%+v: %d are removed, %v", test.o, removed, err)
			}
			runs, err := client.ListBulks(c, client.ListBulksOptions{})
			ids := make([]string, len(runs))
			for i, run := range runs {
				ids[i] = run.ID
			}
			if left := strings.Join(ids, " "); err != nil || left != test.left {
				t.Errorf("%+v: %s are left, %v", test.o, left, err)
			}
		}
		bulkRows(b, "CANCELLED", 1)
		if len(b.Rows("workflow_status", "(SELECT COUNT(*) FROM {dbos_script_bulk_pages}) = 6", nil)) != 1 {
			t.Error("the three runs that are left do not have their six pages")
		}
		many := make([]client.BulkState, 50)
		for i := range many {
			many[i] = client.BulkDone
		}
		b.Exec("DELETE FROM {dbos_script_bulk_pages}", nil)
		b.Exec("DELETE FROM {dbos_script_bulks}", nil)
		insertBulks(b, many...)
		if removed, err := client.RemoveBulks(c, client.RemoveBulksOptions{Keep: 3}); err != nil || removed != 47 {
			t.Errorf("%d are removed, %v", removed, err)
		}
	})
}

// The record of a run stays until the time that its input names, so that a second start finds it.
func TestABulkRunIsKeptUntilItsTime(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(recorded(b))
		input := client.BulkInput{ID: "plan", Verb: "resume", IDs: bulkRows(b, "CANCELLED", 3), KeepUntil: b.Clock.Now().Add(time.Hour)}
		startBulk(t, c, input)
		b.Clock.Advance(time.Hour - time.Millisecond)
		old := client.RemoveBulksOptions{OlderThan: b.Clock.Now()}
		if removed, err := client.RemoveBulks(c, old); err != nil || removed != 0 {
			t.Errorf("%d are removed before the time, %v", removed, err)
		}
		if again := startBulk(t, c, input); again.State != client.BulkDone || again.Changed != 3 {
			t.Errorf("a second start begins anew: %+v", again)
		}
		b.Clock.Advance(time.Millisecond)
		if removed, err := client.RemoveBulks(c, old); err != nil || removed != 1 {
			t.Errorf("%d are removed at the time, %v", removed, err)
		}
	})
}
