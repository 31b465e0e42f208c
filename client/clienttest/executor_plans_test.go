package clienttest_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// wholeTable is a step of a plan of SQLite that reads every row of a table that grows with the
// workflows. An index that has only rows in flight may be read as a whole.
var wholeTable = regexp.MustCompile(`^SCAN (ws|t|w|workflow_\w+|operation_outputs|n|notifications|streams|s|e)( USING (COVERING )?INDEX (workflow_status_created_at_index|sqlite_autoindex\w+))?$`)

// No statement of an executor reads a whole table on SQLite, which uses an index of some states
// only if the statement repeats its condition.
func TestAnExecutorReadsNoWholeTable(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	addRuns(b)
	for name, text := range readSource(t, "../worker").statements {
		if name == "claimHead" || name == "notify" {
			continue
		}
		args := map[string]any{}
		for _, match := range parameter.FindAllStringSubmatch(text, -1) {
			if _, known := args[match[2]]; match[1] != "" || match[2] == "ids" || match[2] == "tokens" {
				args[match[2]] = []string{"a", "b"}
			} else if !known {
				args[match[2]] = "a"
			}
		}
		err := b.Database.DB().Read(t.Context(), func(batch *db.Batch) {
			batch.Query("EXPLAIN QUERY PLAN "+text, args, func(row db.Row) error {
				var id, parent, unused int64
				var detail string
				err := row.Scan(&id, &parent, &unused, &detail)
				if wholeTable.MatchString(detail) {
					t.Errorf("%s: %s", name, detail)
				}
				return err
			})
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A claim on Postgres reads as many rows as it takes, in the order of an index, and does not sort
// all workflows that wait, however many they are.
func TestAClaimReadsOnlyWhatItTakes(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	addRuns(b)
	b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, name, status, queue_name, priority, created_at, updated_at)
		SELECT 'w' || i, 'w', 'ENQUEUED', 'q', 0, 1, 1 FROM generate_series(1, 5000) AS i`, nil)
	b.Alter("ANALYZE {workflow_status}")
	statements := readSource(t, "../worker").statements
	args := map[string]any{"queue": "q", "partition": nil, "application": "shop", "owned": false, "own_queues": []string{"q"}, "only": nil,
		"names": []string{"w", "v"}, "known_versions": []string{"1", "1"}, "current_names": []string{"w", "v"}, "current_versions": []string{"1", "1"},
		"budget": int64(10), "now": int64(2), "executor": "x", "limited": false, "token": "t"}
	for _, name := range []string{"takeFree", "takeFreeAgain"} {
		plan := ""
		err := b.Database.DB().Read(t.Context(), func(batch *db.Batch) {
			batch.Indexed()
			batch.Query("EXPLAIN "+statements[name], args, func(row db.Row) error {
				var line string
				err := row.Scan(&line)
				plan += line + "\n"
				return err
			})
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(plan, "Sort") || !strings.Contains(plan, "Index Scan using idx_workflow_status_in_flight") {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}
