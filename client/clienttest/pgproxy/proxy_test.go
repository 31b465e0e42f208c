package pgproxy_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

func through(t *testing.T, options pgproxy.Options) (*pgproxy.Proxy, *pgx.Conn) {
	t.Helper()
	p := pgproxy.New(t, pgtest.NewDatabase(t), options)
	return p, connect(t, p.URL())
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func mustExec(t *testing.T, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func count(t *testing.T, conn *pgx.Conn, table string) (n int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func insertTwice(n int) *pgx.Batch {
	var batch pgx.Batch
	batch.Queue("INSERT INTO item VALUES ($1)", n)
	batch.Queue("INSERT INTO item VALUES ($1)", n+1)
	return &batch
}

func TestCountsWaits(t *testing.T) {
	t.Parallel()
	p, conn := through(t, pgproxy.Options{})
	if p.Trips() != 0 || p.Connections() != 1 {
		t.Errorf("after the handshake: %d trips, %d connections", p.Trips(), p.Connections())
	}
	mustExec(t, conn, "CREATE TABLE item (n int)")
	for _, step := range []struct {
		what string
		want int
		do   func() error
	}{
		{"preparing and executing", 2, func() error { return conn.SendBatch(t.Context(), insertTwice(1)).Close() }},
		{"a list of what is prepared", 1, func() error { return conn.SendBatch(t.Context(), insertTwice(3)).Close() }},
		{"one statement", 1, func() error { _, err := conn.Exec(t.Context(), "INSERT INTO item VALUES ($1)", 5); return err }},
		{"the simple protocol", 1, func() error { _, err := conn.Exec(t.Context(), "SELECT 1; SELECT 2"); return err }},
		{"an explicit transaction", 3, func() error {
			return pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
				_, err := tx.Exec(t.Context(), "INSERT INTO item VALUES ($1)", 6)
				return err
			})
		}},
	} {
		p.Reset()
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
		if p.Trips() != step.want {
			t.Errorf("%s: %d trips, want %d", step.what, p.Trips(), step.want)
		}
	}
}

func TestConflictUndoesWhatRan(t *testing.T) {
	t.Parallel()
	conflict := false
	p, conn := through(t, pgproxy.Options{Intercept: func(pgproxy.Request) pgproxy.Action {
		if conflict {
			return pgproxy.Conflict
		}
		return pgproxy.Pass
	}})
	mustExec(t, conn, "CREATE TABLE item (n int)")
	if err := conn.SendBatch(t.Context(), insertTwice(1)).Close(); err != nil {
		t.Fatal(err)
	}
	conflict = true
	results := conn.SendBatch(t.Context(), insertTwice(3))
	if tag, err := results.Exec(); err != nil || tag.RowsAffected() != 1 {
		t.Errorf("the first statement: %v, %v", tag, err)
	}
	var server *pgconn.PgError
	if err := results.Close(); !errors.As(err, &server) || server.Code != "40001" {
		t.Errorf("the list ended with %v", err)
	}
	if _, err := conn.Exec(t.Context(), "SELECT 1"); !errors.As(err, &server) || server.Code != "40001" {
		t.Errorf("one statement ended with %v", err)
	}
	conflict = false
	if n := count(t, conn, "item"); n != 2 {
		t.Errorf("%d rows, want the 2 of before", n)
	}
	if p.Connections() != 1 {
		t.Errorf("%d connections", p.Connections())
	}
}

func TestLosesRequestsAndAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action pgproxy.Action
		want   int
	}{"request": {pgproxy.Lose, 0}, "answer": {pgproxy.LoseAnswer, 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, conn := through(t, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
				if r.Mentions("INSERT") {
					return test.action
				}
				return pgproxy.Pass
			}})
			mustExec(t, conn, "CREATE TABLE item (n int)")
			if _, err := conn.Exec(t.Context(), "INSERT INTO item VALUES ($1)", 1); err == nil {
				t.Error("the statement was answered")
			}
			if n := count(t, connect(t, p.URL()), "item"); n != test.want {
				t.Errorf("%d rows, want %d", n, test.want)
			}
		})
	}
}

// A request that is cut anywhere has no effect. If its answer is cut, it has its effect.
func TestCutsRequestsAndAnswersAnywhere(t *testing.T) {
	t.Parallel()
	var action pgproxy.Action
	messages := 0
	p, conn := through(t, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if r.Mentions("INSERT") {
			messages = r.Messages
			return action
		}
		return pgproxy.Pass
	}})
	mustExec(t, conn, "CREATE TABLE item (n int)")
	want := 0
	for after := range 12 {
		for _, action = range []pgproxy.Action{pgproxy.CutRequest(after), pgproxy.CutAnswer(after)} {
			if err := connect(t, p.URL()).SendBatch(t.Context(), insertTwice(1)).Close(); err == nil {
				t.Errorf("cut after %d messages, the list was answered", after)
			}
			if action == pgproxy.CutAnswer(after) {
				want += 2
			}
			if n := count(t, conn, "item"); n != want {
				t.Errorf("cut after %d messages: %d rows, want %d", after, n, want)
			}
		}
	}
	if messages < 5 || messages > 12 {
		t.Errorf("the request has %d messages", messages)
	}
}

func TestPlaysCockroach(t *testing.T) {
	t.Parallel()
	_, conn := through(t, pgproxy.Options{Cockroach: true})
	if conn.PgConn().ParameterStatus("crdb_version") == "" {
		t.Error("the handshake names no version")
	}
	var server *pgconn.PgError
	if _, err := conn.Exec(t.Context(), "LISTEN anything"); !errors.As(err, &server) || server.Code != "0A000" {
		t.Errorf("LISTEN ended with %v", err)
	}
	mustExec(t, conn, "SELECT 1")
}

func TestDelaysEachRoundTrip(t *testing.T) {
	t.Parallel()
	const delay = 20 * time.Millisecond
	_, conn := through(t, pgproxy.Options{Delay: delay})
	started := time.Now()
	mustExec(t, conn, "SELECT 1", pgx.QueryExecModeSimpleProtocol)
	if took := time.Since(started); took < delay {
		t.Errorf("took %v", took)
	}
}

func TestCutBreaksConnections(t *testing.T) {
	t.Parallel()
	p, conn := through(t, pgproxy.Options{})
	p.Cut()
	if err := conn.Ping(t.Context()); err == nil {
		t.Error("the connection lives")
	}
	mustExec(t, connect(t, p.URL()), "SELECT 1")
}

func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()
	p, conn := through(t, pgproxy.Options{})
	p.Close()
	if err := conn.Ping(t.Context()); err == nil {
		t.Error("the connection lives")
	}
	if _, err := pgx.Connect(t.Context(), p.URL()); err == nil {
		t.Error("the port is still open")
	}
}
