package goclient

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client"
)

// A served is a `dbos-script serve --durable` with one script, which declares a workflow with the
// name of the task, on a queue of this name.
type served struct {
	*exec.Cmd
	stderr bytes.Buffer
}

// servePatience is how long the workflows of a task have.
const servePatience = 5 * time.Minute

// lookAgain is the pause between two looks at the states of workflows that run. To count them takes
// a millisecond or more of one of the machine's processors, which the server needs.
const lookAgain = 25 * time.Millisecond

// serveShort has a server run short workflows that wait on a queue, and measures from the first
// claim to the last outcome: the start of the process is not a part of it.
func serveShort(c client.Client, t task.Task) (finding task.Finding, err error) {
	return serve(c, t, "short.lua", func(seen map[client.WorkflowStatusType]int) (begun, ended bool) {
		return seen[client.WorkflowStatusEnqueued] < t.Count, seen[client.WorkflowStatusSuccess] == t.Count
	})
}

// serveParked has a server run workflows that wait for long. They are parked when none takes a slot
// any more, so that all have begun.
func serveParked(c client.Client, t task.Task) (finding task.Finding, err error) {
	return serve(c, t, "parked.lua", func(seen map[client.WorkflowStatusType]int) (begun, ended bool) {
		return seen[client.WorkflowStatusEnqueued] < t.Count, seen[client.WorkflowStatusPending] == t.Count
	})
}

func serve(c client.Client, t task.Task, script string, look func(map[client.WorkflowStatusType]int) (begun, ended bool)) (finding task.Finding, err error) {
	input := client.PortableWorkflowArgs{}
	inputs := make([]any, t.Count)
	for i := range inputs {
		inputs[i] = input
	}
	if _, err := c.EnqueueMany(t.Prefix, t.Prefix, inputs, client.WithEnqueueManyOptions(client.EnqueueManyOptions{})); err != nil {
		return finding, err
	}
	folder, err := os.MkdirTemp("", "served-")
	if err != nil {
		return finding, err
	}
	defer os.RemoveAll(folder)
	s, err := startServed(t, script, folder)
	if err != nil {
		return finding, err
	}
	defer func() { err = errors.Join(err, s.end()) }()
	var begun time.Time
	pause := 5 * time.Millisecond
	for deadline := time.Now().Add(servePatience); time.Now().Before(deadline); time.Sleep(pause) {
		seen, err := states(c, t)
		if err != nil {
			return finding, err
		}
		begins, ends := look(seen)
		if begins && begun.IsZero() {
			begun, pause = time.Now(), lookAgain
		}
		if ends {
			memory, err := s.memory()
			return task.Finding{Seconds: time.Since(begun).Seconds(), Items: t.Count, Memory: memory}, err
		}
	}
	return finding, fmt.Errorf("the server has not ended the workflows after %s", servePatience)
}

// states counts the workflows of the task by state.
func states(c client.Client, t task.Task) (map[client.WorkflowStatusType]int, error) {
	groups, err := c.GetWorkflowAggregates(client.WorkflowAggregatesInput{
		GroupBy: []string{"status"}, ListWorkflowsOptions: client.ListWorkflowsOptions{Name: []string{t.Prefix}}})
	seen := map[client.WorkflowStatusType]int{}
	for _, g := range groups {
		seen[client.WorkflowStatusType(*g.Status)] = int(*g.Count)
	}
	return seen, err
}

func startServed(t task.Task, script, folder string) (*served, error) {
	text, err := os.ReadFile(filepath.Join("bench", "lua", "served", script))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, script), []byte(strings.ReplaceAll(string(text), "PREFIX", t.Prefix)), 0o600); err != nil {
		return nil, err
	}
	s := &served{Cmd: exec.Command(filepath.Join("bin", "dbos-script"), "serve", folder, "--durable", "--db", t.URL, "--grace", "5s")}
	s.Env, s.Stderr = append(os.Environ(), "XDG_STATE_HOME="+folder), &s.stderr
	return s, s.Start()
}

// memory returns how many bytes of the server are in memory, with its program.
func (s *served) memory() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.Process.Pid))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil // not on Linux
	}
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 2 {
		return 0, fmt.Errorf("the memory of the server: %w", err)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// end ends the server as an operator does.
func (s *served) end() error {
	err := s.Process.Signal(os.Interrupt)
	if err = errors.Join(err, s.Wait()); err != nil {
		return fmt.Errorf("serve: %w\n%s", err, s.stderr.String())
	}
	return nil
}
