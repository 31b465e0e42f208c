package catalog

import (
	"context"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// Read returns the shape of the database, with its version if it has one. It asks once, without a
// retry. The name of the schema is ignored on SQLite.
func Read(ctx context.Context, d *db.DB, schemaName string) (*schema.Shape, error) {
	columnsOf, values, versionOf := schema.SQLiteColumns, []any{}, schema.SQLiteVersion
	if d.Dialect() == query.Postgres {
		columnsOf, values = schema.PostgresColumns, []any{schemaName}
		versionOf = schema.PostgresVersion(schemaName)
	}
	var columns []schema.Column
	err := d.Once(ctx, func(b *db.Batch) {
		b.Raw(columnsOf, values, func(row db.Row) error {
			var c schema.Column
			var bounded db.Bool
			err := row.Scan(&c.Table, &c.Column, &bounded)
			c.Bounded = bounded.Bool
			columns = append(columns, c)
			return err
		})
	})
	shape := schema.NewShape(columns, 0)
	if err != nil || !shape.HasVersionTable() {
		return &shape, err
	}
	err = d.Once(ctx, func(b *db.Batch) {
		b.Raw(versionOf, nil, func(row db.Row) error { return row.Scan(&shape.Version) })
	})
	return &shape, err
}

// Teach makes the texts that d compiles from now on fit the shape. A feature is a table
// ("workflow_input") or a column ("workflow_status.attributes").
func Teach(d *db.DB, shape *schema.Shape) {
	d.Learn(func(feature string) bool {
		table, column, found := strings.Cut(feature, ".")
		if !found {
			return shape.HasTable(table)
		}
		return shape.Has(table, column)
	})
}
