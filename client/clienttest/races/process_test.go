// Package races has several processes do the same on one database at the same time.
package races

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/client"
)

// envOrder makes this program one of the processes of a race instead of its test.
const envOrder = "DBOS_SCRIPT_RACE"

// An order says what a process does, and on which database.
type order struct {
	URL, Schema string
	Name        string // of the process
	Task        string // a key of tasks
}

// A task works with a client and gives the ids of workflows.
type task func(c client.Client, name string) ([]string, error)

// tasks are what a process can be told to do.
func tasks() map[string]task {
	return map[string]task{"debounce": debounceOften, "backfill": backfillWindow}
}

func TestMain(m *testing.M) {
	text := os.Getenv(envOrder)
	if text == "" {
		os.Exit(m.Run())
	}
	if err := obey(text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// obey says when it is ready, waits for the word to begin, and writes down what it has done.
func obey(text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	c, err := client.NewClient(context.Background(), client.ClientConfig{DatabaseURL: o.URL, DatabaseSchema: o.Schema})
	if err != nil {
		return err
	}
	defer c.Shutdown(0)
	fmt.Println("ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	ids, err := tasks()[o.Task](c, o.Name)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(ids)
}

// A process is another run of this program.
type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
}

// race lets processes do a task at the same time, and gives what each of them did.
func race(t *testing.T, config client.ClientConfig, task string, names ...string) [][]string {
	t.Helper()
	processes := make([]*process, len(names))
	for i, name := range names {
		processes[i] = start(t, order{config.DatabaseURL, config.DatabaseSchema, name, task})
	}
	for _, p := range processes {
		p.hears(t, "ready\n")
	}
	for _, p := range processes {
		if _, err := io.WriteString(p.stdin, "go\n"); err != nil {
			t.Fatal(err)
		}
	}
	results := make([][]string, len(names))
	for i, p := range processes {
		results[i] = p.result(t)
	}
	return results
}

func start(t *testing.T, o order) *process {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(slices.Clone(os.Environ()), envOrder+"="+string(text))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &process{cmd, stdin, bufio.NewReader(stdout)}
}

func (p *process) hears(t *testing.T, want string) {
	t.Helper()
	if line, err := p.stdout.ReadString('\n'); err != nil || line != want {
		t.Fatalf("the process says %q, %v; want %q", line, err, want)
	}
}

func (p *process) result(t *testing.T) (ids []string) {
	t.Helper()
	if err := json.NewDecoder(p.stdout).Decode(&ids); err != nil {
		t.Errorf("the process gives no result: %v", err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the process failed: %v", err)
	}
	return ids
}
