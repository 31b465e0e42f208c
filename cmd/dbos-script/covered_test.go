package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib"
	calls "github.com/dbos-script/dbos-script/tests/operations"
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
			if planned := strings.Contains(plan, " would make "); planned != (code == stdlib.ExitDenied) {
				t.Errorf("%s: exit code %d, and the plan\n%s\n%s", topic.Name, code, plan, example)
			} else if planned {
				refused[f.Name] = true
			}
			if after := everything(b); !reflect.DeepEqual(before, after) {
				t.Fatalf("%s changed something:\n%s\nbefore\n%v\nafter\n%v", topic.Name, example, before, after)
			}
		}
	}
	changes := changing(t)
	for _, f := range declarations().Module("dbos").Funcs {
		if changes[f.Name] && !refused[f.Name] {
			t.Errorf("no example of dbos.%s was refused, but it calls a method that changes something", f.Name)
		}
	}
}

// changing returns the functions of dbos that call a method of the client that changes something.
func changing(t *testing.T) map[string]bool {
	t.Helper()
	var methods []string
	for _, o := range operations.Changing() {
		methods = append(methods, o.Method)
	}
	functions, err := calls.Functions("../../bindings", methods)
	if err != nil {
		t.Fatal(err)
	}
	changing := map[string]bool{}
	for name, called := range functions {
		changing[name] = len(called) > 0
	}
	return changing
}

// unasked runs a chunk, and gives its exit code and what it wrote to standard error.
func unasked(t *testing.T, b clienttest.Backend, chunk string, set func(*safety)) (code int, log string) {
	t.Helper()
	var out, errors bytes.Buffer
	a := &app{streams: streams{out: &out, err: &errors}}
	a.options.database, a.options.audit = b.Config().DatabaseURL, filepath.Join(t.TempDir(), "audit.jsonl")
	a.options.allow.Write, a.options.allow.Read = []string{os.TempDir()}, []string{os.TempDir()}
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
