package tables

import (
	"context"
	"log/slog"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// A Database reads and writes the tables of a system database directly. It is safe for concurrent
// use, except Alter.
type Database struct {
	db    *db.DB
	shape *schema.Shape
	name  string // of the schema
	lent  bool   // the connections belong to the caller, who closes them
}

// Open opens a system database that exists. Of the configuration it uses the URL, or the pool or
// handle in its place, the schema and the logger. It returns an error if there is no system
// database, and creates nothing.
func Open(ctx context.Context, config client.ClientConfig) (*Database, error) {
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

// learn reads the shape of the database, so that statements fit the tables that it has.
func (d *Database) learn(ctx context.Context) (err error) {
	if d.shape, err = catalog.Read(ctx, d.db, d.name); err != nil {
		return err
	}
	catalog.Teach(d.db, d.shape)
	return nil
}

// DB returns the connections, for batches of statements.
func (d *Database) DB() *db.DB { return d.db }

// Shape returns the tables and columns that the database has.
func (d *Database) Shape() *schema.Shape { return d.shape }

// Close releases the connections, except a pool or handle that belongs to the caller.
func (d *Database) Close() {
	if !d.lent {
		d.db.Close(0)
	}
}

// Has reports whether the database has a column.
func (d *Database) Has(table, column string) bool { return d.shape.Has(table, column) }

// Exec runs a statement in the notation of the client's statements ({workflow_status} for a
// table, :name for a parameter) and returns the number of rows that it changed.
func (d *Database) Exec(ctx context.Context, text string, args map[string]any) (changed int64, err error) {
	err = d.db.Run(ctx, func(b *db.Batch) { b.Exec(text, query.Args(args), &changed) })
	return changed, err
}

// Alter runs statements that change tables, and reads the new shape. No other call of d may run at
// the same time. Databases that were opened before keep the old shape.
func (d *Database) Alter(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if _, err := d.Exec(ctx, statement, nil); err != nil {
			return err
		}
	}
	return d.learn(ctx)
}
