package main

import "github.com/dbos-script/dbos-script/bench/task"

// engineRows returns the rows about the executor, for databases whose tables it can use. 1,000 runs
// a second are the least.
func engineRows() []row {
	const runs = 3000
	return []row{{name: "engine", title: "%s short runs of two steps", task: task.Task{Scenario: "engine", Count: runs},
		instead: without("raw", "lua", "ts", "gosdk"), limits: limits{Most: runs / 1000}}}
}
