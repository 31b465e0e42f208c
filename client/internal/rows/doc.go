// Package rows reads and inserts whole rows of the tables with workflows, in every version of them,
// for the export and the import of workflows. A row is a list of archive values.
//
// Start with Of, which describes the tables of a database. Read is in this file, insert.go writes,
// and fit.go makes the values of another version fit.
package rows

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/archive"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// A Table is a table of a database. Its columns are those that the database has and this version of
// the client knows.
type Table struct {
	archive.Table
	Known schema.CopiedTable // with all columns that the client knows
	Kinds []schema.Kind      // of the columns

	text string // the statement that reads the rows of a list of workflows
}

// Known returns all tables and columns that the client knows, for a reader of files, which may come
// from another version.
func Known() archive.Layout {
	var layout archive.Layout
	for _, t := range schema.CopiedTables() {
		layout.Tables = append(layout.Tables, describe(t, func(string) bool { return true }).Table)
	}
	return layout
}

// Of returns the tables of a database.
func Of(shape *schema.Shape, d *db.DB) []Table {
	var tables []Table
	for _, t := range schema.CopiedTables() {
		if !shape.HasTable(t.Name) {
			continue
		}
		table := describe(t, func(column string) bool { return shape.Has(t.Name, column) })
		table.text = table.selection(d)
		tables = append(tables, table)
	}
	return tables
}

// Unknown returns the columns of a database that the client does not know, as "table.column". An
// export leaves them out.
func Unknown(shape *schema.Shape) []string {
	var unknown []string
	for _, t := range schema.CopiedTables() {
		for _, column := range shape.Columns(t.Name) {
			if _, known := t.Column(column); !known {
				unknown = append(unknown, t.Name+"."+column)
			}
		}
	}
	return unknown
}

// describe returns a table with the columns that has returns true for. The columns of its key are
// always among them.
func describe(t schema.CopiedTable, has func(column string) bool) Table {
	table := Table{Table: archive.Table{Name: t.Name}, Known: t}
	for _, c := range t.Columns {
		if has(c.Name) {
			table.Columns, table.Kinds = append(table.Columns, c.Name), append(table.Kinds, c.Kind)
		}
	}
	table.WorkflowColumn = slices.Index(table.Columns, t.WorkflowColumn)
	for _, column := range t.Key {
		table.Key = append(table.Key, slices.Index(table.Columns, column))
	}
	return table
}

// selection returns the statement that reads the rows of a list of workflows. The rows of each
// workflow are in the order of the key, which is the same on every back end, so that two exports of
// it are equal. The order of the workflows is that of the index: callers collect rows by
// workflow.
func (t *Table) selection(d *db.DB) string {
	sqlite := d.Dialect() == query.SQLite
	columns := make([]string, len(t.Columns))
	for i, column := range t.Columns {
		switch columns[i] = quote(column); {
		case sqlite:
			columns[i] = "+" + columns[i] // the driver converts values of a column by its type, but not of an expression
		case t.Kinds[i] == schema.Object:
			columns[i] = "CAST(" + columns[i] + " AS TEXT)"
		}
	}
	order := []string{t.Known.WorkflowColumn}
	for _, at := range t.Key {
		column := quote(t.Columns[at])
		if t.Kinds[at] == schema.Text && !sqlite && !d.Cockroach() {
			column += ` COLLATE "C"` // by bytes, as the others do
		}
		order = append(order, column)
	}
	return fmt.Sprintf("SELECT %s FROM {%s} WHERE {in %s :ids} ORDER BY %s",
		strings.Join(columns, ", "), t.Name, t.Known.WorkflowColumn, strings.Join(order, ", "))
}

func quote(column string) string { return `"` + column + `"` }

// Read adds to a batch the statements that read all rows of workflows, table by table. each is
// called for a row; its values are overwritten by those of the next one.
func Read(b *db.Batch, tables []Table, ids []string, each func(table int, values []archive.Value) error) {
	for i := range tables {
		t := &tables[i]
		cells, targets := make([]db.Any, len(t.Columns)), make([]any, len(t.Columns))
		for at := range cells {
			targets[at] = &cells[at]
		}
		values := make([]archive.Value, len(t.Columns))
		b.Query(t.text, query.Args{"ids": ids}, func(row db.Row) error {
			if err := row.Scan(targets...); err != nil {
				return err
			}
			for at := range cells {
				values[at] = valueOf(cells[at].Value, t.Kinds[at])
			}
			return each(i, values)
		})
	}
}

// valueOf returns a value as it is stored. Only the numbers 0 and 1 in a column of booleans, as
// SQLite stores them, become booleans.
func valueOf(stored any, kind schema.Kind) archive.Value {
	switch v := stored.(type) {
	case string:
		return archive.OfText(v)
	case []byte:
		return archive.Value{Kind: archive.Blob, Bytes: string(v)}
	case bool:
		return archive.OfBool(v)
	case float64:
		return archive.Value{Kind: archive.Real, Float: v}
	case int64:
		if kind == schema.Boolean && (v == 0 || v == 1) {
			return archive.OfBool(v == 1)
		}
		return archive.OfInt(v)
	}
	return archive.Value{}
}
