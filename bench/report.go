package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	pretty "github.com/jedib0t/go-pretty/v6/table"
	prettytext "github.com/jedib0t/go-pretty/v6/text"
)

// A table holds the results of one session.
type table struct {
	Name     string     `json:"name"`
	Title    string     `json:"title"`
	Subjects []string   `json:"subjects"`
	Lines    []tableRow `json:"rows"`
	titles   []string
}

// A tableRow has the cells of one row of a table.
type tableRow struct {
	Name    string          `json:"name"`
	Title   string          `json:"title"`
	Count   int             `json:"count"`
	Limits  limits          `json:"limits"`
	Cells   map[string]cell `json:"subjects"`
	memory  bool            // the peak memory is shown
	callers int
	call    bool // the time is that of a call
}

// A cell holds the result of one subject in one row.
type cell struct {
	Runs    int    `json:"runs"`
	Seconds figure `json:"seconds"`
	P99     figure `json:"p99"`
	CPU     figure `json:"cpu"`
	Memory  figure `json:"memory"`
	Trips   figure `json:"trips"`
	Rate    figure `json:"trips_per_second"`
	// Ratio is to the raw program's median, 0 where there is none.
	Ratio float64 `json:"ratio,omitempty"`
}

func newTable(name, title string, subjects []subject, all []measured) table {
	t := table{Name: name, Title: title}
	for _, s := range subjects {
		t.Subjects = append(t.Subjects, s.name)
		t.titles = append(t.titles, s.title)
	}
	for _, m := range all {
		t.Lines = append(t.Lines, newTableRow(m, t.Subjects[0]))
	}
	return t
}

func newTableRow(m measured, base string) tableRow {
	l := tableRow{Name: m.row.name, Title: m.row.heading(), Count: m.row.task.Count, Limits: m.row.limits, Cells: map[string]cell{}, memory: m.row.memory, callers: m.row.task.Callers, call: m.row.lineCount > 0}
	for name, samples := range m.samples {
		c := cell{Runs: len(samples), Seconds: of(samples, sample.time), P99: of(samples, sample.slowest), CPU: of(samples, sample.work), Memory: of(samples, sample.peak),
			Trips: of(samples, sample.trips), Rate: of(samples, sample.rate)}
		if against := m.samples[base]; len(against) > 0 {
			c.Ratio = c.Seconds.Median / of(against, sample.time).Median
		}
		l.Cells[name] = c
	}
	return l
}

// header returns the cells above the lines.
func (t table) header() pretty.Row {
	header := pretty.Row{t.Title}
	for _, title := range t.titles {
		header = append(header, title)
	}
	for _, title := range t.titles[1:] {
		header = append(header, title+"/"+t.titles[0])
	}
	return append(header, "limits")
}

// text returns the cells of a row.
func (t table) text(l tableRow) pretty.Row {
	cells := pretty.Row{l.Title}
	for _, name := range t.Subjects {
		cells = append(cells, l.Cells[name].text(l))
	}
	for _, name := range t.Subjects[1:] {
		cells = append(cells, ratio(l.Cells[name].Ratio))
	}
	return append(cells, l.Limits.String())
}

// text returns the median with its spread, and after it the further figures that the row shows.
func (c cell) text(l tableRow) string {
	if c.Runs == 0 {
		return "–"
	}
	text := fmt.Sprintf("%s (%s)", seconds(c.Seconds.Median), c.Seconds.spread())
	if c.Runs == 1 {
		text = seconds(c.Seconds.Median) + " (once)"
	}
	if c.P99.Median > 0 {
		text += ", p99 " + seconds(c.P99.Median)
	}
	if l.Limits.CPU || l.Limits.Work > 0 {
		text += ", CPU " + seconds(c.CPU.Median)
	}
	if l.memory {
		text += fmt.Sprintf(", %s", megabytes(int64(c.Memory.Median)))
	}
	if l.hasRowSpeed() {
		text += fmt.Sprintf(", %s rows/s", withCommas(int(float64(l.Count)/c.Seconds.Median)))
	}
	if c.Trips.Median > 0 {
		text += fmt.Sprintf(", %.0f trips", c.Trips.Median)
	}
	if c.Trips.Median > 0 && strings.HasPrefix(l.Name, "results_queued") {
		text += fmt.Sprintf(", %.0f/s", c.Rate.Median)
	}
	return text
}

// hasRowSpeed returns true if a sample covers enough rows for a speed per row to be meaningful.
func (l tableRow) hasRowSpeed() bool {
	return l.Count >= many && !l.call && !strings.HasPrefix(l.Name, "backfill") && l.Limits.Work == 0
}

func ratio(r float64) string {
	if r == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", r)
}

// A reportPart is a table of the report.
type reportPart interface{ writer() pretty.Writer }

func (t table) writer() pretty.Writer {
	w := newWriter(t.header())
	for _, l := range t.Lines {
		w.AppendRow(t.text(l))
	}
	return w
}

func newWriter(header pretty.Row) pretty.Writer {
	w := pretty.NewWriter()
	w.SetStyle(pretty.StyleLight)
	w.Style().Format.Header, w.Style().Format.Footer = prettytext.FormatDefault, prettytext.FormatDefault // no capitals
	w.AppendHeader(header)
	return w
}

func writeText(out io.Writer, s reportPart) { fmt.Fprintf(out, "\n%s\n", s.writer().Render()) }

func writeMarkdown(out io.Writer, s reportPart) {
	fmt.Fprintf(out, "\n%s\n", s.writer().RenderMarkdown())
}

func writeJSON(out io.Writer, parts []reportPart) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(parts)
}
