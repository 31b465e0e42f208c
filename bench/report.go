package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// A table is what one session measured.
type table struct {
	Title    string   `json:"title"`
	Subjects []string `json:"subjects"`
	Lines    []line   `json:"rows"`
	titles   []string
}

// A line is a row of a table.
type line struct {
	Name   string          `json:"name"`
	Title  string          `json:"title"`
	Target float64         `json:"target,omitempty"`
	Cells  map[string]cell `json:"subjects"`
	memory bool
	rows   int // how many a task with memory goes over
}

// A cell is what one subject needed.
type cell struct {
	Seconds figure `json:"seconds"`
	Memory  figure `json:"memory"`
	Queries figure `json:"queries"`
	// Ratio is to the raw program's median, 0 where there is none.
	Ratio float64 `json:"ratio,omitempty"`
}

func newTable(title string, subjects []subject, all []measured) table {
	t := table{Title: title}
	for _, s := range subjects {
		t.Subjects = append(t.Subjects, s.name)
		t.titles = append(t.titles, s.title)
	}
	for _, m := range all {
		t.Lines = append(t.Lines, newLine(m, t.Subjects[0]))
	}
	return t
}

func newLine(m measured, base string) line {
	l := line{Name: m.row.name, Title: m.row.title, Target: m.row.target, Cells: map[string]cell{}, memory: m.row.memory, rows: m.row.task.Count}
	for name, samples := range m.samples {
		c := cell{Seconds: of(samples, sample.time), Memory: of(samples, sample.peak), Queries: of(samples, sample.queries)}
		if against := m.samples[base]; len(against) > 0 {
			c.Ratio = c.Seconds.Median / of(against, sample.time).Median
		}
		l.Cells[name] = c
	}
	return l
}

// header and body are the text of the table.
func (t table) header() []string {
	header := []string{"task"}
	header = append(header, t.titles...)
	for _, title := range t.titles[1:] {
		header = append(header, title+"/"+t.titles[0])
	}
	return append(header, "target", "spread")
}

func (t table) body() [][]string {
	var body [][]string
	for _, l := range t.Lines {
		body = append(body, t.text(l))
	}
	return body
}

func (t table) text(l line) []string {
	cells := []string{l.Title}
	for _, name := range t.Subjects {
		cells = append(cells, l.Cells[name].text(l))
	}
	for _, name := range t.Subjects[1:] {
		cells = append(cells, ratio(l.Cells[name].Ratio))
	}
	return append(cells, ratio(l.Target), t.spreads(l))
}

func (c cell) text(l line) string {
	if c.Memory.Median == 0 {
		return "–"
	}
	text := seconds(c.Seconds.Median)
	if l.memory {
		text += fmt.Sprintf(", %s, %.0f rows/s", bytes(int64(c.Memory.Median)), float64(l.rows)/c.Seconds.Median)
	}
	if c.Queries.Median > 0 {
		text += fmt.Sprintf(", %.1f queries/s", c.Queries.Median)
	}
	return text
}

func ratio(r float64) string {
	if r == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", r)
}

func (t table) spreads(l line) string {
	var parts []string
	for _, name := range t.Subjects {
		if c, found := l.Cells[name]; found {
			parts = append(parts, name+" "+c.Seconds.spread())
		}
	}
	return strings.Join(parts, ", ")
}

func writeMarkdown(out io.Writer, tables []table) {
	for _, t := range tables {
		header := t.header()
		fmt.Fprintf(out, "\n## %s\n\n| %s |\n|%s\n", t.Title, strings.Join(header, " | "), strings.Repeat("---|", len(header)))
		for _, cells := range t.body() {
			fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
		}
	}
}

func writeJSON(out io.Writer, tables []table) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(tables)
}

func writeText(out io.Writer, t table) {
	rows := append([][]string{t.header()}, t.body()...)
	widths := make([]int, len(rows[0]))
	for _, cells := range rows {
		for i, text := range cells {
			widths[i] = max(widths[i], len([]rune(text)))
		}
	}
	fmt.Fprintf(out, "\n%s\n\n", t.Title)
	for _, cells := range rows {
		var text strings.Builder
		for i, c := range cells {
			fmt.Fprintf(&text, "%s%s  ", c, strings.Repeat(" ", widths[i]-len([]rune(c))))
		}
		fmt.Fprintln(out, strings.TrimRight(text.String(), " "))
	}
}
