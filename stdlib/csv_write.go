package stdlib

import (
	"context"
	"errors"
	"io"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/render"
	"github.com/dbos-script/dbos-script/stdlib/tabular"
)

const csvWriting = "The columns are those of `columns`, which leaves others out, or those of the first row; then a later row with another one is an error. " +
	"Nothing stands for nil, RFC 3339 for a time, JSON for a table."

func csvEncode(host Host) declare.Func {
	type args struct {
		Rows declare.Raw `arg:"rows" doc:"Rows, as an array or an iterator: tables, records or arrays."`
		csvOptions
	}
	return declare.Fn("encode", "Writes rows as a text of CSV.",
		func(ctx context.Context, a args) (string, error) {
			format, err := a.format()
			if err != nil {
				return "", err
			}
			text := newFilling(ctx)
			err = host.writeRows(ctx, text, format, a.Rows)
			return text.text.String(), err
		}).Pure().
		Returning("the text").
		Notes(csvWriting).
		Example(`print(csv.encode({{id = "w1", queue = "slow"}, {id = "w2"}}, {columns = {"id", "queue"}}))`)
}

func csvWrite(host Host) declare.Func {
	type args struct {
		Path string      `arg:"path" doc:"The file's path."`
		Rows declare.Raw `arg:"rows" doc:"Rows, as an array or an iterator: tables, records or arrays."`
		csvOptions
	}
	return declare.Do("write", "Writes rows to a file of CSV, one at a time. The file takes its place when all of them are written.",
		func(ctx context.Context, a args) error {
			format, err := a.format()
			if err != nil {
				return err
			}
			place, err := host.Grants.WriteFile(a.Path)
			if err != nil {
				return failed(ctx, "csv.write", err)
			}
			draft, err := host.files().Create(place)
			if err != nil {
				return failed(ctx, "csv.write", err)
			}
			counted := &counting{to: draft}
			if err := host.writeRows(ctx, counted, format, a.Rows); err != nil {
				draft.Abandon()
				return err
			}
			if err := draft.Commit(); err != nil {
				return failed(ctx, "csv.write", err)
			}
			host.tell(Act{Function: "csv.write", Target: a.Path, Size: counted.bytes})
			return nil
		}).Outside().
		Raises("Denied", codeNotFound).
		Notes(csvWriting).
		Example("local path = fs.temp_file{suffix = \".csv\"}\ncsv.write(path, seq.map({\"w1\", \"w2\"}, function(id) return {id = id} end))\nprint(fs.read(path))")
}

// writeRows writes the rows. An error of a row names its place; an error that the iterator raised
// is unchanged.
func (h Host) writeRows(ctx context.Context, out io.Writer, format tabular.Format, rows declare.Raw) error {
	w := tabular.NewWriter(out, format)
	count := 0
	for row, err := range h.items(ctx, "rows", rows) {
		if err != nil {
			return err
		}
		count++
		value, err := row.Written(nil)
		if members, named := value.(declare.Members); named && count == 1 {
			first := []render.Row{{Kind: row.Type(), Value: members}}
			if err := h.checkColumns(format.Columns, first); err != nil {
				return err
			}
		}
		if err == nil {
			err = w.Write(value)
		}
		if err != nil {
			return badRow(count, err)
		}
	}
	return w.Flush()
}

// badRow leaves out how a value calls itself when it is no data: it is one of the rows here.
func badRow(n int, err error) error {
	text := err.Error()
	if inner, ok := errors.AsType[*declare.ArgumentError](err); ok {
		text = inner.Message
	}
	return declare.BadArgument("rows", "row %d: %s", n, text)
}
