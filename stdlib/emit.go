package stdlib

import (
	"context"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

func emit(host Host) declare.Func {
	type args struct {
		Value   declare.Raw `arg:"value" doc:"A record, a table, a list of them, or an iterator, such as dbos.workflows returns."`
		Columns []string    `json:"columns" doc:"Which fields to write, in this order; a name that no row can have is an error."`
	}
	return declare.Do("emit", "Writes data to standard output in the format of --output: a table, JSON, lines of JSON, CSV or ids.",
		func(ctx context.Context, a args) error {
			if a.Columns != nil && len(a.Columns) == 0 {
				return declare.BadArgument("columns", "it names no column")
			}
			if a.Value.Type() == "function" {
				return host.emitDrawn(ctx, a.Value, a.Columns)
			}
			if items, ok := a.Value.List(); ok {
				rows, err := rowsOf(items, a.Columns)
				if err == nil {
					err = host.checkColumns(a.Columns, rows)
				}
				if err != nil {
					return err
				}
				return host.Output.ListOf(rows, a.Columns)
			}
			row, err := rowOf(a.Value, a.Columns)
			if err == nil {
				err = host.checkColumns(a.Columns, []render.Row{row})
			}
			if err != nil {
				return err
			}
			return host.Output.One(row)
		}).
		Notes("A list is written item by item. Without `--output` it is a table on a terminal and lines of JSON elsewhere. CSV has one " +
			"header for the whole run: all fields of a record, and of tables the keys that those of the first emit have. What an iterator " +
			"gives is written as it comes, in constant memory, as lines of JSON, CSV and ids. A value that JSON has no text for is one all the same: " +
			"`NaN`, `Infinity`, and `\\xff` for a byte that is not UTF-8. In a table times are in UTC, what is cut ends with `…`, and columns " +
			"that were asked for stay: where they have no room, each row becomes a card. On a terminal control characters are shown as `\\x1b`.").
		Example(`emit(dbos.workflows{status = "ERROR"})`).
		Example(`emit(dbos.list_workflows{limit = 3})`).
		Example(`emit({{queue = "orders", failed = 3}, {queue = "mails", failed = 0}}, {columns = {"queue", "failed"}})`)
}

func rowsOf(items []declare.Raw, columns []string) ([]render.Row, error) {
	rows := make([]render.Row, len(items))
	for i, item := range items {
		var err error
		if rows[i], err = rowOf(item, columns); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func rowOf(item declare.Raw, columns []string) (render.Row, error) {
	value, err := item.Shown()
	return render.Row{Kind: item.Type(), Value: value, Columns: columns}, err
}

// emitDrawn writes the values of an iterator, each one at once if the format allows it.
func (h Host) emitDrawn(ctx context.Context, iterator declare.Raw, columns []string) error {
	var rows []render.Row
	streams, checked := h.Output.Streams(), false
	for item, err := range h.drawn(ctx, iterator) {
		if err != nil {
			return err
		}
		row, err := rowOf(item, columns)
		if err != nil {
			return err
		}
		if rows = append(rows, row); !streams {
			continue
		}
		if !checked {
			if err := h.checkColumns(columns, rows); err != nil {
				return err
			}
		}
		if err := h.Output.ListOf(rows, columns); err != nil {
			return err
		}
		rows, checked = rows[:0], true
	}
	if streams && checked {
		return nil
	}
	if err := h.checkColumns(columns, rows); err != nil {
		return err
	}
	return h.Output.ListOf(rows, columns)
}

// checkColumns returns an error if an option names a column that the rows cannot have.
func (h Host) checkColumns(columns []string, rows []render.Row) error {
	if h.Output == nil {
		return nil
	}
	if err := h.Output.CheckColumns(columns, rows); err != nil {
		return declare.BadArgument("columns", "%v", err)
	}
	return nil
}
