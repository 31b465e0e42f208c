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
	// Prefix starts the ids of the workflows the task is about, and is the name of the queue it
	// may use.
	Prefix string `json:"prefix"`
	// Count is how many workflows, messages or calls; Page is how many rows a page has.
	Count int `json:"count"`
	Page  int `json:"page"`
	// Callers work at the same time.
	Callers int `json:"callers"`
	// Payloads reads inputs and outputs too.
	Payloads bool `json:"payloads"`
	// Decode reads the value of the input of each row too.
	Decode bool `json:"decode"`
	// Name is the name of a workflow to enqueue, in place of the usual one.
	Name string `json:"name,omitempty"`
	// Filter is a filter of dbos.list_workflows as JSON.
	Filter string `json:"filter,omitempty"`
	// Format is that of the rows which the task writes, as in --output.
	Format string `json:"format,omitempty"`
	// From and To bound a backfill.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// A Finding is the result of a task.
type Finding struct {
	// Seconds is how long the measured part took, or the median of one call where many are made.
	Seconds float64 `json:"seconds"`
	// P99 is the time that 99 of 100 calls stayed below, where many are made.
	P99 float64 `json:"p99,omitempty"`
	// Items is how many workflows, messages or rows it was about.
	Items int `json:"items"`
	// Seen are the moments, in Unix seconds, at which awaited things were seen, in their order.
	Seen []float64 `json:"seen,omitempty"`
	// Waiting announces that the task waits for something from now on; the line is not the last
	// one then.
	Waiting *int `json:"waiting,omitempty"`
}

// Whole returns true if the whole process is measured, and what it prints is no finding.
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

// Few is how many a call for many warms up with. For one alone the client sends another statement.
const Few = 2

// Spare are the ids of workflows to warm up with, which are there beside the first count.
func (t Task) Spare() []string { return []string{t.ID(t.Count + 1), t.ID(t.Count + Few)} }

// Old is the age of workflows that a prune deletes. No other workflow of a database is as old.
const Old = 180 * 24 * time.Hour

// Held is the delay of a held workflow that was ENQUEUED, in milliseconds.
const Held int64 = 190_000_000_000_000

// Stream is the key of the stream that a task reads.
const Stream = "progress"

// Key is the name of one of the task's events or debounce keys.
func Key(i int) string { return fmt.Sprintf("key-%d", i) }

// Flags are the task as the parameters of a script.
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

// Timed measures one call, in seconds.
func Timed(do func() error) (float64, error) {
	start := time.Now()
	err := do()
	return time.Since(start).Seconds(), err
}

// Now is the moment as findings give it.
func Now() float64 { return float64(time.Now().UnixMicro()) / 1e6 }
