package interop

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
)

// told is what the applications of the databases said in their own words, by SDK: an event, a
// stream, a result.
var told = map[string]struct {
	workflow       string
	output         any
	failed, error  string
	events, stream string
}{
	"go": {
		workflow: "go-add", output: map[string]any{"sum": int64(3), "at": "1970-01-01T00:00:00Z"},
		failed: "go-fails", error: "wf: nope", events: "go-events", stream: "go-streams",
	},
	"python": {
		workflow: "py-add", output: map[string]any{"sum": int64(3)},
		failed: "py-fails", error: "nope", events: "py-events", stream: "py-streams",
	},
}

// The databases of real Go and Python applications lie beside the repository on some machines;
// elsewhere there is nothing to try.
func TestDatabasesOfGoAndPythonApplications(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../shared/fixtures/*.sqlite")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			path := copyOf(t, file)
			before := digest(t, path)
			for _, readOnly := range []bool{false, true} {
				c := openFile(t, path, readOnly)
				readAll(t, c)
				c.Shutdown(time.Minute)
				if digest(t, path) != before {
					t.Errorf("reading has changed the file, read-only %v", readOnly)
				}
			}
			found := readAll(t, openFile(t, path, true))
			sdk, _, _ := strings.Cut(filepath.Base(file), "-")
			found.check(t, sdk)
			moved := readAll(t, openFile(t, movedInto(t, path), false))
			if !reflect.DeepEqual(found.workflows, moved.workflows) || !reflect.DeepEqual(found.steps, moved.steps) ||
				!reflect.DeepEqual(found.streams, moved.streams) || !reflect.DeepEqual(found.events, moved.events) {
				t.Error("in a database of our making the same rows read otherwise")
			}
			changeAll(t, openFile(t, path, false), told[sdk].workflow)
		})
	}
}

func copyOf(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(t.TempDir(), filepath.Base(file))
	if err := os.WriteFile(target, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return target
}

func digest(t *testing.T, path string) [sha256.Size]byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(content)
}

func openFile(t *testing.T, path string, readOnly bool) client.Client {
	t.Helper()
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: "sqlite:" + path, ReadOnly: readOnly})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Shutdown(time.Minute) })
	return c
}

// content is all that a client reads of a database.
type content struct {
	info      *client.Info
	workflows []client.WorkflowStatus
	steps     map[string][]client.StepInfo
	events    map[string]any
	streams   map[string][]any
}

// keys are the events and streams of the applications.
var (
	eventKeys  = []string{"progress", "portable"}
	streamKeys = []string{"out", "pout"}
)

func readAll(t *testing.T, c client.Client) *content {
	t.Helper()
	found := &content{steps: map[string][]client.StepInfo{}, events: map[string]any{}, streams: map[string][]any{}}
	var err error
	if found.info, err = c.Info(); err != nil {
		t.Fatal(err)
	}
	if found.workflows, err = c.ListWorkflows(client.WithLoadInput(true), client.WithLoadOutput(true)); err != nil {
		t.Fatal(err)
	}
	for _, wf := range found.workflows {
		if found.steps[wf.ID], err = c.GetWorkflowSteps(wf.ID); err != nil {
			t.Fatal(err)
		}
		found.readTalk(t, c, wf.ID)
	}
	return found
}

// readTalk reads the events and streams of one workflow, which has ended.
func (found *content) readTalk(t *testing.T, c client.Client, id string) {
	t.Helper()
	for _, key := range eventKeys {
		if value, err := c.GetEvent(id, key, 0); err == nil {
			found.events[id+" "+key] = value
		}
	}
	for _, key := range streamKeys {
		values, closed, err := c.ClientReadStream(id, key)
		if err != nil || !closed {
			t.Errorf("stream %s of %s: closed %v, %v", key, id, closed, err)
		}
		if len(values) > 0 {
			found.streams[id+" "+key] = values
		}
	}
}

func (found *content) check(t *testing.T, sdk string) {
	t.Helper()
	want := told[sdk]
	by := map[string]client.WorkflowStatus{}
	for _, wf := range found.workflows {
		by[wf.ID] = wf
		for what, value := range map[string]any{"input": wf.Input, "output": wf.Output} {
			if _, opaque := value.(codec.Opaque); opaque {
				t.Errorf("%s of %s cannot be read: %v", what, wf.ID, value)
			}
		}
		if (wf.Status == client.WorkflowStatusError) != (wf.Error != nil) {
			t.Errorf("%s is %s with the error %v", wf.ID, wf.Status, wf.Error)
		}
	}
	if got := by[want.workflow].Output; !reflect.DeepEqual(got, want.output) {
		t.Errorf("the result of %s is %#v", want.workflow, got)
	}
	if err := by[want.failed].Error; err == nil || !strings.Contains(err.Error(), want.error) {
		t.Errorf("the error of %s is %v", want.failed, err)
	}
	if got := found.streams[want.stream+" out"]; fmt.Sprint(got) != "[map[i:0] map[i:1] map[i:2]]" {
		t.Errorf("the stream is %v", got)
	}
	if got, ok := found.events[want.events+" progress"].(map[string]any); !ok || got["i"] != int64(2) {
		t.Errorf("the event is %v", found.events)
	}
	found.checkInfo(t, sdk)
}

func (found *content) checkInfo(t *testing.T, sdk string) {
	t.Helper()
	var total int64
	for _, state := range found.info.Statuses {
		total += state.Count
	}
	if int(total) != len(found.workflows) || len(found.info.Versions) != 1 || len(found.info.Unsupported) > 0 {
		t.Errorf("%d workflows, %d versions, unsupported: %v", total, len(found.info.Versions), found.info.Unsupported)
	}
	if !strings.Contains(strings.ToLower(found.info.Family), sdk) || !slices.Equal(found.info.Applications, []string{sdk[:2] + "app"}) {
		t.Errorf("made by %s, applications %v", found.info.Family, found.info.Applications)
	}
}

// movedInto puts every row of a database into one that we made, with the columns that its SDK has
// written; the limits of partitions, which came later than our tables, are the only ones that
// have no place.
func movedInto(t *testing.T, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "made.sqlite")
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: "sqlite:" + to, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	c.Shutdown(time.Minute)
	handle, err := sql.Open("sqlite", to)
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	handle.SetMaxOpenConns(1)
	mustExec(t, handle, "ATTACH DATABASE ? AS theirs", from)
	for _, table := range column(t, handle, `SELECT name FROM theirs.sqlite_master WHERE type = 'table' AND name <> 'dbos_migrations'`) {
		columns := column(t, handle, `SELECT '"' || name || '"' FROM pragma_table_info(?, 'theirs') WHERE name NOT LIKE 'partition\_%' ESCAPE '\' OR name = 'partition_queue'`, table)
		names := strings.Join(columns, ", ")
		mustExec(t, handle, fmt.Sprintf("INSERT INTO main.%s (%s) SELECT %s FROM theirs.%s", table, names, names, table))
	}
	return to
}

func mustExec(t *testing.T, handle *sql.DB, statement string, arguments ...any) {
	t.Helper()
	if _, err := handle.ExecContext(t.Context(), statement, arguments...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// column gives the first column of all rows.
func column(t *testing.T, handle *sql.DB, query string, arguments ...any) []string {
	t.Helper()
	rows, err := handle.QueryContext(t.Context(), query, arguments...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var values []string
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			t.Fatal(err)
		}
		values = append(values, value)
	}
	return values
}

// changeAll tries each kind of change on a database that another SDK made: what its columns want,
// ours must give.
func changeAll(t *testing.T, c client.Client, finished string) {
	t.Helper()
	then := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	schedule := client.ClientScheduleInput{ScheduleName: "hourly", WorkflowName: "add", Schedule: "@hourly", SDK: client.SDKGo}
	for _, change := range []struct {
		what string
		do   func() error
	}{
		{"enqueue", func() error {
			_, err := c.Enqueue("q1", "add", 1, client.WithEnqueueOptions(client.EnqueueOptions{WorkflowID: "ours", Strict: true}))
			return err
		}},
		{"send", func() error { return c.Send("ours", "hello", "topic") }},
		{"cancel", func() error { return c.CancelWorkflow("ours") }},
		{"resume", func() error { _, err := c.ResumeWorkflow("ours"); return err }},
		{"fork", func() error {
			_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: finished, StartStep: 1})
			return err
		}},
		{"debounce", func() error {
			_, err := c.Debounce("add", "key", time.Second, 1, client.DebouncerOptions{})
			return err
		}},
		{"create a schedule", func() error { return c.CreateSchedule(schedule) }},
		{"apply a schedule", func() error { return c.ApplySchedules([]client.ClientScheduleInput{schedule}) }},
		{"backfill", func() error { _, err := c.BackfillSchedule("hourly", then, then.Add(3*time.Hour)); return err }},
		{"trigger", func() error { _, err := c.TriggerSchedule("hourly"); return err }},
		{"make a version the latest", func() error { return c.SetLatestApplicationVersion("v1") }},
		{"delete", func() error { return c.DeleteWorkflows([]string{finished}) }},
	} {
		if err := change.do(); err != nil {
			t.Errorf("%s: %v", change.what, err)
		}
	}
	if h, err := c.RetrieveWorkflow("ours"); err != nil {
		t.Error(err)
	} else if wf, err := h.GetStatus(); err != nil || wf.Status != client.WorkflowStatusEnqueued {
		t.Errorf("what we enqueued is %s, %v", wf.Status, err)
	}
}
