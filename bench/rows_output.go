package main

import "github.com/dbos-script/dbos-script/bench/task"

// outputRows write workflows in each format. The whole process is measured. A script streams all
// but tables; psql writes the columns as they are, without decoding them.
func outputRows() []row {
	const streamed = 60 // MB
	var list []row
	for _, format := range []string{"ids", "csv", "ndjson", "json", "table"} {
		for _, payloads := range []bool{false, true} {
			r := row{name: "emit_" + format, title: "emit %s as " + format, task: task.Task{Scenario: "emit", Count: 100_000, Format: format, Payloads: payloads}, memory: true}
			r.limits = limits{Peers: ahead, Work: 1, Memory: streamed}
			if payloads {
				r.name, r.title, r.limits.Work = r.name+"_payloads", r.title+" with payloads", 3
			}
			switch format {
			case "ndjson", "json":
				r.limits.Work *= 2
			case "table":
				r.limits.Peers, r.limits.Work, r.instead = 0, 2*r.limits.Work, without("ts", "gosdk")
			}
			list = append(list, r)
		}
	}
	return list
}
