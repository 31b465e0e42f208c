package clienttest

import (
	"context"
	"log/slog"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// A Database is a system database seen from behind: its tables, without a client's rules. It is
// safe for concurrent use.
type Database struct {
	db    *db.DB
	shape *schema.Shape
	name  string // of the schema
	lent  bool   // the connections are the caller's
}

// OpenDatabase opens a system database that exists. Of the configuration it takes what says where
// the database is, and the logger. It fails when there is no system database; nothing is created.
func OpenDatabase(ctx context.Context, config client.ClientConfig) (*Database, error) {
	if config.DatabaseSchema == "" {
		config.DatabaseSchema = "dbos"
	}
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	opened, err := db.Open(ctx, db.Config{URL: config.DatabaseURL, Pool: config.SystemDBPool,
		Handle: config.SqliteSystemDB, Schema: config.DatabaseSchema, Logger: config.Logger})
	if err != nil {
		return nil, err
	}
	d := &Database{db: opened, name: config.DatabaseSchema, lent: config.SystemDBPool != nil || config.SqliteSystemDB != nil}
	err = d.learn(ctx)
	if err == nil {
		err = d.shape.Check()
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// learn reads what the database has; Alter changes that.
func (d *Database) learn(ctx context.Context) (err error) {
	if d.shape, err = catalog.Read(ctx, d.db, d.name); err != nil {
		return err
	}
	catalog.Teach(d.db, d.shape)
	return nil
}

// Close releases the connections, except those of a pool or handle of the caller's.
func (d *Database) Close() {
	if !d.lent {
		d.db.Close(0)
	}
}

// Has tells whether the database has a column.
func (d *Database) Has(table, column string) bool { return d.shape.Has(table, column) }

// Exec carries out a statement, written as those of the client are: {workflow_status} for a table
// and :name for a parameter. It gives the number of rows it changed.
func (d *Database) Exec(ctx context.Context, text string, args map[string]any) (changed int64, err error) {
	err = d.db.Run(ctx, func(b *db.Batch) { b.Exec(text, query.Args(args), &changed) })
	return changed, err
}

// Alter carries out statements that change tables, so that what is opened from now on, and d
// itself, has another shape.
func (d *Database) Alter(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if _, err := d.Exec(ctx, statement, nil); err != nil {
			return err
		}
	}
	return d.learn(ctx)
}
