//go:build interop

package interop

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// recordFixtures has TestTheFixturesAreWhatTheSDKsWrite write the fixtures anew:
//
//	go test -tags interop ./tests/interop -run TestTheFixturesAreWhatTheSDKsWrite -record
var recordFixtures = flag.Bool("record", false, "write client/clienttest/testdata/fixtures anew")

// fixtureFolder is where the test of exports and imports reads the rows.
var fixtureFolder = filepath.Join("..", "..", "client", "clienttest", "testdata", "fixtures")

// The fixtures hold the rows that applications of the SDKs write: a new recording has the same
// tables, columns, keys and states, and payloads in the same places and serialisations.
func TestTheFixturesAreWhatTheSDKsWrite(t *testing.T) {
	t.Parallel()
	for _, sdk := range []peer.SDK{{Language: peer.Go, Version: "1.8.0"}, {Language: peer.Python, Version: "3.4.0"}, {Language: peer.Java, Version: "1.1.0-m6"}} {
		for backend, database := range sdkDatabases(sdk) {
			t.Run(sdk.String()+" "+backend, func(t *testing.T) {
				t.Parallel()
				o := &other{site: site{version: sdk.Version, database: database(t)}, sdk: sdk}
				o.start(t)
				o.leaveRows(t)
				o.app.Stop()
				found := o.recording(t)
				path := filepath.Join(fixtureFolder, fmt.Sprintf("rows-%s-%s-%s.jsonl", sdk.Language, sdk.Version, backend))
				if *recordFixtures {
					if err := os.WriteFile(path, []byte(found), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				stored, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				want, got := stable(t, string(stored)), stable(t, found)
				for i, line := range got {
					if i >= len(want) || line != want[i] {
						t.Errorf("%s: the application writes\n%s\nand the fixture has\n%s", path, line, slices.Concat(want, make([]string, i+1))[i])
						return
					}
				}
				if len(want) != len(got) {
					t.Errorf("%s has %d lines, and the application writes %d", path, len(want), len(got))
				}
			})
		}
	}
}

// leaveRows has the application leave rows of every kind: payloads in its own serialisation and in
// portable JSON, errors, steps, events, streams, messages, attributes, children, a fork, and
// workflows that wait, run and were cancelled.
func (o *other) leaveRows(t *testing.T) {
	t.Helper()
	value := map[string]any{"text": "ünï \u2028 \"quoted\" \\ <&> 🚀\t\n", "large": 1<<53 - 1, "fraction": -0.1, "none": nil, "list": []any{true, []any{}, map[string]any{}}}
	inputs := []struct {
		workflow string
		input    any
	}{
		{"same", value}, {"kinds", ""}, {"broken", "no \"luck\" for ünï"}, {"stumble", ""}, {"report", []any{value, 2, "last"}}, {"brood", value}, {"journey", 3},
		{"trial", ""}, {"hold", ""},
	}
	for _, form := range []string{"native", "portable"} {
		portable := form == "portable"
		id := func(name string) string { return form + "-" + name }
		for _, one := range inputs {
			options := map[string]any{"workflowID": id(one.workflow)}
			request := peer.Request{Do: "start", Workflow: one.workflow, Args: []any{one.input}, Options: options}
			if portable {
				request.Do, options["portable"], options["queueName"] = "enqueue", true, "ordinary"
			} else if one.workflow == "same" {
				options["attributes"] = map[string]any{"tier": 2, "région": "é", "nested": map[string]any{"a": []any{1, nil}}}
			}
			o.ask(t, request, nil)
		}
		send := func(name, topic string) {
			o.ask(t, peer.Request{Do: "send", WorkflowID: id(name), Key: topic, Args: []any{value}, Options: map[string]any{"portable": portable}}, nil)
		}
		o.awaitRecv(t, id("trial"))
		send("trial", "go")
		o.awaitRecv(t, id("hold"))
		send("hold", "unread")
		for _, one := range inputs[:len(inputs)-1] {
			o.tryAsk(t, peer.Request{Do: "result", WorkflowID: id(one.workflow)}, nil) // a failed one is an error here
		}
		o.ask(t, peer.Request{Do: "fork", WorkflowID: id("journey"), Options: map[string]any{"workflowID": id("fork"), "step": 1, "queueName": "ordinary"}}, nil)
		o.ask(t, peer.Request{Do: "result", WorkflowID: id("fork")}, nil)
		for _, name := range []string{"waiting", "cancelled"} {
			options := map[string]any{"workflowID": id(name), "queueName": "parked", "deduplicationID": id(name), "priority": 3}
			if portable {
				options["portable"] = true
			}
			o.ask(t, peer.Request{Do: "enqueue", Workflow: "same", Args: []any{value}, Options: options}, nil)
		}
		o.ask(t, peer.Request{Do: "cancel", WorkflowID: id("cancelled")}, nil)
	}
	o.ask(t, peer.Request{Do: "schedule", Key: "yearly", Args: []any{"0 0 3 1 1 *", map[string]any{"shop": "own"}}}, nil)
	var run struct{ WorkflowID string }
	o.ask(t, peer.Request{Do: "trigger", Key: "yearly"}, &run)
	o.ask(t, peer.Request{Do: "result", WorkflowID: run.WorkflowID}, nil)
}

// awaitRecv waits until a workflow waits for a message: then it has stored how long.
func (o *other) awaitRecv(t *testing.T, id string) {
	t.Helper()
	peer.Until(t, askTime, id+" waits for a message", func() bool {
		var steps []struct{ Name string }
		o.ask(t, peer.Request{Do: "steps", WorkflowID: id}, &steps)
		return len(steps) > 0 && steps[len(steps)-1].Name == "DBOS.sleep"
	})
}

// recordedTables are the tables of a fixture, with the order of their rows.
var recordedTables = [][2]string{
	{"dbos_migrations", "version"}, {"workflow_status", "workflow_uuid"}, {"workflow_input", "workflow_uuid"}, {"workflow_output", "workflow_uuid"},
	{"operation_outputs", "workflow_uuid, function_id"}, {"notifications", "destination_uuid, topic"}, {"workflow_events", "workflow_uuid, key"},
	{"workflow_events_history", "workflow_uuid, function_id"}, {"streams", `workflow_uuid, key, "offset"`},
}

// recording returns the rows as JSON, as the database itself writes it, below the names of their
// tables. Bytes of SQLite are hexadecimal digits behind "blob:".
func (o *other) recording(t *testing.T) string {
	t.Helper()
	handle := o.open(t)
	defer handle.Close()
	var text strings.Builder
	for _, table := range recordedTables {
		if !o.has(t, table[0]) {
			continue
		}
		query := "SELECT row_to_json(r)::text FROM dbos." + table[0] + " AS r ORDER BY " + table[1]
		if o.sqlite() {
			pairs := column(t, handle, `SELECT '''' || name || ''', CASE typeof("' || name || '") WHEN ''blob'' THEN ''blob:'' || hex("' || name || '") ELSE "' || name || '" END' FROM pragma_table_info(?)`, table[0])
			query = "SELECT json_object(" + strings.Join(pairs, ", ") + ") FROM " + table[0] + " ORDER BY " + table[1]
		}
		text.WriteString("== " + table[0] + "\n")
		for _, row := range column(t, handle, query) {
			text.WriteString(row + "\n")
		}
	}
	return text.String()
}

// changing matches times and random ids, which are others in each recording.
var changing = regexp.MustCompile(`\b1[789]\d{11}\b|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|20\d\d-\d\d-\d\d[T ][0-9:.]+`)

// stable returns the lines of a recording without values that are others in each recording. Of
// payloads, which may hold times in any form, it keeps whether there is one.
func stable(t *testing.T, recording string) []string {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(recording, "\n"), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "==") {
			continue
		}
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		for _, column := range []string{"inputs", "output", "error", "value", "message"} {
			if row[column] != nil && row[column] != "" {
				row[column] = "payload"
			}
		}
		text, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		lines[i] = changing.ReplaceAllString(string(text), "*")
	}
	return lines
}
