package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/dbos-script/dbos-script/client/internal/address"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// sqliteFile is a database file, or one in memory.
type sqliteFile struct {
	handle *sql.DB
	// foreign says that the caller made the handle, so its connections may lack our settings.
	foreign bool
	// writer lets one transaction of this process write at a time: waiting here costs nothing,
	// while SQLite's own lock is waited for by polling.
	writer     chan struct{}
	sqlitePool *sqlitePool
	// inUse is read-locked by runs on a handle of the caller, whose Close does not wait for them.
	inUse sync.RWMutex
}

func newSQLite(handle *sql.DB, foreign bool, connections int) *sqliteFile {
	return &sqliteFile{handle: handle, foreign: foreign, writer: make(chan struct{}, 1), sqlitePool: newSQLitePool(handle, connections)}
}

func openSQLite(ctx context.Context, file address.File, config Config) (*sqliteFile, error) {
	created, err := prepareFile(file, config)
	if err != nil {
		return nil, err
	}
	handle, err := sql.Open("sqlite", sqliteDSN(file, config))
	if err != nil {
		return nil, err
	}
	connections := maxSQLiteConns
	if file.Memory {
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
	return brisk().do(ctx, nil, config.Logger, func(Attempt) error {
		_, err := handle.ExecContext(ctx, "PRAGMA journal_mode = WAL")
		return classify(ctx, err)
	})
}

// prepareFile refuses a missing file, unless one may be created, and files that are not regular,
// because a pipe or a device could block for ever.
func prepareFile(file address.File, config Config) (created bool, err error) {
	if file.Memory {
		return false, nil
	}
	info, err := os.Stat(file.Path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return false, &Failure{Meaning: ErrBroken, Err: fmt.Errorf("%s is %s, not a file", file.Path, kindOf(info.Mode()))}
	case err == nil:
		return false, nil
	case !errors.Is(err, os.ErrNotExist):
		return false, err
	case !config.Create || file.Mode == "ro" || file.Mode == "rw":
		return false, &Failure{Meaning: ErrMissing, Err: errors.New(missing(file.Path, config.Source))}
	}
	return true, os.MkdirAll(filepath.Dir(file.Path), 0o750)
}

// missing names the nearest file to a person. A script learns nothing about other files.
func missing(path string, source address.Source) string {
	if source == address.Operator {
		return address.Missing(path)
	}
	return "there is no file " + path
}

func kindOf(mode os.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&os.ModeNamedPipe != 0:
		return "a pipe"
	case mode&os.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

// busyMilliseconds is how long SQLite itself waits for a lock, which nothing can interrupt. It is
// short, because the wait goes on in policy.do, which ends with the call. A busy_timeout of the
// URL is for drivers that have no such wait.
const busyMilliseconds = 50

// sqliteDSN is built from parsed settings, never from text of a URL. The client's own settings
// come last and win, so a read-only client stays read-only with any URL.
func sqliteDSN(file address.File, config Config) string {
	values := url.Values{}
	pragmas := []address.Pragma{{Name: "foreign_keys", Value: "1"}, {Name: "synchronous", Value: "NORMAL"}}
	for _, p := range append(pragmas, file.Pragmas...) {
		values.Add("_pragma", p.Name+"("+p.Value+")")
	}
	values.Add("_pragma", "busy_timeout("+strconv.Itoa(busyMilliseconds)+")")
	if config.ReadOnly {
		values.Add("_pragma", "query_only(1)")
	}
	if file.Memory {
		return ":memory:?" + values.Encode()
	}
	values.Set("mode", openMode(file, config))
	if file.Immutable {
		values.Set("immutable", "1")
	}
	return "file:" + (&url.URL{Path: filepath.Clean(file.Path)}).EscapedPath() + "?" + values.Encode()
}

func openMode(file address.File, config Config) string {
	switch {
	case config.ReadOnly || file.Immutable:
		return "ro"
	case file.Mode != "" && file.Mode != "rwc":
		return file.Mode
	case config.Create:
		return "rwc"
	}
	return "rw"
}

func (s *sqliteFile) dialect() query.Dialect { return query.SQLite }
func (s *sqliteFile) stale()                 {}
func (s *sqliteFile) lost()                  {}

// close waits for running statements.
func (s *sqliteFile) close() {
	s.sqlitePool.close()
	s.inUse.Lock()
	defer s.inUse.Unlock()
	_ = s.handle.Close()
}

// run fails only if nothing was changed.
func (s *sqliteFile) run(ctx context.Context, list boundBatch, write bool) error {
	return undone(s.runAll(ctx, list, write))
}

// runAll waits for the transactions of this process that write.
func (s *sqliteFile) runAll(ctx context.Context, list boundBatch, write bool) error {
	if write {
		select {
		case s.writer <- struct{}{}:
			defer func() { <-s.writer }()
		case <-callContext(ctx).Done():
			return Ended(callContext(ctx))
		}
	}
	return s.runOn(ctx, list, write)
}

func (s *sqliteFile) runOn(ctx context.Context, list boundBatch, write bool) error {
	if s.foreign {
		return s.runForeign(ctx, list.statements, write)
	}
	own, err := s.sqlitePool.take(ctx)
	if err != nil {
		return err
	}
	defer s.sqlitePool.put(own)
	return own.transaction(ctx, list.statements, write)
}

// runForeign takes a connection of the caller's for as long as it is needed.
func (s *sqliteFile) runForeign(ctx context.Context, list []bound, write bool) error {
	s.inUse.RLock()
	defer s.inUse.RUnlock()
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
	one := &sqliteConn{conn: conn}
	defer one.forget()
	return one.transaction(ctx, list, write)
}

// script runs statements without parameters as one transaction.
func (s *sqliteFile) script(ctx context.Context, statements []string) error {
	list := make([]bound, len(statements))
	for i, text := range statements {
		list[i] = bound{sql: text}
	}
	return s.run(ctx, boundBatch{statements: list}, true)
}
