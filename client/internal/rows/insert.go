package rows

import (
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/archive"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// typeNames are the types of parameters on Postgres.
var typeNames = map[schema.Kind]string{
	schema.Text: "TEXT", schema.Integer: "BIGINT", schema.SmallInteger: "INT4", schema.Boolean: "BOOLEAN", schema.Object: "TEXT",
}

// Insert adds to a batch the inserts of rows of a table, whose values are in the order of its
// columns and fit them. A key that exists is an error.
func Insert(b *db.Batch, d *db.DB, t *Table, list [][]archive.Value) {
	switch {
	case len(list) == 0:
	case d.Dialect() == query.SQLite:
		insertEach(b, t, list)
	default:
		insertLists(b, t, list)
	}
}

// insertEach inserts row by row, because a list of rows is sent to SQLite as JSON, which cannot
// hold every text. A statement of its own costs as much there as a row of a list.
func insertEach(b *db.Batch, t *Table, list [][]archive.Value) {
	quoted := make([]string, len(t.Columns))
	for i, column := range t.Columns {
		quoted[i] = quote(column)
	}
	text := fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s)", t.Name, strings.Join(quoted, ", "), strings.Repeat(", ?", len(quoted)-1))
	for _, row := range list {
		values := make([]any, len(row))
		for i, v := range row {
			values[i] = parameter(v)
		}
		b.Raw(text, values, nil)
	}
}

// parameter returns a value as SQLite stores it.
func parameter(v archive.Value) any {
	switch v.Kind {
	case archive.Int, archive.Bool:
		return v.Int
	case archive.Real:
		return v.Float
	case archive.Text:
		return v.Bytes
	case archive.Blob:
		return []byte(v.Bytes)
	}
	return nil
}

// insertLists inserts all rows with one statement, which has a list for each column.
func insertLists(b *db.Batch, t *Table, list [][]archive.Value) {
	into, from, columns, args := make([]string, len(t.Columns)), make([]string, len(t.Columns)), make([]string, len(t.Columns)), query.Args{}
	for i, column := range t.Columns {
		name := fmt.Sprintf("c%d", i)
		into[i], from[i] = quote(column), "given."+name
		if t.Kinds[i] == schema.Object {
			from[i] = "CAST(" + from[i] + " AS JSONB)"
		}
		columns[i] = fmt.Sprintf("%s:%s=:%s", name, typeNames[t.Kinds[i]], name)
		args[name] = listOf(list, i, t.Kinds[i])
	}
	b.Exec(fmt.Sprintf("INSERT INTO {%s} (%s) SELECT %s FROM {rows given %s}",
		t.Name, strings.Join(into, ", "), strings.Join(from, ", "), strings.Join(columns, " ")), args, nil)
}

// listOf returns a column of rows as a list of a type that the driver knows.
func listOf(list [][]archive.Value, at int, kind schema.Kind) any {
	switch kind {
	case schema.Integer, schema.SmallInteger:
		return column(list, at, func(v *archive.Value) *int64 { return &v.Int })
	case schema.Boolean:
		return column(list, at, func(v *archive.Value) *bool { is := v.Int != 0; return &is })
	}
	return column(list, at, func(v *archive.Value) *string { return &v.Bytes })
}

func column[T any](list [][]archive.Value, at int, of func(*archive.Value) *T) []*T {
	values := make([]*T, len(list))
	for i := range list {
		if v := &list[i][at]; v.Kind != archive.Null {
			values[i] = of(v)
		}
	}
	return values
}
