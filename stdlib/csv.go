package stdlib

import (
	"context"
	"io"
	"iter"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/files"
	"github.com/dbos-script/dbos-script/stdlib/tabular"
)

// csvModule declares the module csv. This file has the options and the functions that read;
// csv_write.go has those that write. Package tabular has the format itself.
func csvModule(host Host) declare.Module {
	return declare.Module{
		Name:    "csv",
		Section: declare.DataSection,
		Doc: "Rows of comma-separated values (RFC 4180), as text or in the files that `--allow-read=DIR` and `--allow-write=DIR` name. A row " +
			"is a table of its fields by the names of the columns, or an array of them if there is no header. Fields are read as text.",
		Funcs: []declare.Func{csvDecode(), csvEncode(host), csvRead(host), csvWrite(host)},
	}
}

// csvOptions are the options of all functions of the module.
type csvOptions struct {
	Delimiter string   `json:"delimiter" doc:"The character between fields, such as ; or a tab." default:","`
	Header    *bool    `json:"header" doc:"Whether the first line has the names of the columns." default:"true"`
	Columns   []string `json:"columns" doc:"The names of the columns, in their order."`
}

// format returns the options as package tabular takes them. It returns an argument error unless
// the delimiter is one character that is neither a quote nor a line end.
func (o csvOptions) format() (tabular.Format, error) {
	delimiter, err := tabular.ParseDelimiter(o.Delimiter)
	if err != nil {
		return tabular.Format{}, declare.BadArgument("delimiter", "%v", err)
	}
	return tabular.Format{Delimiter: delimiter, Headless: o.Header != nil && !*o.Header, Columns: o.Columns}, nil
}

// csvReading is the note in the manual of the functions that read.
const csvReading = "With `columns` the fields have these names instead of the names in the header. A byte-order mark at the start is skipped, and so are empty lines; a line may end as on Unix, on Windows or on an old Mac; " +
	"a line with more or fewer fields than columns is an error that names it."

func csvDecode() declare.Func {
	type args struct {
		Text string `arg:"text" doc:"CSV text."`
		csvOptions
	}
	return declare.Fn("decode", "Reads a text of CSV.",
		func(ctx context.Context, a args) ([]any, error) {
			format, err := a.format()
			if err != nil {
				return nil, err
			}
			rows := []any{}
			for row, err := range tabular.Rows(strings.NewReader(a.Text), format) {
				if ctx.Err() != nil {
					return nil, context.Cause(ctx)
				}
				if err != nil {
					return nil, declare.BadArgument("text", "%v", err)
				}
				rows = append(rows, row)
			}
			return rows, nil
		}).Pure().
		Returning("an array of the rows").
		Notes(csvReading).
		Example(`for _, row in ipairs(csv.decode("id,queue\nw1,slow\n")) do print(row.id, row.queue) end`)
}

func csvRead(host Host) declare.Func {
	type args struct {
		Path string `arg:"path" doc:"The file's path."`
		csvOptions
	}
	return declare.Fn("read", "Reads a file of CSV row by row, and holds one at a time.",
		func(ctx context.Context, a args) (iter.Seq2[any, error], error) {
			format, err := a.format()
			if err != nil {
				return nil, err
			}
			place, err := host.Grants.ReadFile(a.Path)
			if err != nil {
				return nil, failed(ctx, "csv.read", err)
			}
			open, err := files.Later(host.files(), place)
			if err != nil {
				return nil, failed(ctx, "csv.read", err)
			}
			return csvRows(ctx, a.Path, open, format), nil
		}).Reads().
		InPages(linesPage).
		Returning("an iterator over the rows").
		Raises("Denied", codeNotFound).
		Notes(csvReading).
		Example("local path = fs.temp_file{suffix = \".csv\"}\nfs.write(path, \"id,queue\\nw1,slow\\n\")\nfor row in csv.read(path) do print(row.id, row.queue) end")
}

// csvRows returns the rows of the file at a path, as fields by name or an array of them. It opens
// the file for the first row, and closes it at the end or when the caller stops. The error of a
// file that cannot be opened or read, or is no CSV, is the last item.
func csvRows(ctx context.Context, path string, open func() (io.ReadCloser, error), format tabular.Format) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		file, err := open()
		if err != nil {
			yield(nil, failed(ctx, "csv.read", err))
			return
		}
		defer file.Close()
		for row, err := range tabular.Rows(file, format) {
			if err != nil {
				err = failed(ctx, "csv.read", &files.Error{Path: path, Err: err})
			}
			if !yield(row, err) {
				return
			}
		}
	}
}
