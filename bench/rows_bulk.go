package main

import (
	"fmt"

	"github.com/dbos-script/dbos-script/bench/task"
)

// bulkRows returns the rows about recorded bulk runs, at two sizes, of which the memory is the
// same. The raw program reads the ids by the same filter and changes as many workflows in each
// transaction, but compares and records nothing.
func bulkRows() []row {
	const batch, most = 1000, 50
	var list []row
	for _, count := range []int{10_000, 100_000} {
		list = append(list, row{name: fmt.Sprintf("bulk_%d", count), title: "a bulk run: resume %s in batches of 1,000",
			task: task.Task{Scenario: "bulk", Count: count, Page: batch}, instead: without("ts", "gosdk"), status: cancelled,
			limits: limits{Raw: perBulk, Memory: most}, memory: true, recorded: true, brief: count <= 10_000})
	}
	return list
}
