package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// TestDeclarations holds that everything has a manual and every function an example.
func TestDeclarations(t *testing.T) {
	t.Parallel()
	for _, err := range declare.Check(declarations().Modules()...) {
		t.Error(err)
	}
}

// TestEveryExampleRuns runs the examples of the manuals as they stand, on every back end.
func TestEveryExampleRuns(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{} // a connection's methods are the module's functions
	for _, topic := range declarations().Topics() {
		f, ok := topic.Item.(*declare.Func)
		if !ok {
			continue
		}
		for i, example := range f.Examples {
			if seen[example] {
				continue
			}
			seen[example] = true
			t.Run(fmt.Sprintf("%s/%d", topic.Name, i+1), func(t *testing.T) {
				t.Parallel()
				switch {
				case ofTests.MatchString(topic.Name):
					runInTest(t, example)
				case usesDatabase.MatchString(example):
					clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) { runExample(t, b, example) })
				case strings.Contains(example, "http."):
					runRequest(t, example)
				default:
					runAlone(t, example)
				}
			})
		}
	}
}

// ofTests tells what belongs into a test.
var ofTests = regexp.MustCompile(`^(testing|assert|fleet|clock|runbook|fake)\b`)

// runInTest runs an example as a test, unless it describes one itself.
func runInTest(t *testing.T, example string) {
	folder := t.TempDir()
	if !regexp.MustCompile(`(?m)\bit\(`).MatchString(example) {
		example = "it(\"runs\", function()\n" + example + "\nend)"
	}
	if err := os.WriteFile(filepath.Join(folder, "example_test.lua"), []byte(example), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := command(t, folder, "test", "--allow-write", ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%s", err, example, out)
	}
}

// usesDatabase tells examples that need a database from those of the library.
var usesDatabase = regexp.MustCompile(`\bdbos\.|\bh:|\bd:`)

// runRequest runs an example of http against a server that answers everything.
func runRequest(t *testing.T, example string) {
	a := &app{streams: streams{out: io.Discard, err: io.Discard}, transport: answer{}}
	a.options.allow.Net = []string{"*"}
	a.options.allow.Env = []string{"*"}
	if err := a.runChunk(t.Context(), example, nil); err != nil {
		t.Errorf("%v\n%s", err, example)
	}
}

// answer gives the same answer to every request.
type answer struct{}

func (answer) RoundTrip(r *http.Request) (*http.Response, error) {
	body := io.NopCloser(strings.NewReader(`{"status": "ok", "id": "w1", "items": [{"id": 1}]}`))
	return &http.Response{StatusCode: 200, Status: "200 OK", Proto: "HTTP/1.1", Header: http.Header{"Content-Type": {"application/json"}}, Body: body, Request: r}, nil
}

// runAlone runs an example of the library, with everything granted.
func runAlone(t *testing.T, example string) {
	folder := t.TempDir()
	cmd := command(t, folder, "-e", example, "--timeout", "1m",
		"--allow-read", "/", "--allow-write", "/", "--allow-env", "*", "--allow-exec", "echo", "--allow-exec", "sort")
	if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != 4 {
		t.Errorf("%v\n%s\n%s", err, example, out)
	}
}

// command is this test binary as the command, in a folder.
func command(t *testing.T, folder string, args ...string) *exec.Cmd {
	t.Helper()
	path := filepath.Join(folder, "dbos-script")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir = folder
	return cmd
}

// runExample runs an example as a process of its own, beside a worker that plays the application.
func runExample(t *testing.T, b clienttest.Backend, example string) {
	shop(t, b)
	folder := t.TempDir()
	cmd := command(t, folder, "-e", example, "--timeout", "1m", "--allow-db", "sqlite:dbos.sqlite", "--allow-read", folder, "--allow-write", folder)
	cmd.Env = append(os.Environ(), "TMPDIR="+folder, environmentURL+"="+b.Config().DatabaseURL)
	if schema := b.Config().DatabaseSchema; schema != "" {
		cmd.Args = append(cmd.Args, "--schema", schema)
	}
	makeEmbedded(t, folder)
	if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != 4 {
		t.Errorf("%v\n%s\n%s", err, example, out)
	}
}

// makeEmbedded makes the other database that some examples connect to.
func makeEmbedded(t *testing.T, folder string) {
	t.Helper()
	clienttest.WriteEmpty(t, filepath.Join(folder, "dbos.sqlite"))
}

// shop fills a database with what the examples speak of, and runs its application.
func shop(t *testing.T, b clienttest.Backend) {
	t.Helper()
	stock(t, b)
	work(t, b)
}

// stock is shop without the application.
func stock(t *testing.T, b clienttest.Backend) {
	t.Helper()
	order := func(id string, status client.WorkflowStatusType) simulator.Row {
		row := simulator.Row{WorkflowStatus: client.WorkflowStatus{
			ID: id, Status: status, Name: "process_order", QueueName: "orders", Input: map[string]any{"order": 1},
			CreatedAt: time.Now().Add(-time.Hour), CompletedAt: time.Now(),
		}}
		row.Steps = []client.StepInfo{{StepID: 0, StepName: "reserve", Output: 1}, {StepID: 1, StepName: "charge", Output: 2}}
		row.Events = []simulator.Event{{StepID: 0, Key: "progress", Value: 0.5}}
		return row
	}
	paid, refused := order("order-1", client.WorkflowStatusSuccess), order("order-2", client.WorkflowStatusError)
	paid.Output, refused.Error = "paid", errors.New("card refused")
	if err := b.Database.Seed(t.Context(), slices.Values([]simulator.Row{paid, refused})); err != nil {
		t.Fatal(err)
	}
	b.Exec(`INSERT INTO {streams} (workflow_uuid, key, value, "offset", function_id, serialization) VALUES ('order-1', 'log', '"packed"', 0, 1, 'portable_json')`, nil)
	nightly(t, b.NewClient())
}

func nightly(t *testing.T, c client.Client) {
	t.Helper()
	err := c.CreateSchedule(client.ClientScheduleInput{ScheduleName: "nightly", WorkflowName: "process_order", Schedule: "0 0 3 * * *", SDK: client.SDKGo, QueueName: "orders"})
	if err != nil {
		t.Fatal(err)
	}
}

func work(t *testing.T, b clienttest.Backend) {
	t.Helper()
	shopWorker := b.NewWorker(func(c *worker.Config) {
		c.ApplicationVersion, c.Clock = "v1", time.Now
		c.Queues = []worker.Queue{{Name: "orders"}}
	})
	shopWorker.Register("process_order", func(r *worker.Run) (any, error) { return "paid", nil }, worker.RegisterOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	if err := shopWorker.Launch(ctx); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- shopWorker.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
}
