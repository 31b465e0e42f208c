package databases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

// A Database is a system database to measure on.
type Database struct {
	Title string
	URL   string
	db    *sql.DB
	dialect
	split       bool   // payloads have tables of their own
	application string // of the workflows, as SQL: the name of the application that made the tables, or NULL
}

func openPostgres(ctx context.Context, title, url string) (*Database, error) {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	d := &Database{Title: title, URL: url, db: db, dialect: postgres(), application: "NULL"}
	return d, db.QueryRowContext(ctx, "SELECT to_regclass('dbos.workflow_input') IS NOT NULL").Scan(&d.split)
}

func openSQLite(ctx context.Context, path string) (*Database, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=synchronous(OFF)")
	if err != nil {
		return nil, err
	}
	d := &Database{Title: "SQLite", URL: "sqlite:" + path, db: db, dialect: sqlite(), application: "NULL"}
	return d, db.QueryRowContext(ctx, "SELECT COUNT(*) > 0 FROM sqlite_master WHERE name = 'workflow_input'").Scan(&d.split)
}

// Close releases the connections.
func (d *Database) Close() error { return d.db.Close() }

// IsSQLite returns true for SQLite, and false for PostgreSQL.
func (d *Database) IsSQLite() bool { return d.schema == "" }

// leaveAlone turns the server's own maintenance off.
func (d *Database) leaveAlone(ctx context.Context) error {
	for _, table := range append(d.children(), "workflow_status", "notifications") {
		if err := d.execute(ctx, "ALTER TABLE "+d.schema+table+" SET (autovacuum_enabled = off)"); err != nil {
			return err
		}
	}
	return nil
}

// Divide moves payloads into tables of their own, as later versions of the SDKs do.
func (d *Database) Divide(ctx context.Context) error {
	d.split = true
	return errors.Join(d.execute(ctx,
		"CREATE TABLE "+d.schema+"workflow_input (workflow_uuid TEXT PRIMARY KEY, inputs TEXT, retention_timestamp BIGINT)",
		"CREATE TABLE "+d.schema+"workflow_output (workflow_uuid TEXT PRIMARY KEY, output TEXT, error TEXT, retention_timestamp BIGINT)",
	), d.leaveAlone(ctx))
}

// Split returns true if payloads have tables of their own.
func (d *Database) Split() bool { return d.split }

// Count returns the number of workflows of a prefix or of the queue of that name, including
// forks, and the number of their inputs in all places.
func (d *Database) Count(ctx context.Context, prefix string) (workflows, inputs int, err error) {
	places := "count(ws.inputs)"
	if d.split {
		places += " + (SELECT count(*) FROM " + d.schema + "workflow_input WHERE workflow_uuid IN (SELECT workflow_uuid FROM " +
			d.schema + "workflow_status WHERE " + d.ownedBy(prefix) + "))"
	}
	err = d.db.QueryRowContext(ctx, "SELECT count(*), "+places+" FROM "+d.schema+"workflow_status AS ws WHERE "+d.ownedBy(prefix)).Scan(&workflows, &inputs)
	return workflows, inputs, err
}

func (d *Database) execute(ctx context.Context, list ...string) error {
	for _, text := range list {
		if _, err := d.db.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%w in %s", err, text)
		}
	}
	return nil
}

// Tidy removes the dead rows of earlier tasks and counts the rest, as autovacuum would at a
// moment of its own. SQLite has no statistics, because no SDK runs ANALYZE there.
func (d *Database) Tidy(ctx context.Context) error {
	if d.IsSQLite() {
		return d.execute(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	for _, table := range append(d.children(), "notifications", "workflow_status") {
		if err := d.execute(ctx, "VACUUM ANALYZE "+d.schema+table); err != nil {
			return err
		}
	}
	return nil
}

// children are the tables whose rows belong to a workflow.
func (d *Database) children() []string {
	list := []string{"operation_outputs", "workflow_events", "workflow_events_history", "streams"}
	if d.split {
		list = append(list, "workflow_input", "workflow_output")
	}
	return list
}
