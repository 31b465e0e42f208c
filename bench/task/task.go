// Package task defines the messages between the parts of the benchmark. The harness sends a task
// to a process that works on the database in one of the compared ways, and receives its finding
// as a line of JSON.
package task

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
)

// A Task is one thing to do and to measure.
type Task struct {
	Scenario string `json:"scenario"`
	URL      string `json:"url"`
	// Prefix starts the ids of the workflows of the task. It is also the name of its queue,
	// if it needs one.
	Prefix string `json:"prefix"`
	// Count is the number of workflows, messages or calls of the task.
	Count int `json:"count"`
	// Page is the number of rows of a page.
	Page int `json:"page"`
	// Callers is the number of goroutines that share the calls.
	Callers int `json:"callers"`
	// Payloads reads inputs and outputs too.
	Payloads bool `json:"payloads"`
	// Decode reads the value of the input of each row too.
	Decode bool `json:"decode"`
	// Name is the name of a workflow to enqueue, in place of the usual one.
	Name string `json:"name,omitempty"`
	// Filter is a filter of dbos.list_workflows as JSON.
	Filter string `json:"filter,omitempty"`
	// Format is the format of the rows that the task writes, as in --output.
	Format string `json:"format,omitempty"`
	// From and To bound a backfill.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// A Finding is the result of a task.
type Finding struct {
	// Seconds is the time of the measured part, or if it is many calls, the median of one call.
	Seconds float64 `json:"seconds"`
	// P99 is the 99th percentile of the times of the calls, in seconds; 0 if there is one call.
	P99 float64 `json:"p99,omitempty"`
	// Items is the number of workflows, messages or rows that were read or changed.
	Items int `json:"items"`
	// Memory is the memory of a process that the task has watched, in bytes, in the place of the
	// peak of its own. It is 0 if there is none.
	Memory int64 `json:"memory,omitempty"`
	// Seen holds the Unix seconds at which the task saw the events it waited for, in order.
	Seen []float64 `json:"seen,omitempty"`
	// Waiting is the number of the event that the task waits for from now on. A line with it
	// announces the wait, and other lines follow. It is nil in the finding itself.
	Waiting *int `json:"waiting,omitempty"`
}

// Whole returns true if the harness measures the whole process, which then prints its normal
// output and no finding.
func (t Task) Whole() bool {
	return t.Scenario == "cold" || t.Scenario == "emit" || t.Scenario == "info"
}

// ID is the id of one of the task's workflows, counted from 1.
func (t Task) ID(i int) string { return fmt.Sprintf("%s-%07d", t.Prefix, i) }

// IDs returns the ids of the first count workflows.
func (t Task) IDs(count int) []string {
	ids := make([]string, count)
	for i := range ids {
		ids[i] = t.ID(i + 1)
	}
	return ids
}

// Few is the number of ids with which a bulk call is warmed up. One id would not do, because the
// client has other statements for a single workflow.
const Few = 2

// Spare returns the ids of the workflows to warm up with, which follow the first Count.
func (t Task) Spare() []string { return []string{t.ID(t.Count + 1), t.ID(t.Count + Few)} }

// Old is the age from which on a prune deletes workflows. All other workflows are younger.
const Old = 180 * 24 * time.Hour

// Held is the end of the delay of a held workflow that was ENQUEUED, in Unix milliseconds: the year
// 7990, as client/change_hold.go writes it.
const Held int64 = 190_000_000_000_000

// Stream is the key of the stream that a task reads.
const Stream = "progress"

// Key returns the i-th key of the events or debounce calls of a task.
func Key(i int) string { return fmt.Sprintf("key-%d", i) }

// Flags returns the task as flags of the script that carries it out.
func (t Task) Flags() []string {
	flags := []string{"--prefix", t.Prefix, "--count", strconv.Itoa(t.Count)}
	if t.Page > 0 {
		flags = append(flags, "--page", strconv.Itoa(t.Page))
	}
	if t.Payloads {
		flags = append(flags, "--payloads")
	}
	if t.Decode {
		flags = append(flags, "--decode")
	}
	if t.Name != "" {
		flags = append(flags, "--name", t.Name)
	}
	if t.Filter != "" {
		flags = append(flags, "--filter", t.Filter)
	}
	if !t.From.IsZero() {
		flags = append(flags, "--from", t.From.Format(time.RFC3339), "--to", t.To.Format(time.RFC3339))
	}
	return flags
}

// Report writes a finding as a line.
func Report(out io.Writer, f Finding) error { return json.NewEncoder(out).Encode(f) }

// Timed returns the time that one call takes, in seconds.
func Timed(do func() error) (float64, error) {
	start := time.Now()
	err := do()
	return time.Since(start).Seconds(), err
}

// Now returns the time in Unix seconds, the unit of Finding.Seen.
func Now() float64 { return float64(time.Now().UnixMicro()) / 1e6 }
