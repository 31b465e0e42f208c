package main

import (
	"fmt"
	"slices"
	"strings"
)

// limits are the limits that a row has to keep; zero is no limit of that kind. A row without any
// has nothing to be wrong about, so each has at least one.
type limits struct {
	// Raw limits the time of ours, over that of the raw program; CPU makes it the processor time.
	Raw float64 `json:"raw,omitempty"`
	CPU bool    `json:"cpu,omitempty"`
	// Peers limits the time of ours, over that of the better official client.
	Peers float64 `json:"peers,omitempty"`
	// Most limits the time of ours, in seconds.
	Most float64 `json:"most,omitempty"`
	// Work limits the processor time of the script's process in seconds, and Memory its peak in MB.
	Work   float64 `json:"work,omitempty"`
	Memory float64 `json:"memory,omitempty"`
}

// The limits of the kinds of rows.
const (
	perCall   = 1.3  // of raw: a call
	perSet    = 1.2  // of raw: one call for many
	perWalk   = 1.5  // of raw: rows of which three fields are read
	perOffset = 0.25 // of raw, which reads each row that it leaves out: pages behind offsets
	perInput  = 2.0  // of raw, by processor time: rows whose inputs are read
	perPrune  = 1.3  // of raw: batches, whose conditions are checked
	perBulk   = 1.5  // of raw: batches, whose workflows are kept, compared and recorded
	perQueue  = 1.5  // of raw: a call for many, which keeps their values for an undo
	filtering = 2.0  // of raw: the same with a filter, whose ids are read, checked and recorded first
	pausing   = 3.0  // of raw: a prune of a file, half of which are pauses
	recording = 1.15 // of the call that is not recorded

	// recordingAfter is that of a call whose record depends on the answer, so is sent after it.
	recordingAfter = 2.0

	ahead   = 0.9 // of the better official client
	parity  = 1.0 // where one statement is the whole work
	noWorse = 1.1 // of the official client for Go: a filter
)

func (l limits) any() bool { return l != limits{} && l != limits{CPU: true} }

// String lists the limits, as a cell of the table.
func (l limits) String() string {
	var parts []string
	add := func(value float64, format string) {
		if value > 0 {
			parts = append(parts, fmt.Sprintf(format, value))
		}
	}
	if l.CPU {
		add(l.Raw, "raw %.3g by CPU")
	} else {
		add(l.Raw, "raw %.3g")
	}
	add(l.Peers, "peers %.3g")
	add(l.Most*1000, "%.3g ms")
	add(l.Work, "CPU %.3g s")
	add(l.Memory, "%.3g MB")
	return strings.Join(parts, ", ")
}

// judgeRow adds the targets of a row. Scripts that are one process for each caller are left out of
// the comparison with raw, which has one process for all.
func (v *verdict) judgeRow(t table, l tableRow) {
	what := l.Title + map[string]string{"sqlite": " on SQLite", "million": " at a million", "own": " on our schema"}[t.Name]
	for _, name := range []string{"go", "lua"} {
		own := l.Cells[name]
		if own.Runs == 0 {
			continue
		}
		if raw := l.Cells["raw"]; l.Limits.Raw > 0 && raw.Runs > 0 && !(name == "lua" && l.callers > 1) {
			v.againstRaw(what+": "+name, l.Limits, own, raw)
		}
		if best, title := l.better(); l.Limits.Peers > 0 && best.Runs > 0 {
			v.add(target{What: what + ": " + name + "/" + title, Value: own.Seconds.Median / best.Seconds.Median,
				Limit: l.Limits.Peers, samples: min(own.Runs, best.Runs)})
		}
		if l.Limits.Most > 0 {
			v.add(target{What: what + ": " + name, Value: own.Seconds.Median * 1000, Limit: l.Limits.Most * 1000, unit: " ms", samples: own.Runs})
		}
	}
	if own := l.Cells["lua"]; own.Runs > 0 && l.Limits.Work > 0 {
		v.add(target{What: what + ": processor time", Value: own.CPU.Median, Limit: l.Limits.Work, unit: " s", samples: own.Runs})
	}
	if own := l.Cells["lua"]; own.Runs > 0 && l.Limits.Memory > 0 {
		v.add(target{What: what + ": memory of the process", Value: own.Memory.Median / 1e6, Limit: l.Limits.Memory, unit: " MB", samples: own.Runs})
	}
}

func (v *verdict) againstRaw(what string, l limits, own, raw cell) {
	p := target{What: what + "/raw", Value: own.Seconds.Median / raw.Seconds.Median, Limit: l.Raw, samples: min(own.Runs, raw.Runs)}
	if l.CPU {
		p.What, p.Value = p.What+" by CPU", own.CPU.Median/raw.CPU.Median
	}
	v.add(p)
}

// better returns the cell of the official client that took less time, and its name.
func (l tableRow) better() (best cell, title string) {
	for _, name := range []string{"ts", "gosdk"} {
		c := l.Cells[name]
		if c.Runs > 0 && (best.Runs == 0 || c.Seconds.Median < best.Seconds.Median) {
			best, title = c, map[string]string{"ts": "TypeScript", "gosdk": "Go SDK"}[name]
		}
	}
	return best, title
}

// eachAlone are the rows where the TypeScript client makes a call for each item.
func eachAlone() []string {
	return []string{"enqueue_many", "fork_1000", "results_finished", "send_many", "backfill_day"}
}

// judgeSlowLine wants to be far ahead of the TypeScript client where it makes one
// call for each item.
func (v *verdict) judgeSlowLine(l tableRow) {
	for _, name := range []string{"go", "lua"} {
		own, theirs := l.Cells[name], l.Cells["ts"]
		if own.Runs > 0 && theirs.Runs > 0 && slices.Contains(eachAlone(), l.Name) {
			v.add(target{What: fmt.Sprintf("%s on the line: TypeScript/%s", l.Title, name), Value: theirs.Seconds.Median / own.Seconds.Median,
				Limit: 4, Least: true, samples: min(own.Runs, theirs.Runs)})
		}
		if best, title := l.better(); own.Runs > 0 && best.Runs > 0 && l.Limits.Peers > 0 {
			v.add(target{What: fmt.Sprintf("%s on the line: %s/%s", l.Title, name, title), Value: own.Seconds.Median / best.Seconds.Median,
				Limit: l.Limits.Peers, samples: min(own.Runs, best.Runs)})
		}
	}
}
