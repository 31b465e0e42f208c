package main

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
)

// A filter is one of dbos.list_workflows.
type filter map[string]any

// millionRows are filters and walks on a fleet of a size that was filled until a moment.
func millionRows(size int, until time.Time) []row {
	var list []row
	list = append(list, filterRows(size, until)...)
	list = append(list, walkRows(until)...)
	list = append(list, firstCalls()...)
	return append(list,
		row{name: "aggregate_million", title: "count all workflows by state and name", task: task.Task{Scenario: "aggregate", Count: 1},
			limits: limits{Raw: perSet, Peers: noWorse}, brief: true},
		row{name: "info", title: "db info", task: task.Task{Scenario: "info", Count: 1}, instead: without("raw", "go", "gosdk"), limits: limits{Most: 0.3, Memory: 40}, memory: true},
		row{name: "list_newest_bulk", title: "the newest 100 after 200,000 of one millisecond", task: filtered("list", 100, filter{"sort_desc": true}),
			status: open, atOnce: 200_000, limits: limits{Peers: noWorse, Most: 0.010}},
	)
}

// onlyLimitedByRaw leaves the raw program out of the rows that have no limit over it.
func onlyLimitedByRaw(rows []row) []row {
	for i, r := range rows {
		if r.limits.Raw == 0 {
			rows[i].instead = without("raw")
			maps.Copy(rows[i].instead, r.instead)
		}
	}
	return rows
}

// filtered returns a task with a filter.
func filtered(scenario string, count int, f filter) task.Task {
	text, _ := json.Marshal(f) // a filter is texts, numbers and truth values
	return task.Task{Scenario: scenario, Count: count, Filter: string(text)}
}

