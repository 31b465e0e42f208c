package clienttest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A statement that changes workflows and returns them as they were looks each of them up by its
// id, also if the statistics of Postgres know none in its state. Otherwise 50,000 workflows take
// minutes.
func TestFormerRowsAreLookedUpByTheirIDs(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres").Of(client.SDKGo)
	insert := "INSERT INTO {workflow_status} (workflow_uuid, status, created_at, updated_at) SELECT '%s-' || n, '%s', 1, 1 FROM generate_series(1, %d) AS n"
	b.Exec(fmt.Sprintf(insert, "old", "SUCCESS", 20_000), nil)
	b.Exec("ANALYZE {workflow_status}", nil)
	ids := make([]string, 2000)
	for i := range ids {
		ids[i] = fmt.Sprint("new-", i+1)
	}
	checked := 0
	for name, text := range readSource(t, "..").statements {
		if !strings.Contains(text, "former_status") || !strings.Contains(text, "UPDATE {workflow_status}") {
			continue
		}
		checked++
		args := map[string]any{}
		for _, match := range parameter.FindAllStringSubmatch(text, -1) {
			args[match[2]] = nil
		}
		args["ids"] = ids
		var plan []string
		err := b.Database.DB().Read(t.Context(), func(batch *db.Batch) {
			batch.Indexed()
			db.Collect(batch, &plan, "EXPLAIN "+text, args, func(row db.Row) (line string, err error) {
				return line, row.Scan(&line)
			})
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, line := range plan {
			byAll := strings.Contains(line, "workflow_uuid") && (strings.Contains(line, "new-1") || strings.Contains(line, "= ANY ($"))
			if byAll && !strings.Contains(line, "Index Cond") || strings.Contains(line, "Seq Scan") {
				t.Errorf("%s looks each row up among all ids:\n%.3000s", name, strings.Join(plan, "\n"))
				break
			}
		}
	}
	if checked < 9 {
		t.Errorf("%d statements", checked)
	}
}

// If all workflows of a call are alike, the statement returns one row, and not each of their ids.
func TestFormerRowsOfAlikeWorkflowsAreOneRow(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres").Of(client.SDKGo)
	statements := readSource(t, "..").statements
	for _, name := range []string{"resumeKeptMany", "resumeUnpinnedMany", "cancelKeptMany"} {
		b.Exec("INSERT INTO {workflow_status} (workflow_uuid, status, created_at, updated_at) SELECT :name || n, 'PENDING', 1, 1 FROM generate_series(1, 5) AS n",
			map[string]any{"name": name})
		ids := make([]string, 5)
		for i := range ids {
			ids[i] = fmt.Sprint(name, i+1)
		}
		for _, test := range []struct {
			ids  []string
			rows int
		}{{ids[:4], 1}, {append(ids[4:], "missing"), 2}} {
			rows, changed := 0, int64(0)
			err := b.Database.DB().Run(t.Context(), func(batch *db.Batch) {
				args := map[string]any{"ids": test.ids, "sampled": test.ids, "queue": "q", "now": int64(2), "shared": false}
				batch.Query(statements[name], args, func(row db.Row) error {
					var id, status, queue, version, deduplication db.Text
					var priority, total db.Int
					rows++
					err := row.Scan(&id, &status, &queue, &version, &priority, &deduplication, &total)
					changed += total.Int64
					return err
				})
			})
			if err != nil || rows != test.rows || changed != int64(len(test.ids))-int64(test.rows-1) {
				t.Errorf("%s of %q: %d rows, %d changed, %v", name, test.ids, rows, changed, err)
			}
		}
	}
}
