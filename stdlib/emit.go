package stdlib

import (
	"context"
	"iter"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// emit declares the function of that name: it writes one item, a list, or item by item.
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
				return host.emitAll(host.drawn(ctx, a.Value), a.Columns)
			}
			if items, ok := a.Value.List(); ok {
				return host.emitList(items, a.Columns)
			}
			row, err := host.rowOf(a.Value, a.Columns)
			if err == nil {
				err = host.checkColumns(a.Columns, []render.Row{row})
			}
			if err != nil {
				return err
			}
			return host.Output.One(row)
		}).Outside().
		Notes("A list is written item by item. Without `--output` the format is a table on a terminal, and lines of JSON elsewhere. CSV has one " +
			"header for the whole run: all fields of a record, and for tables the keys in the first emit. The items of an " +
			"iterator are written as they come, in constant memory: lines of JSON, CSV and ids one by one, JSON by the hundred, and a table in parts of a " +
			"thousand rows with a header each. If the iterator raises an error, the items before it are written, and an array of JSON is closed. " +
			"If a script prints a text while an array is being written, the text follows the array. A value that JSON cannot hold becomes a text: " +
			"`NaN`, `Infinity`, and `\\xff` for a byte that is not UTF-8. In a table times are in UTC, and a cut text ends with `…`. No requested " +
			"column is left out of it: if the terminal is too narrow, each row is written as a block with a line for each column. On a terminal control characters are shown as `\\x1b`.").
		Example(`emit(dbos.workflows{status = "ERROR"})`).
		Example(`emit(dbos.list_workflows{limit = 3})`).
		Example(`emit({{queue = "orders", failed = 3}, {queue = "mails", failed = 0}}, {columns = {"queue", "failed"}})`)
}

// emitList writes the items of an array. It converts all of them before it writes the first, so
// that a list with an item that is no data, such as a function, is not written in part. A record is
// always data, so a list of records, which may be long, is written as it is converted.
func (h Host) emitList(items []declare.Raw, columns []string) error {
	if h.Output.Known(items) {
		return h.emitAll(seqOf(items), columns)
	}
	rows := make([]render.Row, len(items))
	for i, item := range items {
		var err error
		if rows[i], err = h.rowOf(item, columns); err != nil {
			return err
		}
	}
	if err := h.checkColumns(columns, rows); err != nil {
		return err
	}
	return h.Output.ListOf(rows, columns)
}

func seqOf(items []declare.Raw) iter.Seq2[declare.Raw, error] {
	return func(yield func(declare.Raw, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// rowOf converts an item. It reads only the fields that the format shows, unless a test reads all.
func (h Host) rowOf(item declare.Raw, columns []string) (render.Row, error) {
	kind := item.Type()
	row := render.Row{Kind: kind, Columns: columns}
	var err error
	if h.Output.Watched() {
		row.Value, err = item.Shown()
	} else {
		row.Value, err = item.Written(h.Output.Needs(kind, columns))
	}
	return row, err
}

// emitAll writes items as they come.
func (h Host) emitAll(items iter.Seq2[declare.Raw, error], columns []string) error {
	list := h.Output.Open(columns, func(first []render.Row) error { return h.checkColumns(columns, first) })
	for item, err := range items {
		var row render.Row
		if err == nil {
			row, err = h.rowOf(item, columns)
		}
		if err == nil {
			err = list.Add(row)
		}
		if err != nil {
			return list.Close(err)
		}
	}
	return list.Close(nil)
}

// checkColumns returns an error if an option names a column that the rows cannot have. It is for
// csv.write too, which also works in a run without an output.
func (h Host) checkColumns(columns []string, rows []render.Row) error {
	if h.Output == nil {
		return nil
	}
	if err := h.Output.CheckColumns(columns, rows); err != nil {
		return declare.BadArgument("columns", "%v", err)
	}
	return nil
}
