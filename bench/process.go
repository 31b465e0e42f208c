package main

import (
	"bufio"
	"bytes"
	"cmp"
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
	// P99 is the time that 99 of 100 calls stayed below, if there are many.
	P99 float64 `json:"p99,omitempty"`
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
	typical := middle(all)
	sum.Seconds, sum.P99 = typical.Seconds, typical.P99
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
	events := &eventSource{ctx: ctx, database: database, task: t, committed: make([]float64, t.Count)}
	var finding task.Finding
	used, err := execute(ctx, arguments, func(out io.Reader) (err error) {
		if t.Whole() {
			return printed(out, t)
		}
		finding, err = findings(bufio.NewScanner(out), events.cause)
		return err
	})
	if err != nil {
		return sample{}, fmt.Errorf("%s %s: %w", s.name, t.Scenario, err)
	}
	if t.Whole() {
		finding.Seconds = used.Seconds
	}
	seconds, err := events.time(finding)
	return sample{Seconds: seconds, P99: finding.P99, CPU: used.CPU, Memory: cmp.Or(finding.Memory, used.Memory)}, err
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

// findings reads to the end of the output; the last line is the finding. waiting is called when the
// task announces that it waits for an event.
func findings(lines *bufio.Scanner, waiting func(event int)) (f task.Finding, err error) {
	lines.Buffer(nil, 16<<20)
	count := 0
	for lines.Scan() {
		count++
		if err != nil {
			continue
		}
		f = task.Finding{}
		if err = json.Unmarshal(lines.Bytes(), &f); err != nil {
			err = fmt.Errorf("%w in %q", err, lines.Text())
		} else if f.Waiting != nil {
			waiting(*f.Waiting)
		}
	}
	if err == nil && count == 0 {
		err = errors.New("it printed nothing")
	}
	return f, errors.Join(err, lines.Err())
}

// shortest is how many bytes a row has at least, in any format: an id is 32.
const shortest = 32

// printed reads the output of a whole process, and returns an error if rows are missing in it.
func printed(out io.Reader, t task.Task) error {
	lines, size := 0, 0
	buffer := make([]byte, 1<<16)
	for {
		n, err := out.Read(buffer)
		lines, size = lines+bytes.Count(buffer[:n], []byte("\n")), size+n
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if t.Scenario != "info" && (size < t.Count*shortest || t.Format != "json" && lines < t.Count) {
		return fmt.Errorf("it printed %d lines of %d bytes, and not %d rows", lines, size, t.Count)
	}
	return nil
}
