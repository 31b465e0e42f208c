package databases

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// PeerVersion is the TypeScript SDK to compare with.
const PeerVersion = "5.3.0"

// Servers are a private PostgreSQL server, whose commits wait for the disk, and a folder for SQLite
// files.
type Servers struct {
	folder string
	server *pgtest.Server
}

// Open starts the server. Nothing runs on it by itself, because autovacuum or a checkpoint in the
// middle of a task would hit whichever subject has its turn. Database.Tidy does what autovacuum
// does, between tasks.
func Open(folder string) (*Servers, error) {
	return start(folder, pgtest.Options{Fsync: true, Settings: map[string]string{"max_wal_size": "16GB"}})
}

// OpenIn starts the server with its data below a folder, as a memory file system has one. Its
// commits wait for the disk only if fsync is true, and the log takes a tenth of the space.
func OpenIn(folder string, fsync bool) (*Servers, error) {
	return start(folder, pgtest.Options{Fsync: fsync, Dir: filepath.Join(folder, "server"), Settings: map[string]string{"max_wal_size": "1600MB"}})
}

func start(folder string, options pgtest.Options) (*Servers, error) {
	maps.Copy(options.Settings, map[string]string{"autovacuum": "off", "checkpoint_timeout": "1h", "shared_buffers": "512MB"})
	server, err := pgtest.Start(options)
	if err != nil {
		return nil, err
	}
	return &Servers{folder: folder, server: server}, nil
}

// Close ends the server and everything on it.
func (s *Servers) Close() error { return s.server.Stop() }

// The versions of the schema that this project creates: the oldest, whose payloads have no tables
// of their own, and the newest.
const (
	oldest = 107
	newest = 125
)

// Own is a database of a name, with the newest schema that this project creates.
func (s *Servers) Own(ctx context.Context, name string) (*Database, error) {
	return NewSplit(ctx, s.server.URL(name))
}

// NewSplit makes the newest schema in the database at a URL, which need not exist.
func NewSplit(ctx context.Context, url string) (*Database, error) {
	if err := create(ctx, url, newest); err != nil {
		return nil, err
	}
	return openPostgres(ctx, "PostgreSQL", url)
}

// Plain is an empty database of a name, with the oldest schema.
func (s *Servers) Plain(ctx context.Context, name string) (*Database, error) {
	return NewPostgres(ctx, s.server.URL(name))
}

// NewPostgres makes the oldest schema that this project creates in the database at a URL, which
// need not exist. Nothing analyses its tables by itself.
func NewPostgres(ctx context.Context, url string) (*Database, error) {
	if err := create(ctx, url, oldest); err != nil {
		return nil, err
	}
	database, err := openPostgres(ctx, "PostgreSQL", url)
	if err != nil {
		return nil, err
	}
	return database, database.leaveAlone(ctx)
}

// application is the name of the application of tests/interop/peer.
const application = "peer"

// Peer is a database with the schema of the TypeScript SDK, made by an application of its own.
func (s *Servers) Peer(ctx context.Context) (*Database, error) {
	url := s.server.URL("bench_peer")
	if err := s.execute(ctx, `CREATE DATABASE bench_peer TEMPLATE template0`); err != nil {
		return nil, err
	}
	app, err := peer.Start(ctx, peer.Options{Version: PeerVersion, DatabaseURL: url})
	if err != nil {
		return nil, err
	}
	if err := app.Stop(); err != nil {
		return nil, err
	}
	database, err := openPostgres(ctx, "PostgreSQL, schema of TypeScript "+PeerVersion, url)
	if err == nil {
		database.application = "'" + application + "'"
	}
	return database, err
}

// Reopen opens a database again, whose schema has changed.
func (d *Database) Reopen(ctx context.Context) (*Database, error) {
	if err := d.Close(); err != nil {
		return nil, err
	}
	again, err := openPostgres(ctx, d.Title, d.URL)
	if err == nil {
		again.application = d.application
	}
	return again, err
}

// SQLite is a file with the newest schema that this project creates.
func (s *Servers) SQLite(ctx context.Context) (*Database, error) { return NewSQLite(ctx, s.folder) }

// NewSQLite makes such a file in a folder.
func NewSQLite(ctx context.Context, folder string) (*Database, error) {
	path := filepath.Join(folder, "bench.sqlite")
	if err := create(ctx, "sqlite:"+path, newest); err != nil {
		return nil, err
	}
	return openSQLite(ctx, path)
}

// RecordRuns makes the tables of runs, if they are missing.
func (d *Database) RecordRuns(ctx context.Context) error {
	c, err := client.NewClient(ctx, client.ClientConfig{DatabaseURL: d.URL, CreateRuns: true})
	if err != nil {
		return fmt.Errorf("make the tables of runs: %w", err)
	}
	c.Shutdown(0)
	return nil
}

// Checkpoint writes dirty pages, so that no checkpoint happens during a measurement.
func (s *Servers) Checkpoint(ctx context.Context) error { return s.execute(ctx, "CHECKPOINT") }

func (s *Servers) execute(ctx context.Context, sql string) error {
	admin, err := openPostgres(ctx, "", s.server.URL("postgres"))
	if err != nil {
		return err
	}
	return errors.Join(admin.execute(ctx, sql), admin.Close())
}

func create(ctx context.Context, url string, version int) error {
	c, err := client.NewClient(ctx, client.ClientConfig{DatabaseURL: url, Create: true, SchemaVersion: version, CreateRuns: version == newest})
	if err != nil {
		return fmt.Errorf("create %s: %w", url, err)
	}
	c.Shutdown(0)
	return nil
}
