package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib"
)

// TestNoFunctionChangesAnythingUnasked runs the examples of every function of dbos, of its clients,
// handles and debouncers in a dry run, and in a run that may change nothing. Neither changes a row;
// and the second is refused exactly where the first has something in its plan, so that no function
// gets past the one, or the other.
func TestNoFunctionChangesAnythingUnasked(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	stock(t, b)
	before, refused := everything(b), map[string]bool{}
	for _, topic := range declarations().Topics() {
		f, ok := topic.Item.(*declare.Func)
		if !ok {
			continue
		}
		for _, example := range f.Examples {
			if !usesDatabase.MatchString(example) || strings.Contains(example, "dbos.connect{") {
				continue
			}
			_, plan := unasked(t, b, example, func(s *safety) { s.dryRun = true })
			code, _ := unasked(t, b, example, func(s *safety) { s.maxChanges.Set("0") })
			if planned := !strings.Contains(plan, "would change nothing"); planned != (code == stdlib.ExitDenied) {
				t.Errorf("%s: exit code %d, and the plan\n%s\n%s", topic.Name, code, plan, example)
			} else if planned {
				refused[f.Name] = true
			}
			if after := everything(b); !reflect.DeepEqual(before, after) {
				t.Fatalf("%s changed something:\n%s\nbefore\n%v\nafter\n%v", topic.Name, example, before, after)
			}
		}
	}
	for _, f := range declarations().Module("dbos").Funcs {
		if !onlyReads(f.Name) && !refused[f.Name] {
			t.Errorf("no example of dbos.%s was refused: a function that only reads belongs into onlyReads, one that changes something goes through the gate", f.Name)
		}
	}
}

// onlyReads tells which functions of dbos change nothing.
func onlyReads(name string) bool {
	return slices.Contains([]string{
		"portable_args", "connect", "shutdown", "retrieve_workflow", "list_workflows", "workflows", "get_workflow_steps", "get_event", "read_stream",
		"read_stream_async", "wait", "get_schedule", "list_schedules", "plan_backfill", "debouncer", "list_application_versions", "get_latest_application_version",
	}, name)
}

// unasked runs a chunk, and gives its exit code and what it wrote to standard error.
func unasked(t *testing.T, b clienttest.Backend, chunk string, set func(*safety)) (code int, log string) {
	t.Helper()
	var out, errors bytes.Buffer
	a := &app{streams: streams{out: &out, err: &errors}}
	a.options.database, a.options.audit = b.Config().DatabaseURL, filepath.Join(t.TempDir(), "audit.jsonl")
	set(&a.options.safety)
	code = a.report(a.runChunk(t.Context(), chunk, nil))
	return code, errors.String()
}

// everything is what stands in the tables.
func everything(b clienttest.Backend) string {
	var text strings.Builder
	for _, table := range []string{"workflow_status", "operation_outputs", "notifications", "workflow_schedules", "application_versions", "streams", "workflow_events", "queues"} {
		fmt.Fprintln(&text, table, b.Rows(table, "", nil))
	}
	return text.String()
}
