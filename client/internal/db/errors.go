package db

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Meanings of a failure, for errors.Is.
var (
	ErrUnique     = errors.New("a row with this key exists")
	ErrForeignKey = errors.New("the row that is referred to does not exist")
	ErrConnection = errors.New("the database cannot be reached")
	ErrConflict   = errors.New("another transaction was in the way")
	ErrReadOnly   = errors.New("the database is read-only")
	ErrAccess     = errors.New("the database refused access")
	ErrPrivilege  = errors.New("the database user lacks a privilege")
	ErrMissing    = errors.New("the database does not exist")
	ErrClosed     = errors.New("the client is shut down")
	ErrBroken     = errors.New("the file cannot be used as a database")
	ErrStale      = errors.New("a prepared statement is no longer known to the server")
)

// A Failure is an error of a driver with its meaning.
type Failure struct {
	Meaning    error  // one of the sentinels, or nil
	Constraint string // the constraint that was violated, where the database says so
	Unsure     bool   // this try may have taken effect: the answer was lost on the way
	Retried    bool   // an earlier try may have taken effect
	Err        error
}

func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap makes both the meaning and the driver's error visible to errors.Is and errors.As.
func (f *Failure) Unwrap() []error {
	if f.Meaning == nil {
		return []error{f.Err}
	}
	return []error{f.Meaning, f.Err}
}

// Unsure returns true if failed statements may have taken effect.
func Unsure(err error) bool {
	var failure *Failure
	return errors.As(err, &failure) && (failure.Unsure || failure.Retried)
}

// classify adds the meaning to a driver's error. If there is no better one and the context has
// ended, that is the meaning. A guard passes unchanged.
func classify(ctx context.Context, err error) error {
	var known *Failure
	var guard *guardError
	if err == nil || errors.As(err, &known) || errors.As(err, &guard) {
		return err
	}
	failure := &Failure{Err: shorten(err)}
	failure.Constraint, failure.Meaning = meaning(err)
	if failure.Meaning == ErrConnection || failure.Meaning == nil && ctx.Err() != nil {
		failure.Unsure = !unsent(err)
		if ctx.Err() != nil {
			failure.Meaning, failure.Err = ctx.Err(), context.Cause(ctx)
		}
	}
	return failure
}

// An undoneError is a failure of a list of statements that changed nothing.
type undoneError struct{ err error }

func (u *undoneError) Error() string { return u.err.Error() }
func (u *undoneError) Unwrap() error { return u.err }

func undone(err error) error {
	if err == nil {
		return nil
	}
	return &undoneError{err}
}

// unsent returns true for errors before anything has happened on the server, or after it was
// undone.
func unsent(err error) bool {
	if undone := (*undoneError)(nil); errors.As(err, &undone) {
		return true
	}
	var connect *pgconn.ConnectError
	var server *pgconn.PgError
	if errors.As(err, &server) && lossOf(server.Code) == noEffect {
		return true
	}
	return errors.As(err, &connect) || pgconn.SafeToRetry(err)
}

// meaning returns the violated constraint, if any, and a sentinel or nil.
func meaning(err error) (constraint string, sentinel error) {
	var server *pgconn.PgError
	var file *sqlite.Error
	switch {
	case errors.As(err, &server):
		return server.ConstraintName, postgresMeaning(server)
	case errors.As(err, &file):
		return file.Error(), sqliteMeaning(file)
	case errors.Is(err, puddle.ErrClosedPool), isClosedHandle(err):
		return "", ErrClosed
	case isConnectionLoss(err):
		return "", ErrConnection
	}
	return "", nil
}

// database/sql has no sentinel for a handle that was closed.
func isClosedHandle(err error) bool {
	return strings.Contains(err.Error(), "sql: database is closed")
}

func isConnectionLoss(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	var operation *net.OpError
	return errors.As(err, &connect) || errors.As(err, &network) || errors.As(err, &operation) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, sql.ErrConnDone) || pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "conn closed")
}

// postgresMeaning reads an SQLSTATE.
func postgresMeaning(err *pgconn.PgError) error {
	switch err.Code {
	case "23505":
		return ErrUnique
	case "23503":
		return ErrForeignKey
	case "40001", "40P01", "55P03":
		return ErrConflict
	case "0A000":
		return unsupportedMeaning(err)
	case "25006":
		return ErrReadOnly
	case "28000", "28P01":
		return ErrAccess
	case "42501":
		return ErrPrivilege
	case "3D000":
		return ErrMissing
	case "26000", "42P05":
		return ErrStale
	}
	if lossOf(err.Code) != notLost {
		return ErrConnection
	}
	return nil
}

// unsupportedMeaning handles statements that were prepared before an application migrated the
// table. The driver prepares them again for the next try.
func unsupportedMeaning(err *pgconn.PgError) error {
	if strings.HasPrefix(err.Message, "cached plan must not change result type") {
		return ErrConflict
	}
	return nil
}

// isLocked returns true if another connection has a file's lock.
func isLocked(err error) bool {
	var file *sqlite.Error
	return errors.As(err, &file) && sqliteMeaning(file) == ErrConflict
}

// sqliteMeaning reads a result code; the extended code is in the upper bits.
func sqliteMeaning(err *sqlite.Error) error {
	switch err.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return ErrUnique
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ErrForeignKey
	}
	switch err.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrConflict
	case sqlite3.SQLITE_READONLY:
		return ErrReadOnly
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return ErrBroken
	case sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return ErrAccess
	}
	return nil
}

// Refused returns true for the error of a guard whose batch, and all earlier tries of it, have
// changed nothing.
func Refused(err error) bool {
	var guard *guardError
	return errors.As(err, &guard) && !Unsure(err)
}

// A guardError wraps the error of a batch's guard.
type guardError struct{ err error }

func (g *guardError) Error() string { return g.err.Error() }
func (g *guardError) Unwrap() error { return g.err }
