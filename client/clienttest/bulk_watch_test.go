package clienttest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A watch follows the changed workflows of a run, no others, and reports each end.
func TestABulkRunIsWatched(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{"w": idle, "bad": soldOut})
		looks := 0
		c := b.NewClient(besideWork(b, func() {
			if looks++; looks == 2 {
				mustDrain(t, w)
			}
		}))
		ids := runnable(b, "CANCELLED", 6)
		set(b, ids[1], "name = 'bad'")
		run := startBulk(t, c, client.BulkInput{ID: "r", Verb: "resume", Options: map[string]any{"queue_name": queue}, IDs: append(ids[:6:6], "none")})
		b.Exec("DELETE FROM {workflow_status} WHERE workflow_uuid = :id", map[string]any{"id": ids[2]})
		set(b, ids[3], "status = 'CANCELLED'")
		var seen []string
		end, err := client.WatchBulk(c, run, client.BulkWatchOptions{Each: func(_ context.Context, e client.BulkEnd) error {
			seen = append(seen, fmt.Sprint(e.Waiting))
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		want := client.BulkEnd{RunID: "r", Reached: true, Followed: 6, Succeeded: 3, Failed: 1, Cancelled: 1, Deleted: 1, FailedIDs: []string{ids[1]}}
		if fmt.Sprint(*end) != fmt.Sprint(want) || strings.Join(seen, " ") != "4 4 0" {
			t.Errorf("the end is %+v, after looks at %v waiting", end, seen)
		}
		if end, err = client.WatchBulk(b.NewClient(), &client.Bulk{ID: "r"}, client.BulkWatchOptions{}); err != nil || !end.Reached {
			t.Errorf("a second watch: %+v, %v", end, err)
		}
	})
}

// A watch ends at its timeout, when none of the workflows waits, and when nothing runs them.
func TestAWatchOfABulkRunEnds(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(recorded(b))
		ids := onQueue(t, b, c, 2)
		run := startBulk(t, c, resumed(ids, 0, client.BulkLimits{}))
		for _, test := range []struct {
			sql     string
			options client.BulkWatchOptions
			reached bool
			reason  string
		}{
			{"", client.BulkWatchOptions{Timeout: 5 * time.Second}, false, "the timeout of 5s"},
			{"", client.BulkWatchOptions{}, false, "nothing runs its workflows: " + ids[0] + ": it has waited for"},
			{"UPDATE {workflow_status} SET status = 'PENDING'", client.BulkWatchOptions{Until: client.UntilTaken}, true, ""},
		} {
			if test.sql != "" {
				b.Exec(test.sql, nil)
			}
			end, err := client.WatchBulk(c, run, test.options)
			if err != nil || end.Reached != test.reached || !strings.HasPrefix(end.Reason, test.reason) || (end.Reason == "") != (test.reason == "") {
				t.Errorf("%+v: %+v, %v", test.options, end, err)
			}
		}
		for _, options := range []client.BulkWatchOptions{{Until: "later"}, {Timeout: -1}} {
			if _, err := client.WatchBulk(c, run, options); client.CodeOf(err) != client.InvalidOption {
				t.Errorf("%+v: %v", options, err)
			}
		}
		dry := b.NewClient(func(config *client.ClientConfig) { config.DryRun = true })
		if end, err := client.WatchBulk(dry, run, client.BulkWatchOptions{}); err != nil || end.Reached || end.Reason == "" {
			t.Errorf("in a dry run: %+v, %v", end, err)
		}
	})
}
