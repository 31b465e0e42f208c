package main

import (
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/bench/lab"
	"github.com/dbos-script/dbos-script/bench/task"
)

// A row is one line of the table: a task, and what must be there before it.
type row struct {
	name  string
	title string
	task  task.Task
	// status and steps make the workflows the task is about: task.Count of them, and one more to warm up with.
	status string
	steps  int
	// instead names the scenario of a subject that has no such call, or a subject's own way to do it.
	instead map[string]string
	// target is the highest ratio to raw that is wanted; 0 for none.
	target float64
	// memory shows the peak memory too.
	memory bool
	// count counts the round trips.
	count bool
	// once is for what takes minutes.
	once bool
	// sqlite and line say whether the row is measured on a file and over a slow line too.
	sqlite, line bool
	// lineCount is how many a row that takes long is about on the line.
	lineCount int
}

func rows() []row {
	all := [][]row{writing(), steering(), reading(), waiting(), scheduling(), starting()}
	var list []row
	for _, part := range all {
		list = append(list, part...)
	}
	return list
}

func writing() []row {
	return []row{
		{name: "enqueue", title: "enqueue, a call of one caller", task: task.Task{Scenario: "enqueue", Count: 300}, target: 1.15, sqlite: true, line: true, lineCount: 100},
		{name: "enqueue_8", title: "enqueue, a call of eight callers", task: task.Task{Scenario: "enqueue", Count: 800, Callers: 8}, target: 1.2},
		{name: "enqueue_many", title: "enqueue_many of 10,000", task: task.Task{Scenario: "enqueue_many", Count: 10_000}, target: 1 / 0.7, line: true, lineCount: 1000},
	}
}

func steering() []row {
	const failed = "'CANCELLED'"
	const waiting = "'ENQUEUED'"
	return []row{
		{name: "resume_1000", title: "resume 1,000", task: task.Task{Scenario: "resume", Count: 1000}, status: failed, target: 1.3},
		{name: "resume_100000", title: "resume 100,000", task: task.Task{Scenario: "resume", Count: 100_000}, status: failed, target: 1.3},
		{name: "resume_loop", title: "resume in a loop, a call", task: task.Task{Scenario: "resume_each", Count: 1000}, status: failed, target: 1.3, line: true, lineCount: 100},
		{name: "cancel_1000", title: "cancel 1,000", task: task.Task{Scenario: "cancel", Count: 1000}, status: waiting, target: 1.3},
		{name: "cancel_100000", title: "cancel 100,000", task: task.Task{Scenario: "cancel", Count: 100_000}, status: waiting, target: 1.3},
		{name: "cancel_loop", title: "cancel in a loop, a call", task: task.Task{Scenario: "cancel_each", Count: 1000}, status: waiting, target: 1.3, line: true, lineCount: 100},
		{name: "fork_1000", title: "fork 1,000 of ten steps from the fifth", task: task.Task{Scenario: "fork", Count: 1000}, status: "'ERROR'", steps: 10, target: 1.3, sqlite: true, line: true, lineCount: 100},
	}
}

func reading() []row {
	return []row{
		{name: "list_10000", title: "list 10,000", task: task.Task{Scenario: "list", Count: 10_000}, target: 1.5, memory: true, sqlite: true},
		{name: "list_10000_payloads", title: "list 10,000 with payloads", task: task.Task{Scenario: "list", Count: 10_000, Payloads: true}, target: 1.5, memory: true, sqlite: true},
		{name: "list_100000", title: "list 100,000", task: task.Task{Scenario: "list", Count: 100_000}, target: 1.5, memory: true},
		{name: "list_100000_payloads", title: "list 100,000 with payloads", task: task.Task{Scenario: "list", Count: 100_000, Payloads: true}, target: 1.5, memory: true},
		{name: "walk_10000", title: "walk 10,000 with payloads", task: task.Task{Scenario: "walk", Count: 10_000, Payloads: true}, instead: listInstead(), target: 1.5, memory: true, sqlite: true},
		{name: "walk_100000", title: "walk 100,000 with payloads", task: task.Task{Scenario: "walk", Count: 100_000, Payloads: true}, instead: listInstead(), target: 1.5, memory: true, sqlite: true},
		{name: "walk_pages", title: "walk 100,000 in pages of 100", task: task.Task{Scenario: "walk", Count: 100_000, Page: 100}, instead: map[string]string{"ts": "nothing"}, memory: true},
		{name: "walk_offset", title: "the same by offsets", task: task.Task{Scenario: "offset", Count: 100_000, Page: 100}, once: true},
	}
}

func waiting() []row {
	const ended, open = "'SUCCESS'", "'ENQUEUED'"
	return []row{
		{name: "results_finished", title: "100 finished results", task: task.Task{Scenario: "finished", Count: 100}, status: ended, count: true, line: true},
		{name: "results_queued", title: "100 queued results, from the commit", task: task.Task{Scenario: "queued", Count: 100}, status: open, count: true},
		{name: "get_event", title: "get_event, from the commit", task: task.Task{Scenario: "get_event", Count: 5}, status: open},
		{name: "send", title: "send, a call", task: task.Task{Scenario: "send", Count: 300}, status: open, line: true, lineCount: 100},
		{name: "send_many", title: "send_many of 1,000", task: task.Task{Scenario: "send_many", Count: 1000}, status: open, line: true},
	}
}

func scheduling() []row {
	const day = 24 * 60
	from := time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC).Add(-time.Second)
	minutes := func(scenario string, count int) task.Task {
		return task.Task{Scenario: scenario, Count: count, From: from, To: from.Add(time.Duration(count) * time.Minute)}
	}
	return []row{
		{name: "backfill_day", title: "backfill a day of minutes", task: minutes("backfill", day), target: 2.5, line: true},
		{name: "backfill_week", title: "backfill seven days of minutes", task: minutes("backfill", 7*day), target: 2.5},
		{name: "debounce_key", title: "debounce one key, a call", task: task.Task{Scenario: "debounce", Count: 300}, target: 1.2, line: true, lineCount: 100},
		{name: "debounce_keys", title: "debounce a thousand keys, a call", task: task.Task{Scenario: "debounce_keys", Count: 1000}, target: 1.2},
	}
}

// listInstead is for clients that cannot stream.
func listInstead() map[string]string { return map[string]string{"ts": "list"} }

func starting() []row {
	return []row{{name: "cold", title: "cold start, list ten rows (raw: psql)", task: task.Task{Scenario: "cold", Count: 10}, target: 18.0 / 8, memory: true}}
}

// selected are the rows whose name holds the filter.
func selected(filter string) []row {
	var list []row
	for _, r := range rows() {
		if strings.Contains(r.name, filter) {
			list = append(list, r)
		}
	}
	return list
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

// group is what the task finds prepared; nil when it needs nothing.
func (r row) group(prefix string) *lab.Group {
	if r.status == "" {
		return nil
	}
	return &lab.Group{Prefix: prefix, Count: r.task.Count + 1, Status: r.status, Queue: "orders", Steps: r.steps, First: time.Now(), Spacing: time.Millisecond}
}
