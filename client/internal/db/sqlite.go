package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// sqliteFile is a database file, or one in memory.
type sqliteFile struct {
	handle *sql.DB
	// foreign says that the caller made the handle, so its connections may lack our settings.
	foreign bool
	// writer lets one transaction of this process write at a time: waiting here costs nothing,
	// while SQLite's own lock is waited for by polling.
	writer   chan struct{}
	sittings *sittings
}

func newSQLite(handle *sql.DB, foreign bool, connections int) *sqliteFile {
	return &sqliteFile{handle: handle, foreign: foreign, writer: make(chan struct{}, 1), sittings: newSittings(handle, connections)}
}

func openSQLite(ctx context.Context, config Config) (*sqliteFile, error) {
	path, values, err := sqlitePath(config.URL)
	if err != nil {
		return nil, err
	}
	memory := isMemory(path, values)
	created, err := prepareFile(path, memory, config.Create)
	if err != nil {
		return nil, err
	}
	handle, err := sql.Open("sqlite", sqliteDSN(path, values, memory, config))
	if err != nil {
		return nil, err
	}
	connections := mostSittings
	if memory {
		connections = 1 // it is gone with the connection that holds it
	}
	if created {
		if err := chooseWAL(ctx, handle, config); err != nil {
			_ = handle.Close()
			return nil, err
		}
	}
	return newSQLite(handle, false, connections), nil
}

// chooseWAL sets a property of the file, once, when the file is ours. Whoever else is about to
// create it is in the way for a moment, and SQLite does not wait for that by itself.
func chooseWAL(ctx context.Context, handle *sql.DB, config Config) error {
	return brisk().do(ctx, nil, config.Logger, func() error {
		_, err := handle.ExecContext(ctx, "PRAGMA journal_mode = WAL")
		return classify(ctx, err)
	})
}

// sqlitePath takes a URL apart: sqlite:relative.db, sqlite:/abs.db, sqlite:///abs.db,
// sqlite::memory:, sqlite:file:/abs.db?_pragma=…
func sqlitePath(text string) (string, url.Values, error) {
	_, rest, _ := strings.Cut(text, ":")
	path, rawQuery, _ := strings.Cut(rest, "?")
	path = strings.TrimPrefix(path, "file:")
	if after, found := strings.CutPrefix(path, "//"); found {
		if !strings.HasPrefix(after, "/") {
			return "", nil, fmt.Errorf("an SQLite URL has no host: write sqlite:%s for a path from here, or sqlite:///%s for one from the root", after, after)
		}
		path = after
	}
	if path == "" {
		return "", nil, errors.New("the SQLite URL names no file")
	}
	values, err := url.ParseQuery(rawQuery)
	return path, values, err
}

func isMemory(path string, values url.Values) bool {
	return path == ":memory:" || values.Get("mode") == "memory"
}

// prepareFile refuses a missing file, unless one may be created.
func prepareFile(path string, memory, create bool) (created bool, err error) {
	if memory {
		return false, nil
	}
	_, err = os.Stat(path)
	switch {
	case err == nil:
		return false, nil
	case !errors.Is(err, os.ErrNotExist):
		return false, err
	case !create:
		return false, &Failure{Meaning: ErrMissing, Err: fmt.Errorf("there is no file %s", path)}
	}
	return true, os.MkdirAll(filepath.Dir(path), 0o750)
}

// sqliteDSN adds the settings the SDKs use to those of the URL.
func sqliteDSN(path string, values url.Values, memory bool, config Config) string {
	pragmas := strings.Join(values["_pragma"], " ")
	for _, setting := range []string{"busy_timeout(5000)", "foreign_keys(1)", "synchronous(NORMAL)"} {
		name, _, _ := strings.Cut(setting, "(")
		if !strings.Contains(pragmas, name) {
			values.Add("_pragma", setting)
		}
	}
	if config.ReadOnly {
		values.Add("_pragma", "query_only(1)")
	}
	switch {
	case memory:
		return ":memory:?" + values.Encode()
	case !values.Has("mode"):
		values.Set("mode", openMode(config))
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + values.Encode()
}

func openMode(config Config) string {
	switch {
	case config.ReadOnly:
		return "ro"
	case config.Create:
		return "rwc"
	}
	return "rw"
}

func (s *sqliteFile) dialect() query.Dialect { return query.SQLite }
func (s *sqliteFile) stale()                 {}
func (s *sqliteFile) lost()                  {}

// close waits for what is under way.
func (s *sqliteFile) close() {
	s.sittings.end()
	_ = s.handle.Close()
}

func (s *sqliteFile) run(ctx context.Context, list bounds, write bool) error {
	if write {
		select {
		case s.writer <- struct{}{}:
			defer func() { <-s.writer }()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if s.foreign {
		return s.runForeign(ctx, list.statements, write)
	}
	own, err := s.sittings.take(ctx)
	if err != nil {
		return err
	}
	defer s.sittings.give(own)
	return own.transaction(ctx, list.statements, write)
}

// runForeign takes a connection of the caller's for as long as it is needed.
func (s *sqliteFile) runForeign(ctx context.Context, list []bound, write bool) error {
	conn, err := s.handle.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if write {
		if _, err := conn.ExecContext(ctx, "PRAGMA foreign_keys = ON"); err != nil {
			return err
		}
	}
	one := &sitting{conn: conn}
	defer one.forget()
	return one.transaction(ctx, list, write)
}

// script runs statements without parameters as one transaction.
func (s *sqliteFile) script(ctx context.Context, statements []string) error {
	list := make([]bound, len(statements))
	for i, text := range statements {
		list[i] = bound{sql: text}
	}
	return s.run(ctx, bounds{statements: list}, true)
}
