package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/families"
)

// failedRows stores failed workflows of three causes, and others with the same texts in states that
// are no failures.
func failedRows(b clienttest.Backend) {
	causes := []string{"connect ECONNREFUSED 10.0.0.%d:5432", "the order %d does not exist", "the card of customer %d has no funds"}
	states := []string{"ERROR", "ERROR", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED", "SUCCESS", "PENDING", "ENQUEUED"}
	var values []string
	for i := range len(causes) * len(states) * 3 {
		state := states[i/len(causes)%len(states)]
		values = append(values, fmt.Sprintf("('w-%02d', '%s', 'pay', 'orders', '%s', 0, 1, 1)", i, state, fmt.Sprintf(causes[i%len(causes)], i)))
	}
	b.Exec("INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, error, priority, created_at, updated_at) VALUES "+strings.Join(values, ", "), nil)
}

// byID returns all workflows by their ids.
func byID(b clienttest.Backend) map[string]clienttest.Record {
	rows := map[string]clienttest.Record{}
	for _, row := range b.Rows("workflow_status", "", nil) {
		rows[fmt.Sprint(row["workflow_uuid"])] = row
	}
	return rows
}

// A call about a group acts on the workflows that a statement of its own selects by a word of their
// message, in the states that the call is for, and on no other.
func TestACallAboutAGroupActsOnItsWorkflows(t *testing.T) {
	t.Parallel()
	for call, states := range map[string]string{
		`dbos.rerun_workflows(group)`:               "'ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'",
		`dbos.resume_workflows(group.workflow_ids)`: "'MAX_RECOVERY_ATTEMPTS_EXCEEDED'",
		`dbos.cancel_workflows(group.workflow_ids)`: "'MAX_RECOVERY_ATTEMPTS_EXCEEDED'",
		`dbos.rewind_workflows(group.workflow_ids)`: "'ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'",
		`dbos.delete_workflows(group.workflow_ids)`: "'ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'",
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
				failedRows(b)
				var want []string
				for _, row := range b.Rows("workflow_status", "error LIKE '%ECONNREFUSED%' AND status IN ("+states+")", nil) {
					want = append(want, fmt.Sprint(row["workflow_uuid"]))
				}
				before := byID(b)
				var out, log bytes.Buffer
				script := `for _, group in ipairs(dbos.failures()) do if group.error:find("ECONNREFUSED", 1, true) then ` + call + ` end end`
				args := []string{"-e", script, "--db", b.Config().DatabaseURL, "--schema", b.Config().DatabaseSchema, "--yes", "--audit", filepath.Join(t.TempDir(), "audit.jsonl")}
				if code := Main(t.Context(), args, streams{strings.NewReader(""), &out, &log}); code != 0 {
					t.Fatalf("exit code %d\n%s%s", code, &out, &log)
				}
				touched := touchedIDs(before, byID(b))
				if slices.Sort(want); !slices.Equal(touched, want) || len(want) < 3 {
					t.Errorf("%v were touched, and the database selects %v", touched, want)
				}
			})
		})
	}
}

// touchedIDs returns the ids of workflows that differ, are gone, or have a new fork.
func touchedIDs(before, after map[string]clienttest.Record) []string {
	touched := map[string]bool{}
	for id, row := range before {
		if !reflect.DeepEqual(row, after[id]) {
			touched[id] = true
		}
	}
	for id, row := range after {
		if before[id] == nil {
			touched[fmt.Sprint(row["forked_from"])] = true
		}
	}
	return slices.Sorted(maps.Keys(touched))
}

// A hundred thousand messages of forty causes are grouped by a process that takes at most 50 MB,
// which writes the ids of all of them too.
func TestManyFailuresTakeLittleMemory(t *testing.T) {
	t.Parallel()
	const count, most = 100_000, 50_000_000 // bytes
	m := newMeasured(t).built(t)
	for _, name := range []string{"SQLite", "Postgres"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := clienttest.On(t, name)
			failMany(t, b, count)
			code, peak, log := m.run(t, "failures", "--limit", "60", "--db", b.Config().DatabaseURL, "--schema", b.Config().DatabaseSchema, "--audit", "none", "--output", "ndjson")
			if code != 0 || peak > most || strings.Contains(log, "--limit") {
				t.Errorf("exit code %d, %d bytes\n%s", code, peak, log)
			}
			t.Logf("%d bytes", peak)
		})
	}
}

// failMany stores workflows with messages of all families.
func failMany(t *testing.T, b clienttest.Backend, count int) {
	t.Helper()
	const block = 10_000
	each := map[string]string{"SQLite": "SELECT value FROM json_each(:messages)", "Postgres": "SELECT value FROM json_array_elements_text(CAST(:messages AS json)) AS each (value)"}[b.Name]
	messages := families.Messages(count, 7)
	for start := 0; start < count; start += block {
		texts := []string{}
		for i, message := range messages[start:min(start+block, count)] {
			id := fmt.Sprintf("%08x-0000-4000-8000-%012x", (start+i)*7919%count, start+i)
			texts = append(texts, id+message.Text)
		}
		list, err := json.Marshal(texts)
		if err != nil {
			t.Fatal(err)
		}
		b.Exec("INSERT INTO {workflow_status} (workflow_uuid, status, name, error, priority, created_at, updated_at, completed_at) SELECT substr(value, 1, 36), 'ERROR', 'pay', substr(value, 37), 0, 1, 1, 1 FROM ("+each+") AS messages",
			map[string]any{"messages": string(list)})
	}
}
