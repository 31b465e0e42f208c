package db

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// A sqliteConn is a connection to a file with its cache of prepared statements. Preparing takes
// about as long as executing.
type sqliteConn struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
}

// maxPrepared is the largest number of prepared statements per connection, because a script can
// list with any number of different texts. At that number all are closed, because looking for the
// oldest would cost something at each statement.
const maxPrepared = 100

func (s *sqliteConn) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if known := s.prepared[text]; known != nil {
		return known, nil
	}
	statement, err := s.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if len(s.prepared) >= maxPrepared {
		s.forget()
	}
	if s.prepared == nil {
		s.prepared = map[string]*sql.Stmt{}
	}
	s.prepared[text] = statement
	return statement, nil
}

func (s *sqliteConn) forget() {
	for _, statement := range s.prepared {
		_ = statement.Close()
	}
	s.prepared = nil
}

// transaction runs statements as a whole or not at all; a write that fails has changed nothing. A
// write begins IMMEDIATE, because a deferred transaction that reads before it writes fails at once
// if another one wrote in between, with any busy timeout.
//
// BEGIN, COMMIT and single writes are not interrupted, because the driver does not report if an
// interrupted one took effect. Statements between BEGIN and COMMIT are undone.
func (s *sqliteConn) transaction(ctx context.Context, list []bound, write bool) error {
	if err := callContext(ctx).Err(); err != nil && write {
		return Ended(callContext(ctx))
	}
	if len(list) == 1 && (!write || list[0].needsNoBegin()) {
		if write {
			ctx = context.WithoutCancel(ctx)
		}
		return list[0].runSQLite(ctx, s)
	}
	begin := "BEGIN"
	if write {
		begin = "BEGIN IMMEDIATE"
	}
	if err := s.exec(ctx, begin); err != nil {
		return err
	}
	for _, b := range list {
		if err := b.runSQLite(ctx, s); err != nil {
			s.rollback(ctx)
			return err
		}
	}
	err := s.commit(ctx)
	if err != nil {
		s.rollback(ctx)
	}
	return err
}

// needsNoBegin returns true for a write that may be a transaction by itself, which SQLite begins
// IMMEDIATE and in which it makes all changes before it returns the first row. A guard has to undo
// it, and a long list can take so long that it must be possible to interrupt it.
func (b bound) needsNoBegin() bool { return b.guard == nil && !b.longList }

// maxCommitWait is the longest wait of a commit for readers of a file without a write-ahead log. No
// new reader can begin meanwhile, so repeating the whole transaction would have worse chances.
const maxCommitWait = 5 * time.Second

func (s *sqliteConn) commit(ctx context.Context) error {
	for deadline := time.Now().Add(maxCommitWait); ; {
		err := s.exec(ctx, "COMMIT")
		if !isLocked(err) || time.Now().After(deadline) {
			return err
		}
		if ended := sleep(callContext(ctx), nil, patient().conflict); ended != nil {
			return &Failure{Meaning: ended, Err: fmt.Errorf("%w (%w)", ended, err)}
		}
	}
}

// exec runs a statement that is not interrupted.
func (s *sqliteConn) exec(ctx context.Context, text string) error {
	ctx = context.WithoutCancel(ctx)
	statement, err := s.prepare(ctx, text)
	if err == nil {
		_, err = statement.ExecContext(ctx)
	}
	return err
}

// rollback is not interrupted either, because the next user of the connection would find itself
// inside the transaction.
func (s *sqliteConn) rollback(ctx context.Context) { _ = s.exec(ctx, "ROLLBACK") }

// silent returns true if no code looks at the rows of a statement.
func (b bound) silent() bool { return b.scan == nil && b.guard == nil }

func (b bound) runSQLite(ctx context.Context, s *sqliteConn) error {
	statement, err := s.prepare(ctx, b.sql)
	if err != nil {
		return err
	}
	if b.brief || b.silent() && !b.longList && inGrace(ctx) {
		if err := ctx.Err(); err != nil {
			return err
		}
		ctx = context.WithoutCancel(ctx) // faster if it cannot be interrupted: see GraceContext
	}
	if b.silent() {
		return b.execSQLite(ctx, statement)
	}
	rows, err := statement.QueryContext(ctx, b.values...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := b.row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// row passes a row to the scan function. The row of a guard is its quotient, which is NULL if the
// guard has found a row, because SQLite divides by zero without an error.
func (b bound) row(rows *sql.Rows) error {
	if b.guard == nil {
		return b.scan(rows)
	}
	var passed Int
	if err := rows.Scan(&passed); err != nil {
		return err
	}
	if !passed.Valid {
		return &guardError{b.guard}
	}
	return nil
}

func (b bound) execSQLite(ctx context.Context, statement *sql.Stmt) error {
	result, err := statement.ExecContext(ctx, b.values...)
	if err != nil || b.count == nil {
		return err
	}
	*b.count, err = result.RowsAffected()
	return err
}

// A sqlitePool holds the open connections of a file, a few of them idle.
type sqlitePool struct {
	handle *sql.DB
	places chan struct{} // holds a value for each connection that is in use
	ended  chan struct{} // is closed if no further connection may be taken

	mutex sync.Mutex
	idle  []*sqliteConn
}

const (
	// maxSQLiteConns is the largest number of connections of a pool. Only one of them writes at a
	// time; the others are for concurrent readers.
	maxSQLiteConns = 8
	// maxIdle is the number of unused connections that stay open.
	maxIdle = 4
)

// newSQLitePool returns a pool of at most limit connections. The limit of a database in memory is
// 1, because each connection has a database of its own.
func newSQLitePool(handle *sql.DB, limit int) *sqlitePool {
	return &sqlitePool{handle: handle, places: make(chan struct{}, limit), ended: make(chan struct{})}
}

// take returns an idle connection, or a new one. It waits while all are in use.
func (p *sqlitePool) take(ctx context.Context) (*sqliteConn, error) {
	ctx = callContext(ctx)
	select {
	case p.places <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-p.ended:
		return nil, &Failure{Meaning: ErrClosed, Err: ErrClosed}
	}
	if known := p.pop(); known != nil {
		return known, nil
	}
	conn, err := p.handle.Conn(ctx)
	if err != nil {
		<-p.places
		return nil, err
	}
	return &sqliteConn{conn: conn}, nil
}

func (p *sqlitePool) pop() *sqliteConn {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	last := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	return last
}

// put makes a connection idle again, or closes it if enough are idle.
func (p *sqlitePool) put(s *sqliteConn) {
	p.mutex.Lock()
	keep := len(p.idle) < maxIdle
	if keep {
		p.idle = append(p.idle, s)
	}
	p.mutex.Unlock()
	if !keep {
		s.close()
	}
	<-p.places
}

// close waits until no connection is in use, and closes all of them.
func (p *sqlitePool) close() {
	close(p.ended)
	for range cap(p.places) {
		p.places <- struct{}{}
	}
	for s := p.pop(); s != nil; s = p.pop() {
		s.close()
	}
}

func (s *sqliteConn) close() {
	s.forget()
	_ = s.conn.Close()
}
