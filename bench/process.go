package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/bench/task"
)

// A sample is one measurement.
type sample struct {
	Seconds float64 `json:"seconds"`
	// CPU is the processor time of the whole process, in seconds.
	CPU float64 `json:"cpu"`
	// Memory is the peak of the whole process, in bytes.
	Memory int64 `json:"memory"`
	// Trips are the round trips of the whole process, and Rate is how many there were a second,
	// where they are counted.
	Trips float64 `json:"trips,omitempty"`
	Rate  float64 `json:"rate,omitempty"`

	took time.Duration // from the start of the process to its end
}

// measure runs a task in a process of its own, or in as many as it has callers where the subject
// has one each.
func measure(ctx context.Context, database *databases.Database, s subject, t task.Task) (sample, error) {
	if t.Callers < 2 || !s.single {
		return process(ctx, database, s, t)
	}
	var group errgroup.Group
	var mutex sync.Mutex
	var all []sample
	callers := t.Callers
	t.Count, t.Callers = t.Count/callers, 1
	for range callers {
		group.Go(func() error {
			one, err := process(ctx, database, s, t)
			mutex.Lock()
			defer mutex.Unlock()
			all = append(all, one)
			return err
		})
	}
	err := group.Wait()
	return together(all), err
}

// together is the median call of processes that ran at the same time, and the memory of all.
func together(all []sample) sample {
	var sum sample
	for _, one := range all {
		sum.Memory += one.Memory
		sum.CPU += one.CPU
	}
	sum.Seconds = middle(all).Seconds
	return sum
}

// A usage is the report of bench/maxrss about a process.
type usage struct {
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu"`
	Memory  int64   `json:"memory"`
}

func process(ctx context.Context, database *databases.Database, s subject, t task.Task) (sample, error) {
	arguments, err := s.command(t)
	if err != nil {
		return sample{}, err
	}
	o := &eventSource{ctx: ctx, database: database, task: t, committed: make([]float64, t.Count)}
	var finding task.Finding
	used, err := execute(ctx, arguments, func(out io.Reader) (err error) {
		finding, err = findings(bufio.NewScanner(out), t, o.waiting)
		return err
	})
	if err != nil {
		return sample{}, fmt.Errorf("%s %s: %w", s.name, t.Scenario, err)
	}
	if t.Scenario == "cold" {
		finding.Seconds = used.Seconds
	}
	latency, err := o.latency(finding)
	return sample{Seconds: latency, CPU: used.CPU, Memory: used.Memory}, err
}

// execute starts a command whose output is read while it runs.
func execute(ctx context.Context, arguments []string, read func(io.Reader) error) (used usage, err error) {
	command := exec.CommandContext(ctx, arguments[0], arguments[1:]...)
	var stderr strings.Builder
	command.Stderr = &stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		return used, err
	}
	report, theirs, err := os.Pipe()
	if err != nil {
		return used, err
	}
	defer report.Close()
	command.ExtraFiles = []*os.File{theirs}
	err = command.Start()
	theirs.Close()
	if err != nil {
		return used, err
	}
	readErr := read(stdout)
	reportErr := json.NewDecoder(report).Decode(&used)
	if err := errors.Join(command.Wait(), readErr, reportErr); err != nil {
		return used, fmt.Errorf("%w\n%s", err, stderr.String())
	}
	return used, nil
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
	if err == nil && (count == 0 || t.Scenario == "cold" && count != t.Count) {
		err = fmt.Errorf("it printed %d lines", count)
	}
	return f, errors.Join(err, lines.Err())
}
