package main

import (
	"context"
	"fmt"
	"os"

	pretty "github.com/jedib0t/go-pretty/v6/table"

	"github.com/dbos-script/dbos-script/bench/luaonly"
)

// A share is the Lua part of a row of the tables: its time on the fake client, and the whole time
// of the same script on PostgreSQL and SQLite, in seconds. A time is 0 if the table was not
// measured.
type share struct {
	Name     string  `json:"name"`
	Title    string  `json:"title"`
	Alone    float64 `json:"seconds_alone"`
	Postgres float64 `json:"seconds_postgres,omitempty"`
	SQLite   float64 `json:"seconds_sqlite,omitempty"`
}

// luaAlone measures each row's script once more on a client that answers at once. It leaves out
// rows whose figure is not the time of one script: of a whole process, beside an application that
// writes, and of several callers.
func (b *bench) luaAlone(ctx context.Context, tables []table) (p pieces, s shares, err error) {
	if p.Units, err = luaonly.Units(); err != nil {
		return p, s, err
	}
	for _, r := range selected(rows(), b.filter, b.part) {
		path := b.programs.luaFile(r.task)
		if _, missing := os.Stat(path); missing != nil || r.task.Whole() || r.beside || r.task.Callers > 1 {
			continue
		}
		seconds, err := luaonly.Script(ctx, path, r.task, b.runs)
		if err != nil {
			return p, s, err
		}
		s.Shares = append(s.Shares, newShare(r, seconds, tables))
	}
	return p, s, nil
}

func newShare(r row, seconds float64, tables []table) share {
	s := share{Name: r.name, Title: r.heading(), Alone: seconds}
	for _, t := range tables {
		switch t.Name {
		case "peer": // the table beside the official clients, on PostgreSQL
			s.Postgres = t.cell(r.name, "lua").Seconds.Median
		case "sqlite":
			s.SQLite = t.cell(r.name, "lua").Seconds.Median
		}
	}
	return s
}

// pieces are the frequent operations of scripts, with the cost of each; a table of the report.
type pieces struct {
	Units []luaonly.Unit `json:"lua_alone"`
}

// shares are the rows with the part that is Lua's; a table of the report.
type shares struct {
	Shares []share `json:"lua_shares"`
}

func (p pieces) writer() pretty.Writer {
	w := newWriter(pretty.Row{"Lua alone", "ns", "bytes", "allocations"})
	for _, u := range p.Units {
		w.AppendRow(pretty.Row{u.Name, fmt.Sprintf("%.0f", u.Nanoseconds), fmt.Sprintf("%.0f", u.Bytes), fmt.Sprintf("%.1f", u.Allocations)})
	}
	return w
}

func (s shares) writer() pretty.Writer {
	w := newWriter(pretty.Row{"Lua's part of a row", "alone", "of PostgreSQL", "of SQLite"})
	for _, one := range s.Shares {
		w.AppendRow(pretty.Row{one.Title, seconds(one.Alone), percent(one.Alone, one.Postgres), percent(one.Alone, one.SQLite)})
	}
	return w
}

// percent returns a dash if the whole was not measured.
func percent(part, all float64) string {
	if all == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*part/all)
}
