package client

import (
	"fmt"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/archive"
	"github.com/dbos-script/dbos-script/client/internal/rows"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// A route says where the columns of a table of a file go.
type route struct {
	to    int    // the table of the database, -1 if it has none
	at    []int  // the place of each column there, or -1
	folds bool   // the values go into the row of the workflow
	name  string // of the table of the file
}

// A fitting turns rows of a file into rows of a database, which may have another version.
type fitting struct {
	client *systemClient
	file   *archive.Header
	tables []rows.Table // of the database, with the columns that are written
	routes []route
	given  [][]bool       // the columns of tables that come from the file
	now    int64          // the time of columns that the file does not have
	drops  map[string]int // values without a column that do not matter, by column
	hold   heldColumns
}

// A fitted workflow is one as the database is to hold it.
type fitted struct {
	id   string
	rows [][][]archive.Value // by table
	// source is the row of workflow_status before the workflow was held; nil if it was not.
	source []archive.Value
	size   int
	line   int
}

// droppable are the columns without which a workflow is the same: what an executor of the source
// wrote for itself, and the age of payloads.
var droppable = []string{"retention_timestamp", "creator_xid", "owner_xid", "consumed_by_function_id", "operation_outputs.application_name"}

func newFitting(c *systemClient, file *archive.Header) *fitting {
	f := &fitting{client: c, file: file, now: c.now(), drops: map[string]int{}}
	all := rows.Of(c.shape, c.db)
	for i := range all {
		f.tables = append(f.tables, f.written(&all[i]))
		f.given = append(f.given, make([]bool, len(f.tables[i].Columns)))
	}
	for _, t := range file.Tables {
		f.routes = append(f.routes, f.route(t))
	}
	f.hold = heldColumnsOf(&f.tables[0])
	return f
}

// written returns a table with the columns that are written: of the file, demanded by the database,
// or set by a hold.
func (f *fitting) written(t *rows.Table) rows.Table {
	kept := *t
	kept.Columns, kept.Kinds = nil, nil
	in := slices.IndexFunc(f.file.Tables, func(of archive.Table) bool { return of.Name == t.Name })
	for i, column := range t.Columns {
		known, _ := t.Known.Column(column)
		given := in >= 0 && slices.Contains(f.file.Tables[in].Columns, column)
		set := t.Name == "workflow_status" && (slices.Contains(heldNames, column) || slices.Contains([]string{"inputs", "output", "error"}, column))
		if given || known.Required || set {
			kept.Columns, kept.Kinds = append(kept.Columns, column), append(kept.Kinds, t.Kinds[i])
		}
	}
	kept.WorkflowColumn = slices.Index(kept.Columns, t.Known.WorkflowColumn)
	kept.Key = nil
	for _, column := range t.Known.Key {
		kept.Key = append(kept.Key, slices.Index(kept.Columns, column))
	}
	return kept
}

func (f *fitting) route(t archive.Table) route {
	r := route{name: t.Name, to: f.place(t.Name)}
	if r.to < 0 && (t.Name == "workflow_input" || t.Name == "workflow_output") {
		r.to, r.folds = 0, true // an older version has these columns there
	}
	for i, column := range t.Columns {
		at := -1
		if r.to >= 0 && (!r.folds || i != t.WorkflowColumn && column != "retention_timestamp") {
			at = slices.Index(f.tables[r.to].Columns, column)
		}
		if at >= 0 {
			f.given[r.to][at] = true
		}
		r.at = append(r.at, at)
	}
	return r
}

// place returns the place of a table of the database, -1 if it has none of that name.
func (f *fitting) place(name string) int {
	return slices.IndexFunc(f.tables, func(t rows.Table) bool { return t.Name == name })
}

// fit returns a workflow as the database is to hold it. It returns Unsupported if the database
// lacks the column of a value that matters, and InvalidOption if it cannot hold a value.
func (f *fitting) fit(w *archive.Workflow) (*fitted, error) {
	to := &fitted{id: w.ID, rows: make([][][]archive.Value, len(f.tables)), size: w.Size, line: w.Rows[0].Line}
	for i := range w.Rows {
		if err := f.row(to, &w.Rows[i]); err != nil {
			return nil, err
		}
	}
	for i := range f.tables {
		for _, row := range to.rows[i] {
			f.complete(&f.tables[i], row)
		}
	}
	if held := f.hold.apply(to.rows[0][0]); held != nil {
		to.source, to.rows[0][0] = to.rows[0][0], held
	}
	return to, nil
}

func (f *fitting) row(to *fitted, row *archive.Row) error {
	r, columns := &f.routes[row.Table], f.file.Tables[row.Table].Columns
	var values []archive.Value
	switch {
	case r.folds:
		values = to.rows[0][0]
	case r.to >= 0:
		values = make([]archive.Value, len(f.tables[r.to].Columns))
		to.rows[r.to] = append(to.rows[r.to], values)
	}
	for i, v := range row.Values {
		switch at := r.at[i]; {
		case v.Kind == archive.Null || r.folds && i == f.file.Tables[row.Table].WorkflowColumn:
		case at < 0:
			if err := f.lacking(to, row, r.name, columns[i], v); err != nil {
				return err
			}
		default:
			fitting, err := rows.Fit(f.client.db.Dialect(), f.tables[r.to].Kinds[at], v)
			if err == nil && columns[i] == "owner_xid" && f.client.shape.TypeScript() && len(v.Bytes) > longestOwner {
				f.drops[r.name+"."+columns[i]]++
				continue
			}
			if err != nil {
				failed := invalid(opImport, "line %d: workflow %q cannot be stored: %s.%s: %v", row.Line, to.id, r.name, columns[i], err)
				failed.WorkflowID = to.id
				return failed
			}
			values[at] = fitting
		}
	}
	return nil
}

// longestOwner is the length of owner_xid in tables that the TypeScript SDK made.
const longestOwner = 40

// lacking returns an error unless the database can do without the column of a value.
func (f *fitting) lacking(to *fitted, row *archive.Row, table, column string, v archive.Value) error {
	name := table + "." + column
	switch {
	case v.Kind == archive.Bool && v.Int == 0: // as if the column were not there
		return nil
	case slices.Contains(droppable, column), slices.Contains(droppable, name):
		f.drops[name]++
		return nil
	}
	failed := unsupported(opImport, table, column)
	failed.WorkflowID = to.id
	failed.Message = fmt.Sprintf("line %d: workflow %q has a value of %s, a column that this database lacks", row.Line, to.id, name)
	return failed
}

// complete sets the columns that the database demands and the file does not have.
func (f *fitting) complete(t *rows.Table, row []archive.Value) {
	for i, column := range t.Columns {
		known, _ := t.Known.Column(column)
		if !known.Required || row[i].Kind != archive.Null {
			continue
		}
		switch known.Fallback {
		case schema.NowMillis:
			row[i] = archive.OfInt(f.now)
		case "FALSE":
			row[i] = archive.OfBool(false)
		case "0":
			row[i] = archive.OfInt(0)
		case "''":
			row[i] = archive.OfText("")
		}
	}
}
