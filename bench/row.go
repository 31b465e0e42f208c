package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/bench/task"
)

// A row is one line of the table: a task, and its preparation.
type row struct {
	name string
	// title may have a place for the count.
	title string
	task  task.Task
	// status and steps make the workflows the task is about: task.Count of them, and a few more
	// to warm up with.
	status string
	steps  int
	// instead names the scenario of a subject that has no such call, or a subject's own way to do
	// it.
	instead map[string]string
	// target is the highest ratio to raw that is wanted; 0 for none.
	target float64
	// memory shows the peak memory too.
	memory bool
	// trips counts the round trips.
	trips bool
	// once is set if the task takes minutes, brief if it takes less than a second.
	once, brief bool
	// lineCount is the number of calls on the slow line, for rows that are measured per call.
	lineCount int
}

func rows() []row {
	var list []row
	for _, part := range [][]row{writing(), steering(), reading(), waiting(), scheduling(), starting()} {
		list = append(list, part...)
	}
	return list
}

func writing() []row {
	return []row{
		{name: "enqueue", title: "enqueue, a call of one caller", task: task.Task{Scenario: "enqueue", Count: 1000}, target: 1.15, lineCount: 100, brief: true},
		{name: "enqueue_8", title: "enqueue, a call of eight callers", task: task.Task{Scenario: "enqueue", Count: 1600, Callers: 8}, target: 1.2, lineCount: 400, brief: true},
		{name: "enqueue_many", title: "enqueue_many of %s", task: task.Task{Scenario: "enqueue_many", Count: 10_000}, target: 1 / 0.7},
	}
}

func steering() []row {
	const ended, open, failed = "'CANCELLED'", "'ENQUEUED'", "'ERROR'"
	return []row{
		{name: "resume_1000", title: "resume %s", task: task.Task{Scenario: "resume", Count: 1000}, status: ended, target: 1.3, brief: true},
		{name: "resume_100000", title: "resume %s", task: task.Task{Scenario: "resume", Count: 100_000}, status: ended, target: 1.3},
		{name: "resume_loop", title: "resume in a loop, a call", task: task.Task{Scenario: "resume_each", Count: 1000}, status: ended, target: 1.3, lineCount: 100, brief: true},
		{name: "cancel_1000", title: "cancel %s", task: task.Task{Scenario: "cancel", Count: 1000}, status: open, target: 1.3, brief: true},
		{name: "cancel_100000", title: "cancel %s", task: task.Task{Scenario: "cancel", Count: 100_000}, status: open, target: 1.3},
		{name: "cancel_loop", title: "cancel in a loop, a call", task: task.Task{Scenario: "cancel_each", Count: 1000}, status: open, target: 1.3, lineCount: 100, brief: true},
		{name: "fork_1000", title: "fork %s of ten steps from the fifth", task: task.Task{Scenario: "fork", Count: 1000}, status: failed, steps: 10, target: 1.3, brief: true},
		{name: "rewind_1000", title: "rewind %s of ten steps to the fifth", task: task.Task{Scenario: "rewind", Count: 1000}, instead: map[string]string{"ts": "nothing"}, status: failed, steps: 10, target: 1.5, brief: true},
	}
}

func reading() []row {
	list := func(name string, count int, payloads bool) row {
		r := row{name: name, title: "list %s", task: task.Task{Scenario: "list", Count: count, Payloads: payloads}, memory: true}
		if payloads {
			r.title += " with payloads"
		}
		r.brief = count <= 10_000
		return r
	}
	walk := func(name string, count int) row {
		return row{name: name, title: "walk %s with payloads", task: task.Task{Scenario: "walk", Count: count, Payloads: true},
			instead: map[string]string{"ts": "list"}, target: 1.5, memory: true}
	}
	decoded := walk("walk_decoded", 100_000)
	decoded.title, decoded.task.Decode, decoded.target = "walk %s and decode each input", true, 0
	pages := task.Task{Scenario: "walk", Count: 100_000, Page: 100}
	offset := pages
	offset.Scenario = "offset"
	return []row{
		list("list_10000", 10_000, false), list("list_10000_payloads", 10_000, true),
		list("list_100000", 100_000, false), list("list_100000_payloads", 100_000, true),
		walk("walk_10000", 10_000), walk("walk_100000", 100_000), decoded,
		{name: "walk_pages", title: "walk %s in pages of 100", task: pages, instead: map[string]string{"ts": "nothing"}, memory: true},
		{name: "walk_offset", title: "walk %s by offsets", task: offset, once: true},
		{name: "aggregate", title: "count all workflows by state and name", task: task.Task{Scenario: "aggregate", Count: 1}, instead: map[string]string{"ts": "nothing"}, target: 1.2, brief: true},
	}
}

