package client_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"modernc.org/sqlite"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
)

// A recorder opens SQLite files and keeps the statements that are carried out.
type recorder struct {
	path       string
	mutex      sync.Mutex
	statements []string // with a mark in front if they can be interrupted
}

const interruptible = "interruptible "

func (r *recorder) Driver() driver.Driver { return &sqlite.Driver{} }

func (r *recorder) Connect(context.Context) (driver.Conn, error) {
	conn, err := r.Driver().Open(r.path)
	return recordingConn{conn, r}, err
}

func (r *recorder) note(ctx context.Context, text string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if text = strings.Join(strings.Fields(text), " "); ctx.Done() != nil {
		text = interruptible + text
	}
	r.statements = append(r.statements, text)
}

// words returns the beginnings of the statements since the last call.
func (r *recorder) words() (words []string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, text := range r.statements {
		if strings.Contains(text, "PRAGMA") { // for a handle that the caller has opened
			continue
		}
		word, _, _ := strings.Cut(text, " ")
		if strings.HasPrefix(text, interruptible) || strings.Contains(text, "RETURNING") {
			word = text
		}
		words = append(words, word)
	}
	r.statements = nil
	return words
}

type recordingConn struct {
	driver.Conn
	recorder *recorder
}

func (c recordingConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	statement, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text)
	return recordingStatement{statement, c.recorder, text}, err
}

type recordingStatement struct {
	driver.Stmt
	recorder *recorder
	text     string
}

func (s recordingStatement) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.recorder.note(ctx, s.text)
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (s recordingStatement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.recorder.note(ctx, s.text)
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

// keeper is a gate that asks for the workflows as they were.
func keeper(_ context.Context, change *client.Change, apply func() error) error {
	change.Keep = true
	return apply()
}

// A change of a single workflow on SQLite is a SELECT and an UPDATE that returns nothing. None of
// its statements can be interrupted, because the driver would start goroutines for that.
func TestStatementsOfASingleChangeOnSQLite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "single.sqlite")
	open(t, client.ClientConfig{DatabaseURL: "sqlite:" + path, Create: true})
	r := &recorder{path: path}
	handle := sql.OpenDB(r)
	defer handle.Close()
	c := open(t, client.ClientConfig{SqliteSystemDB: handle, Gate: keeper})
	enqueued(t, c, "w", 2)
	for op, call := range map[string]func(id string) error{
		"cancel": c.CancelWorkflow,
		"resume": func(id string) error { _, err := c.ResumeWorkflow(id); return err },
	} {
		if err := call("w0"); err != nil { // the first resume also reads the versions
			t.Fatal(err)
		}
		r.words()
		if err := call("w1"); err != nil {
			t.Fatal(err)
		}
		if words := r.words(); !slices.Equal(words, []string{"BEGIN", "SELECT", "UPDATE", "COMMIT"}) {
			t.Errorf("%s sends %q", op, words)
		}
	}
}

// On Postgres it is one statement, also if the workflow has ended, as the second cancel finds it.
func TestStatementsOfASingleChangeOnPostgres(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	proxy, config := system(t, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		sent.Add(int64(len(r.SQL)))
		return pgproxy.Pass
	}})
	config.Gate = keeper
	c := open(t, config)
	enqueued(t, c, "w", 1)
	for op, call := range map[string]func() error{
		"cancel": func() error { return c.CancelWorkflow("w0") },
		"resume": func() error { _, err := c.ResumeWorkflow("w0"); return err },
	} {
		if err := call(); err != nil { // this prepares the statement
			t.Fatal(err)
		}
		proxy.Reset()
		sent.Store(0)
		if err := call(); err != nil || sent.Load() != 1 || proxy.Trips() != 1 {
			t.Errorf("%s sends %d statements in %d round trips: %v", op, sent.Load(), proxy.Trips(), err)
		}
	}
}
