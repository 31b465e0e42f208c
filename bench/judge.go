package main

import (
	"fmt"

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
	Holds string  `json:"holds"`
	unit  string
	// samples is how many samples the worse known of the compared figures is the median of.
	samples int
}

// enoughSamples is how many samples a verdict needs: one slow moment of the machine is not to
// decide it.
const enoughSamples = 3

// The verdicts about a target.
const (
	yes       = "yes"
	no        = "NO"
	notJudged = "not judged"
)

func (p target) holds() string {
	within := p.Value <= p.Limit
	if p.Least {
		within = p.Value >= p.Limit
	}
	switch {
	case p.samples < enoughSamples:
		return notJudged
	case within:
		return yes
	}
	return no
}

// checkTargets compares the tables, and other values that were measured, with the targets.
func checkTargets(tables []table, others ...target) verdict {
	var v verdict
	for _, t := range tables {
		for _, l := range t.Lines {
			if t.Name == "line" {
				v.checkSlowLine(l)
			} else {
				v.judged(t, l)
			}
		}
		if t.Name == "peer" {
			v.figures(t)
		}
	}
	for _, p := range others {
		v.add(p)
	}
	return v
}

// figures judges targets that are about two rows.
func (v *verdict) figures(t table) {
	few, all := t.cell("walk_10000", "lua"), t.cell("walk_100000", "lua")
	if few.Runs > 0 && all.Runs > 0 {
		growth := float64(t.line("walk_100000").Count) / float64(t.line("walk_10000").Count)
		v.add(target{What: "walk in Lua: time a row, all/few", Value: all.Seconds.Median / few.Seconds.Median / growth, Limit: 1.2, samples: min(few.Runs, all.Runs)})
	}
	// The time of offsets grows with the square of the rows.
	for _, name := range []string{"go", "lua"} {
		pages, offset := t.cell("walk_pages", name), t.cell("walk_offset", "raw")
		if pages.Runs > 0 && offset.Runs > 0 {
			v.add(target{What: "walk in pages: raw by offsets/" + name, Value: offset.Seconds.Median / pages.Seconds.Median, Limit: 10, Least: true, samples: min(pages.Runs, offset.Runs)})
		}
	}
}

func (v *verdict) add(p target) {
	p.Holds = p.holds()
	v.Targets = append(v.Targets, p)
}

func (v verdict) writer() pretty.Writer {
	w := newWriter(pretty.Row{"target", "measured", "limit", "holds"})
	count := map[string]int{}
	for _, p := range v.Targets {
		sign := "≤"
		if p.Least {
			sign = "≥"
		}
		count[p.Holds]++
		w.AppendRow(pretty.Row{p.What, fmt.Sprintf("%.2f%s", p.Value, p.unit), fmt.Sprintf("%s %.3g%s", sign, p.Limit, p.unit), p.Holds})
	}
	w.AppendFooter(pretty.Row{fmt.Sprintf("%d targets: %d hold, %d do not, %d are not judged, because they have fewer than %d samples",
		len(v.Targets), count[yes], count[no], count[notJudged], enoughSamples), "", "", ""})
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
