package main

import (
	"fmt"
	"slices"
	"strings"

	pretty "github.com/jedib0t/go-pretty/v6/table"
)

// A verdict lists the targets about the measured tables, and if they hold.
type verdict struct {
	Targets []target `json:"promises"`
}

// A target is a figure that is not to be greater than its limit, or where Least is set not to be
// less.
type target struct {
	What  string  `json:"what"`
	Value float64 `json:"value"`
	Limit float64 `json:"limit"`
	Least bool    `json:"least,omitempty"`
	unit  string
}

func (p target) holds() bool {
	if p.Least {
		return p.Value >= p.Limit
	}
	return p.Value <= p.Limit
}

// checkTargets compares the tables, and other values that were measured, with the targets.
func checkTargets(tables []table, others ...target) verdict {
	var v verdict
	for _, t := range tables {
		switch t.Name {
		case "peer":
			v.targets(t)
			v.figures(t)
			v.ahead(t)
		case "sqlite":
			v.onSQLite(t)
		case "line":
			v.onTheLine(t)
		}
	}
	v.Targets = append(v.Targets, others...)
	return v
}

// targets are the ratios to raw that are promised.
func (v *verdict) targets(t table) {
	for _, l := range t.Lines {
		if l.Target > 0 {
			v.against(l, l.Title, l.Target)
		}
	}
}

// onSQLite has one limit for the rows that are promised there.
func (v *verdict) onSQLite(t table) {
	const limit = 1.3
	for _, l := range t.Lines {
		if l.Name == "enqueue" || strings.HasPrefix(l.Name, "list_") || strings.HasPrefix(l.Name, "fork_") {
			v.against(l, l.Title+" on SQLite", limit)
		}
	}
}

// against leaves out scripts that are one process for each caller: the others have one for all.
func (v *verdict) against(l line, what string, limit float64) {
	for _, name := range []string{"go", "lua"} {
		if c := l.Cells[name]; c.Ratio > 0 && !(name == "lua" && l.callers > 1) {
			v.add(target{What: what + ": " + name + "/raw", Value: c.Ratio, Limit: limit})
		}
	}
}

// figures judges targets that are not about the ratio of one row.
func (v *verdict) figures(t table) {
	few, all := t.cell("walk_10000", "lua"), t.cell("walk_100000", "lua")
	if few.Runs > 0 && all.Runs > 0 {
		v.add(target{What: "walk all in Lua: memory of the process", Value: all.Memory.Median / 1e6, Limit: 40, unit: " MB"})
		growth := float64(t.line("walk_100000").Count) / float64(t.line("walk_10000").Count)
		v.add(target{What: "walk in Lua: time a row, all/few", Value: all.Seconds.Median / few.Seconds.Median / growth, Limit: 1.2})
	}
	for _, name := range []string{"go", "lua"} {
		pages, offset := t.cell("walk_pages", name), t.cell("walk_offset", "raw")
		if pages.Runs > 0 && offset.Runs > 0 {
			v.add(target{What: "walk in pages: raw by offsets/" + name, Value: offset.Seconds.Median / pages.Seconds.Median, Limit: 20, Least: true})
		}
		v.under(t, "results_queued", name, 0.015)
		v.under(t, "get_event", name, 0.010)
	}
	if cold := t.cell("cold", "lua"); cold.Runs > 0 {
		v.add(target{What: "cold start: memory of the process", Value: cold.Memory.Median / 1e6, Limit: 25, unit: " MB"})
	}
}

func (v *verdict) under(t table, row, name string, limit float64) {
	if c := t.cell(row, name); c.Runs > 0 {
		v.add(target{What: t.line(row).Title + ": " + name, Value: c.Seconds.Median * 1000, Limit: limit * 1000, unit: " ms"})
	}
}

// ahead compares with the TypeScript client in every row.
func (v *verdict) ahead(t table) {
	for _, l := range t.Lines {
		for _, name := range []string{"go", "lua"} {
			if own, theirs := l.Cells[name], l.Cells["ts"]; own.Runs > 0 && theirs.Runs > 0 {
				v.add(target{What: fmt.Sprintf("%s: %s/TypeScript", l.Title, name), Value: own.Seconds.Median / theirs.Seconds.Median, Limit: 1})
			}
		}
	}
}

// eachAlone are the rows where the TypeScript client makes a call for each item.
func eachAlone() []string {
	return []string{"enqueue_many", "fork_1000", "results_finished", "send_many", "backfill_day", "backfill_week"}
}

// onTheLine wants to be ahead, and far ahead where the other makes one call for each item.
func (v *verdict) onTheLine(t table) {
	for _, l := range t.Lines {
		limit := 1.0
		if slices.Contains(eachAlone(), l.Name) {
			limit = 4
		}
		for _, name := range []string{"go", "lua"} {
			if own, theirs := l.Cells[name], l.Cells["ts"]; own.Runs > 0 && theirs.Runs > 0 {
				v.add(target{What: fmt.Sprintf("%s on the line: TypeScript/%s", l.Title, name),
					Value: theirs.Seconds.Median / own.Seconds.Median, Limit: limit, Least: true})
			}
		}
	}
}

func (v *verdict) add(p target) { v.Targets = append(v.Targets, p) }

func (v verdict) writer() pretty.Writer {
	w := newWriter(pretty.Row{"target", "measured", "limit", "holds"})
	for _, p := range v.Targets {
		sign, holds := "≤", "yes"
		if p.Least {
			sign = "≥"
		}
		if !p.holds() {
			holds = "NO"
		}
		w.AppendRow(pretty.Row{p.What, fmt.Sprintf("%.2f%s", p.Value, p.unit), fmt.Sprintf("%s %.3g%s", sign, p.Limit, p.unit), holds})
	}
	return w
}

// cell returns the cell of a subject in a row; zero if it was not measured.
func (t table) cell(row, name string) cell { return t.line(row).Cells[name] }

func (t table) line(row string) line {
	for _, l := range t.Lines {
		if l.Name == row {
			return l
		}
	}
	return line{}
}
