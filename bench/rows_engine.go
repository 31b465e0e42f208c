package main

import "github.com/dbos-script/dbos-script/bench/task"

// engineRows returns the rows about the executor, for databases whose tables it can use. 1,000 runs
// a second are the least.
func engineRows() []row {
	const runs = 3000
	return []row{{name: "engine", title: "%s short runs of two steps", task: task.Task{Scenario: "engine", Count: runs},
		instead: without("raw", "lua", "ts", "gosdk"), limits: limits{Most: runs / 1000}}}
}

// servedRows returns the rows about a server with a Lua script: 1,000 runs a second are the least,
// and 100 MB of its process with 10,000 parked runs the most.
func servedRows() []row {
	const runs, parked = 3000, 10_000
	others := without("raw", "ts", "gosdk")
	return []row{
		{name: "serve_short", title: "%s short runs of a script in a server", task: task.Task{Scenario: "serve_short", Count: runs},
			instead: others, limits: limits{Most: runs / 1000}},
		{name: "serve_parked", title: "%s runs of a script that a server parks", task: task.Task{Scenario: "serve_parked", Count: parked},
			instead: others, limits: limits{Memory: 100}, memory: true},
	}
}

// durableRows returns the rows about the calls of a durable run, each beside the same call in a run
// that is not recorded, which stands in the column of the raw program.
func durableRows() []row {
	add := func(name, title, status string, most float64) row {
		return row{name: "durable_" + name, title: "a durable run: " + title, task: task.Task{Scenario: "durable_" + name, Count: 1000},
			instead: without("go", "ts", "gosdk"), status: status, limits: limits{Raw: most}, lineCount: 100, brief: true}
	}
	return []row{
		add("enqueue", "enqueue, a call", "", recording),
		add("send", "send, a call", open, recording),
		add("cancel_each", "cancel in a loop, a call", open, recording),
		add("set_priority", "set a priority in a loop, a call", open, recordingAfter),
		add("status", "read a state, a call", open, recording),
	}
}
