package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/bench/task"
)

// A row is one line of the table of results: a task, and the workflows it needs.
type row struct {
	name string
	// title is the text in the table; a %s in it becomes task.Count.
	title string
	task  task.Task
	// status and steps make the workflows the task is about: task.Count of them, and a few more
	// to warm up with. With stream there are only a few, and the first has written task.Count
	// values. known puts them on the task's own queue.
	status string
	steps  int
	stream bool
	known  bool
	// held makes them held ones.
	held bool
	// old makes the workflows a year old, and none to warm up with.
	old bool
	// atOnce is how many more workflows, of one millisecond, are in the database during the row.
	atOnce int
	// instead holds, by the name of a subject, the scenario that it does instead of task.Scenario,
	// because it has no such call or another way to do the same.
	instead map[string]string
	limits  limits
	// memory makes the table show the peak memory too.
	memory bool
	// trips makes the table show the number of round trips too.
	trips bool
	// recorded makes the tables of runs before the task.
	recorded bool
	// brief is set if the task takes less than a second.
	brief bool
	// beside lets an application write during the task. Such a row is for SQLite.
	beside bool
	// lineCount is the number of calls over a slow network connection. It is 0 if the row is not
	// measured per call.
	lineCount int
}

// nothing is the scenario of a subject that has no part in a row.
const nothing = "nothing"

// without returns a value of row.instead that leaves subjects out of the row.
func without(names ...string) map[string]string {
	left := map[string]string{}
	for _, name := range names {
		left[name] = nothing
	}
	return left
}

// selected returns the rows whose names hold the filter, or one of several between commas. The
// sizes of their tasks are divided by part.
func selected(rows []row, filter string, part int) []row {
	var list []row
	for _, r := range rows {
		holds := func(part string) bool { return strings.Contains(r.name, part) }
		if slices.ContainsFunc(strings.Split(filter, ","), holds) {
			r.atOnce /= part
			list = append(list, r.sized(max(r.task.Count/part, min(r.task.Count, fewest))))
		}
	}
	return list
}

// fewest is the number of workflows below which -part does not reduce a row.
const fewest = 20

// sized returns the row with another task.Count, and the time span of a backfill that fits it.
func (r row) sized(count int) row {
	r.task.Count = count
	if r.task.Scenario == "backfill" {
		r.task.From = time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC).Add(-time.Second)
		r.task.To = r.task.From.Add(time.Duration(count) * time.Minute)
	}
	return r
}

// heading returns the title with the count.
func (r row) heading() string { return strings.Replace(r.title, "%s", withCommas(r.task.Count), 1) }

// withCommas returns a number with a comma before each three digits.
func withCommas(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", withCommas(n/1000), n%1000)
}

// taskFor returns the row's task for one subject.
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
	g := &databases.Group{Prefix: prefix, Count: r.task.Count + task.Few, Status: r.status, Queue: "orders", Steps: r.steps, Held: r.held, First: time.Now(), Spacing: time.Millisecond}
	if r.known {
		g.Queue = prefix
	}
	if r.old {
		g.Count, g.First = r.task.Count, g.First.AddDate(-1, 0, 0)
	}
	if r.stream {
		g.Count, g.Stream = 1+task.Few, r.task.Count
	}
	if r.atOnce > 0 {
		g.Count, g.Spacing = r.atOnce, 0
	}
	return g
}

// reads returns true if the row's task does not change the database.
func (r row) reads() bool {
	switch r.task.Scenario {
	case "list", "walk", "walk_first", "offset", "aggregate", "read_stream", "finished", "cold", "emit", "info":
		return true
	}
	return false
}

// turns returns how often each subject does the row's task in one run. The median counts, so a
// brief task, whose time varies more, has three.
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
	case "resume", "resume_each", "cancel", "cancel_each", "bulk":
		return true
	}
	return false
}

// stands returns true if the row's workflows are made once for all subjects.
func (r row) stands() bool { return r.status != "" && (r.restores() || r.reads()) }
