package main

import (
	"fmt"

	pretty "github.com/jedib0t/go-pretty/v6/table"
)

// A verdict lists the targets for the figures of the measured tables, with how each was judged.
type verdict struct {
	Targets []target `json:"promises"`
}

// A target is a figure that must not be greater than its limit, or if Least is set not less. Most
// figures are times of ours over times of another subject in the same row.
type target struct {
	What  string  `json:"what"`
	Value float64 `json:"value"`
	Limit float64 `json:"limit"`
	Least bool    `json:"least,omitempty"`
	Holds string  `json:"holds"` // yes, no or notJudged
	unit  string  // of Value and Limit; empty for a ratio
	// samples is the number of samples behind the value. If two medians are compared, it is that of
	// the median with fewer samples.
	samples int
}

// enoughSamples is how many samples a verdict needs: one slow moment of the machine is not to
// decide it.
const enoughSamples = 3

// The values of Holds.
const (
	yes       = "yes"
	no        = "NO"
	notJudged = "not judged"
)

func (t target) holds() string {
	within := t.Value <= t.Limit
	if t.Least {
		within = t.Value >= t.Limit
	}
	switch {
	case t.samples < enoughSamples:
		return notJudged
	case within:
		return yes
	}
	return no
}

// judgeTargets judges the targets for the rows of the tables, and the others, whose values do not
// come from a table.
func judgeTargets(tables []table, others ...target) verdict {
	var v verdict
	for _, t := range tables {
		for _, l := range t.Lines {
			if t.Name == "line" { // the slow network connection
				v.judgeSlowLine(l)
			} else {
				v.judgeRow(t, l)
			}
		}
		if t.Name == "peer" {
			v.judgePairs(t)
		}
	}
	for _, other := range others {
		v.add(other)
	}
	return v
}

// judgePairs judges targets that compare two rows of the table.
func (v *verdict) judgePairs(t table) {
	// A walk takes the same time for each workflow, however many there are, up to a fifth for
	// chance.
	few, all := t.cell("walk_10000", "lua"), t.cell("walk_100000", "lua")
	if few.Runs > 0 && all.Runs > 0 {
		growth := float64(t.row("walk_100000").Count) / float64(t.row("walk_10000").Count)
		v.add(target{What: "walk in Lua: time a row, all/few", Value: all.Seconds.Median / few.Seconds.Median / growth, Limit: 1.2, samples: min(few.Runs, all.Runs)})
	}
	// Pages by a cursor take at most a tenth of the time of pages by an offset: with offsets every
	// page reads all workflows before it too, so the time grows with their square.
	for _, name := range []string{"go", "lua"} {
		pages, offset := t.cell("walk_pages", name), t.cell("walk_offset", "raw")
		if pages.Runs > 0 && offset.Runs > 0 {
			v.add(target{What: "walk in pages: raw by offsets/" + name, Value: offset.Seconds.Median / pages.Seconds.Median, Limit: 10, Least: true, samples: min(pages.Runs, offset.Runs)})
		}
	}
}

func (v *verdict) add(t target) {
	t.Holds = t.holds()
	v.Targets = append(v.Targets, t)
}

func (v verdict) writer() pretty.Writer {
	w := newWriter(pretty.Row{"target", "measured", "limit", "holds"})
	count := map[string]int{}
	for _, t := range v.Targets {
		sign := "≤"
		if t.Least {
			sign = "≥"
		}
		count[t.Holds]++
		w.AppendRow(pretty.Row{t.What, fmt.Sprintf("%.2f%s", t.Value, t.unit), fmt.Sprintf("%s %.3g%s", sign, t.Limit, t.unit), t.Holds})
	}
	w.AppendFooter(pretty.Row{fmt.Sprintf("%d targets: %d hold, %d do not, %d are not judged, because they have fewer than %d samples",
		len(v.Targets), count[yes], count[no], count[notJudged], enoughSamples), "", "", ""})
	return w
}

// cell returns the cell of a subject in a row. Its Runs is 0 if it was not measured.
func (t table) cell(row, subject string) cell { return t.row(row).Cells[subject] }

// row returns the row of the table with a name, zero if it was not measured.
func (t table) row(row string) tableRow {
	for _, l := range t.Lines {
		if l.Name == row {
			return l
		}
	}
	return tableRow{}
}
