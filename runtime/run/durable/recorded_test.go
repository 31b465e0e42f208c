package durable_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// The corpus are the files testdata/recorded/*.json: runs that versions of the engine have
// recorded, each with its script. `go test ./runtime/run/durable -run RecordedRuns -record` runs
// each script of that folder that has no record yet, and adds it. A record is never written again:
// if the test fails, a run that is under way could not go on with the new engine.
var recordRuns = flag.Bool("record", false, "run the scripts of testdata/recorded that have no record, and record them")

const corpus = "testdata/recorded"

// ends are the states of runs that do not succeed.
var ends = map[string]string{"fails": "ERROR", "stopped": "ENQUEUED"}

// Runs that were recorded before are replayed: each of their steps is asked for and read, and the
// script ends as it has ended.
func TestRecordedRunsAreReplayed(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob(filepath.Join(corpus, "*.lua"))
	if err != nil || len(scripts) < 7 {
		t.Fatalf("the scripts are %q, %v", scripts, err)
	}
	asked := map[string]bool{}
	for _, path := range scripts {
		name := strings.TrimSuffix(filepath.Base(path), ".lua")
		if name == "helper" {
			continue
		}
		file := filepath.Join(corpus, name+".json")
		if _, err := os.Stat(file); os.IsNotExist(err) && *recordRuns {
			if !record(t, name, file) {
				continue
			}
		}
		r := readRecorded(t, file)
		made, err := r.Replay(t.Context(), run.Config{}, nil, func(s journal.Step) { asked[s.Name] = true })
		if err != nil || made.Matched != len(r.Steps) || r.Status != ends[name] && r.Status != "SUCCESS" || (made.Next != nil) != (name == "stopped") {
			t.Errorf("%s (%s): %d of %d steps match, the next is %v, %v", name, r.Status, made.Matched, len(r.Steps), made.Next, err)
		}
	}
	for _, missing := range missingResults(asked) {
		t.Errorf("no recorded run has a result of %s", missing)
	}
	for _, name := range []string{journal.SleepName, journal.RecvName, journal.SetEventName, journal.WriteStreamName, journal.PatchPrefix + "first", "dbos.prune batch", "bulk:cancel batch"} {
		if !asked[name] {
			t.Errorf("no recorded run has the step %s", name)
		}
	}
}

// unrecorded are functions for a person at a terminal and for tests of scripts, and the wait, which
// is recorded under the name of a sleep.
var unrecorded = []string{"screen.", "screen:", "progress.", "testing.", "help", "time.sleep"}

// missingResults returns the types of results, with the functions that return them, of which no
// function is among the recorded steps.
func missingResults(asked map[string]bool) (missing []string) {
	functions, found := map[string][]string{}, map[string]bool{}
	for _, topic := range declare.NewRegistry(run.Modules()...).Topics() {
		f, ok := topic.Item.(*declare.Func)
		if !ok || f.Kind == declare.Pure || !f.IsRecorded() || slices.ContainsFunc(unrecorded, func(p string) bool { return strings.HasPrefix(topic.Name, p) }) {
			continue
		}
		result := fmt.Sprint(f.Result())
		if f.Result() == nil {
			result = "nothing, and " + f.Kind.String()
		}
		functions[result] = append(functions[result], topic.Name)
		found[result] = found[result] || asked[topic.Name]
	}
	for result, ok := range found {
		if !ok {
			missing = append(missing, fmt.Sprint(result, " ", functions[result]))
		}
	}
	slices.Sort(missing)
	return missing
}

func readRecorded(t *testing.T, file string) *durable.Recorded {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := durable.DecodeRecorded(text)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return r
}

// record runs a script durably on a new database, and writes its record. It returns false if the
// script fails.
func record(t *testing.T, name, file string) bool {
	t.Helper()
	folder := t.TempDir()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Recorded", "yes")
		if r.URL.Path == "/none" {
			w.WriteHeader(http.StatusNotFound)
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"method": r.Method})
	}))
	defer server.Close()
	config := newRunDatabase(t, folder, "run")
	other := newRunDatabase(t, folder, "other")
	text, err := os.ReadFile(filepath.Join(corpus, name+".lua"))
	if err != nil {
		t.Fatal(err)
	}
	session, err := durable.Open(t.Context(), name, durable.Config{Database: config})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	plan := durable.Plan{Script: name + ".lua", Began: time.Now().UTC()}
	if name == "outside" {
		plan.Arguments = []string{folder, server.URL, other.DatabaseURL}
	}
	if name == "stopped" {
		most := int64(2)
		plan.MaxChanges = &most
	}
	source := run.Source{Path: name + ".lua", Name: name + ".lua", Folder: corpus, Text: text}
	if err := session.Start(t.Context(), "test", durable.BundleOf(source), plan); err != nil {
		t.Fatal(err)
	}
	sendTo(t, config, name)
	var out bytes.Buffer
	err = session.Execute(t.Context(), func(ctx context.Context, l *durable.Life) error {
		c := run.Config{Database: config, Streams: run.Streams{Stdout: &out, Stderr: &out}, Grants: grants.Lists{
			Read: []string{folder}, Write: []string{folder, os.TempDir()}, Net: []string{strings.TrimPrefix(server.URL, "http://")}, Env: []string{"RECORDED_*"},
			Exec: []string{"echo"}, DB: []string{other.DatabaseURL},
		}}
		c.Yes = true
		c.AuditPath = func() (string, error) { return filepath.Join(folder, "audit.jsonl"), nil }
		l.Apply(&c, journal.Limits{})
		return run.Do(ctx, c, l.Execute)
	})
	t.Logf("%s ended with %v\n%s", name, err, out.String())
	if _, exits := errors.AsType[*stdlib.ExitRequest](err); err != nil && !exits && ends[name] == "" {

		t.Error("it failed")
		return false
	}
	r, err := durable.ReadRecorded(t.Context(), name, config)
	if err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	if err := r.Write(&written); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, written.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return true
}

func newRunDatabase(t *testing.T, folder, name string) client.ClientConfig {
	t.Helper()
	config := client.ClientConfig{DatabaseURL: "sqlite:" + filepath.Join(folder, name+".sqlite"), Create: true, CreateRuns: true, SDK: client.SDKGo}
	c, err := client.NewClient(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	c.Shutdown(time.Second)
	return config
}

// sendTo sends the messages that a run receives, and the answer to its approval.
func sendTo(t *testing.T, config client.ClientConfig, id string) {
	t.Helper()
	c, err := client.NewClient(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Shutdown(time.Second)
	for topic, message := range map[string]any{
		"news": map[string]any{"text": "hello"}, stdlib.ApprovalTopic("1"): map[string]any{"approved": true, "by": "ann", "comment": "yes"},
	} {
		if err := c.Send(id, message, topic); err != nil {
			t.Fatal(err)
		}
	}
}
