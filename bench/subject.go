package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/dbos-script/dbos-script/bench/goclient"
	"github.com/dbos-script/dbos-script/bench/lab"
	"github.com/dbos-script/dbos-script/bench/raw"
	"github.com/dbos-script/dbos-script/bench/task"
)

// A subject is one of the ways to do a task. Each task runs in a process of its own, so that its peak memory is
// that of the task.
type subject struct {
	name  string
	title string
	knows func(t task.Task) bool
	// command gives the program and its arguments.
	command func(t task.Task) ([]string, error)
}

// subjects are in the order of the table's columns; the first is what the others are compared with.
func subjects(p programs) []subject {
	return []subject{
		{"raw", "raw", func(t task.Task) bool { return t.Scenario == "cold" || raw.Knows(t.URL, t.Scenario) }, p.raw},
		{"go", "Go", func(t task.Task) bool { return goclient.Knows(t.Scenario) }, p.self("go")},
		{"lua", "Lua", p.hasScript, p.lua},
		{"ts", "TypeScript", p.hasPeer, p.typescript},
	}
}

// programs are the paths of what is measured.
type programs struct {
	bench  string // this program
	script string // dbos-script
	folder string // bench/, with lua/ and peer/
	sdk    string // where the TypeScript SDK is installed; empty leaves it out
}

func (p programs) self(role string) func(task.Task) ([]string, error) {
	return func(t task.Task) ([]string, error) {
		text, err := json.Marshal(t)
		return []string{p.bench, "-subject", role, "-task", string(text)}, err
	}
}

// raw starts psql where a whole command is measured.
func (p programs) raw(t task.Task) ([]string, error) {
	if t.Scenario == "cold" {
		query := fmt.Sprintf("SELECT workflow_uuid, status, name FROM dbos.workflow_status ORDER BY created_at LIMIT %d", t.Count)
		return []string{"psql", "-X", "-q", "-A", "-t", "-c", query, t.URL}, nil
	}
	return p.self("raw")(t)
}

func (p programs) luaFile(t task.Task) string {
	return filepath.Join(p.folder, "lua", t.Scenario+".lua")
}

func (p programs) hasScript(t task.Task) bool {
	_, err := os.Stat(p.luaFile(t))
	return err == nil && t.Callers <= 1
}

func (p programs) lua(t task.Task) ([]string, error) {
	return append([]string{p.script, "run", p.luaFile(t), "--db", t.URL, "--output", "ndjson"}, t.Flags()...), nil
}

func (p programs) hasPeer(t task.Task) bool {
	_, err := os.Stat(filepath.Join(p.folder, "peer", t.Scenario+".mjs"))
	return err == nil && p.sdk != "" && strings.HasPrefix(t.URL, "postgres")
}

func (p programs) typescript(t task.Task) ([]string, error) {
	text, err := json.Marshal(t)
	return []string{"node", "--no-deprecation", filepath.Join(p.folder, "peer", t.Scenario+".mjs"), p.sdk, string(text)}, err
}

// A sample is one measurement.
type sample struct {
	Seconds float64 `json:"seconds"`
	// Memory is the peak of the whole process, in bytes.
	Memory int64 `json:"memory"`
	// Queries are round trips a second, where they are counted.
	Queries float64 `json:"queries,omitempty"`
}

// measure runs a task in a process of its own.
func measure(ctx context.Context, database *lab.Database, s subject, t task.Task) (sample, error) {
	arguments, err := s.command(t)
	if err != nil {
		return sample{}, err
	}
	command := exec.CommandContext(ctx, arguments[0], arguments[1:]...)
	var stderr strings.Builder
	command.Stderr = &stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		return sample{}, err
	}
	start := time.Now()
	if err := command.Start(); err != nil {
		return sample{}, err
	}
	o := &outside{ctx: ctx, database: database, task: t, committed: make([]float64, t.Count)}
	finding, readErr := findings(bufio.NewScanner(stdout), t, o.waiting)
	if err := errors.Join(command.Wait(), readErr); err != nil {
		return sample{}, fmt.Errorf("%s %s: %w\n%s", s.name, t.Scenario, err, stderr.String())
	}
	if t.Scenario == "cold" {
		finding.Seconds = time.Since(start).Seconds()
	}
	latency, err := o.latency(finding)
	return sample{Seconds: latency, Memory: peakMemory(command.ProcessState)}, err
}

// findings reads to the end of the output; the last line is the finding.
func findings(lines *bufio.Scanner, t task.Task, waiting func(int) error) (f task.Finding, err error) {
	lines.Buffer(nil, 16<<20)
	count := 0
	for lines.Scan() {
		count++
		if t.Scenario == "cold" || err != nil {
			continue
		}
		f = task.Finding{}
		if err = json.Unmarshal(lines.Bytes(), &f); err != nil {
			err = fmt.Errorf("%w in %q", err, lines.Text())
		} else if f.Waiting != nil {
			err = waiting(*f.Waiting)
		}
	}
	if err == nil && count == 0 {
		err = errors.New("it printed nothing")
	}
	return f, errors.Join(err, lines.Err())
}

// peakMemory reads what the kernel noted: kilobytes on Linux.
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss * 1024
}
