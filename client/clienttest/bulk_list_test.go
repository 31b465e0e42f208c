package clienttest_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// insertBulks inserts bulk runs with two pages each, every one a second older than the one before.
func insertBulks(b clienttest.Backend, states ...client.BulkState) {
	at := b.Clock.Now().UnixMilli()
	for i, state := range states {
		args := map[string]any{"bulk": fmt.Sprintf("b-%d", i), "state": string(state), "at": at - int64(i)*1000}
		b.Exec(`INSERT INTO {dbos_script_bulks} (bulk_id, verb, options, selection, state, rate, total, pages, done, changed, unchanged, unknown, drifted, created_at, updated_at,
	created_by, held_until) VALUES (:bulk, 'resume', '{}', '{}', :state, 0, 2, 2, 2, 2, 0, 0, 0, :at, :at, 'ops', 0)`, args)
		for page := range 2 {
			args["page"] = int64(page)
			b.Exec(`INSERT INTO {dbos_script_bulk_pages} (bulk_id, page, size, ids, states, updates) VALUES (:bulk, :page, 1, '[]', '[]', '[]')`, args)
		}
	}
}

func TestTheListOfBulkRunsHasALimit(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(recorded(b))
		startBulk(t, c, client.BulkInput{Verb: "resume", IDs: []string{}}) // makes the tables
		insertBulks(b, "done", "running", "done", "stopped", "paused")
		for _, test := range []struct {
			o    client.ListBulksOptions
			want []string
		}{
			{client.ListBulksOptions{}, []string{"b-0", "b-1", "b-2", "b-3", "b-4"}},
			{client.ListBulksOptions{Limit: 2}, []string{"b-0", "b-1"}},
			{client.ListBulksOptions{Limit: 9}, []string{"b-0", "b-1", "b-2", "b-3", "b-4"}},
			{client.ListBulksOptions{State: []client.BulkState{client.BulkDone}, Limit: 1}, []string{"b-0"}},
			{client.ListBulksOptions{State: []client.BulkState{client.BulkPaused, client.BulkRunning}}, []string{"b-1", "b-4"}},
			{client.ListBulksOptions{State: []client.BulkState{}}, nil},
		} {
			list, err := client.ListBulks(c, test.o)
			var ids []string
			for _, run := range list {
				ids = append(ids, run.ID)
			}
			if err != nil || list == nil || !slices.Equal(ids, test.want) {
				t.Errorf("%+v lists %v, %v", test.o, ids, err)
			}
		}
		for _, wrong := range []client.ListBulksOptions{{Limit: -1}, {State: []client.BulkState{"ended"}}} {
			if _, err := client.ListBulks(c, wrong); client.CodeOf(err) != client.InvalidOption {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
	})
}