func waiting() []row {
	const ended, open = "'SUCCESS'", "'ENQUEUED'"
	return []row{
		{name: "results_finished", title: "%s finished results", task: task.Task{Scenario: "finished", Count: 100}, status: ended, trips: true},
		{name: "results_queued", title: "%s queued results, from the commit", task: task.Task{Scenario: "queued", Count: 100}, status: open, trips: true},
		{name: "get_event", title: "get_event, from the commit", task: task.Task{Scenario: "get_event", Count: 5}, status: open},
		{name: "send", title: "send, a call", task: task.Task{Scenario: "send", Count: 1000}, status: open, lineCount: 100, brief: true},
		{name: "send_many", title: "send_many of %s", task: task.Task{Scenario: "send_many", Count: 1000}, status: open, brief: true},
	}
}

func scheduling() []row {
	const day = 24 * 60
	return []row{
		{name: "backfill_day", title: "backfill %s minutes", task: task.Task{Scenario: "backfill", Count: day}},
		{name: "backfill_week", title: "backfill %s minutes", task: task.Task{Scenario: "backfill", Count: 7 * day}, target: 2.5},
		{name: "debounce_key", title: "debounce one key, a call", task: task.Task{Scenario: "debounce", Count: 2000}, target: 1.2, lineCount: 100, brief: true},
		{name: "debounce_keys", title: "debounce %s keys, a call", task: task.Task{Scenario: "debounce_keys", Count: 1000}, target: 1.2, brief: true},
	}
}

func starting() []row {
	return []row{{name: "cold", title: "cold start, list %s rows", task: task.Task{Scenario: "cold", Count: 10}, target: 18.0 / 8, memory: true}}
}

// selected are the rows whose name holds the filter, each with a part of its size.
func selected(filter string, part int) []row {
	var list []row
	for _, r := range rows() {
		if strings.Contains(r.name, filter) {
			list = append(list, r.sized(max(r.task.Count/part, min(r.task.Count, fewest))))
		}
	}
	return list
}

// fewest is the smallest number of workflows of a row, for any -part.
const fewest = 20

// sized is the row about another number of things.
func (r row) sized(count int) row {
	r.task.Count = count
	if r.task.Scenario == "backfill" {
		r.task.From = time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC).Add(-time.Second)
		r.task.To = r.task.From.Add(time.Duration(count) * time.Minute)
	}
	return r
}

// heading is the title with the count.
func (r row) heading() string { return strings.Replace(r.title, "%s", group(r.task.Count), 1) }

// group writes a number with commas.
func group(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", group(n/1000), n%1000)
}

// taskFor is the row's task as one subject does it.
func (r row) taskFor(s subject, url, prefix string) task.Task {
	t := r.task
	t.URL, t.Prefix = url, prefix
	if scenario, found := r.instead[s.name]; found {
		t.Scenario = scenario
	}
	return t
}

// group returns the workflows to prepare for the task, or nil if it needs none.
func (r row) group(prefix string) *databases.Group {
	if r.status == "" {
		return nil
	}
	return &databases.Group{Prefix: prefix, Count: r.task.Count + task.Few, Status: r.status, Queue: "orders", Steps: r.steps, First: time.Now(), Spacing: time.Millisecond}
}

// reads returns true if the row's task does not change the database.
func (r row) reads() bool {
	switch r.task.Scenario {
	case "list", "walk", "offset", "aggregate", "cold":
		return true
	}
	return false
}

// turns is how often each subject does the row's task in one run.
func (r row) turns() int {
	if r.brief {
		return 3
	}
	return 1
}

// restores returns true if one statement returns the row's workflows to their state before the
// task.
func (r row) restores() bool {
	switch r.task.Scenario {
	case "resume", "resume_each", "cancel", "cancel_each":
		return true
	}
	return false
}