// filterRows list a hundred workflows each.
func filterRows(size int, until time.Time) []row {
	ago := func(d time.Duration) string { return until.Add(-d).UTC().Format(time.RFC3339Nano) }
	day := 24 * time.Hour
	quick := limits{Peers: noWorse, Most: 0.010}
	scan := limits{Peers: noWorse}
	var list []row
	add := func(name, title string, l limits, f filter) {
		list = append(list, row{name: "list_" + name, title: title, task: filtered("list", 100, f), limits: l})
	}
	add("oldest", "the oldest 100", quick, filter{})
	add("newest", "the newest 100", quick, filter{"sort_desc": true})
	add("offset", "100 behind nine tenths", scan, filter{"offset": size / 10 * 9})
	add("error", "ERROR", quick, filter{"status": []string{"ERROR"}})
	add("error_newest", "ERROR, the newest", quick, filter{"status": []string{"ERROR"}, "sort_desc": true})
	add("two_states", "ERROR and CANCELLED", quick, filter{"status": []string{"ERROR", "CANCELLED"}})
	add("failed", "the three failed states", quick, filter{"status": []string{"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}})
	add("success_newest", "SUCCESS, the newest", quick, filter{"status": []string{"SUCCESS"}, "sort_desc": true})
	add("enqueued", "ENQUEUED", quick, filter{"status": []string{"ENQUEUED"}})
	add("pending", "PENDING", quick, filter{"status": []string{"PENDING"}})
	add("delayed", "DELAYED", quick, filter{"status": []string{"DELAYED"}})
	add("unfinished", "the three unfinished states", quick, filter{"status": []string{"ENQUEUED", "PENDING", "DELAYED"}})
	add("unfinished_newest", "the newest of the three unfinished states", quick, filter{"status": []string{"ENQUEUED", "PENDING", "DELAYED"}, "sort_desc": true})
	add("queues_only", "on a queue", quick, filter{"queues_only": true})
	add("name_newest", "a common name, the newest", quick, filter{"name": "process_order", "sort_desc": true})
	add("name_rare", "a rare name", scan, filter{"name": "rebuild_index"})
	add("name_unknown", "an unknown name", scan, filter{"name": "never_seen"})
	add("name_error", "a name, ERROR", scan, filter{"name": "send_mail", "status": []string{"ERROR"}})
	add("prefix", "a prefix of three characters", quick, filter{"workflow_id_prefix": "abc"})
	add("prefix_one", "a prefix of one character", quick, filter{"workflow_id_prefix": "a"})
	add("prefix_rare", "a rare prefix", quick, filter{"workflow_id_prefix": "import-"})
	add("prefix_none", "a prefix of none", quick, filter{"workflow_id_prefix": "zzz"})
	add("completed_day", "completed in the last day", scan, filter{"completed_after": ago(day)})
	add("completed_hour", "completed in the last hour", quick, filter{"completed_after": ago(time.Hour)})
	add("dequeued_hour", "dequeued in the last hour", quick, filter{"dequeued_after": ago(time.Hour)})
	add("created_hour", "created in the last hour", scan, filter{"start_time": ago(time.Hour)})
	add("day_error", "of the last day, ERROR", scan, filter{"start_time": ago(day), "status": []string{"ERROR"}})
	add("days_name", "of the last ten days, a rare name", scan, filter{"start_time": ago(10 * day), "name": "rebuild_index"})
	add("tenant", "an attribute", scan, filter{"attributes": filter{"tenant": "t-3"}})
	add("attribute_none", "an attribute of none", scan, filter{"attributes": filter{"tenant": "nobody"}})
	add("schedule", "a schedule", scan, filter{"schedule_name": "nightly"})
	add("has_parent", "with a parent", scan, filter{"has_parent": true})
	add("parent", "a parent", scan, filter{"parent_workflow_id": "parent-31"})
	add("debounced", "debounced", scan, filter{"is_debounced": true})
	add("forked", "that were forked", scan, filter{"was_forked_from": true})
	add("queue_rare", "a rare queue", scan, filter{"queue_name": "imports"})
	add("queue_enqueued", "a queue, ENQUEUED", quick, filter{"queue_name": "orders", "status": []string{"ENQUEUED"}})
	add("user_rare", "a rare user", scan, filter{"user": "auditor"})
	add("user", "one user of a thousand", scan, filter{"user": "user-7"})
	add("executor", "one executor of four", scan, filter{"executor_ids": "executor-1"})
	add("executor_unknown", "an unknown executor", scan, filter{"executor_ids": "nobody"})
	add("version", "the newest version, a fifth of all", scan, filter{"app_version": "v4"})
	// The client of the Go SDK lists workflows without an owner too, so it has nothing to look for.
	add("application", "a rare application", limits{Most: 1}, filter{"application_name": "billing"})
	list[len(list)-1].instead = without("gosdk")
	return list
}

// walkRows walk over a hundred thousand workflows, or to the first one.
func walkRows(until time.Time) []row {
	peers := map[string]string{"gosdk": "list"} // it has no walk
	var list []row
	walk := func(name, title string, f filter) {
		list = append(list, row{name: "walk_" + name, title: "walk %s, " + title, task: filtered("walk", 100_000, f), instead: peers,
			limits: limits{Peers: noWorse, Memory: 60}, memory: true})
	}
	walk("all", "all", filter{})
	walk("newest", "the newest", filter{"sort_desc": true})
	walk("name", "a common name", filter{"name": "process_order"})
	walk("states", "two states", filter{"status": []string{"SUCCESS", "ERROR"}})
	walk("executor", "one executor of four", filter{"executor_ids": "executor-1"})
	first := func(name, title string, f filter) {
		list = append(list, row{name: "first_row_" + name, title: "the first row of a walk, " + title, task: filtered("walk_first", 1, f),
			instead: without("gosdk"), limits: limits{Most: 0.050}})
	}
	first("all", "all", filter{})
	first("failed", "the three failed states", filter{"status": []string{"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}})
	first("prefix", "a prefix", filter{"workflow_id_prefix": "import-"})
	first("completed", "completed in the last day", filter{"completed_after": until.Add(-24 * time.Hour).UTC().Format(time.RFC3339Nano)})
	first("version", "the newest version", filter{"app_version": "v4"})
	return list
}
