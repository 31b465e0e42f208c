package db

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// limitIdle lets the server undo a transaction whose process stands still, so that its locks
	// are free after a minute. A limit of the server stays as it is.
	limitIdle = `SELECT set_config('idle_in_transaction_session_timeout',
	CASE current_setting('idle_in_transaction_session_timeout') WHEN '0' THEN '60000' ELSE current_setting('idle_in_transaction_session_timeout') END, true)`

	// rollbackTime is the longest time that a rollback takes whose call has ended.
	rollbackTime = 5 * time.Second
)

// errNotCommitted is the error of a commit that the server has answered with a rollback.
var errNotCommitted = errors.New("the server has undone the transaction")

// A postgresTransaction is a connection between BEGIN and COMMIT.
type postgresTransaction struct {
	conn      *pgxpool.Conn
	cockroach bool
}

func (p *postgres) begin(ctx context.Context, list boundBatch) (openConnection, error) {
	conn, err := p.acquire(ctx)
	if err != nil {
		return nil, err
	}
	t := &postgresTransaction{conn, isCockroach(conn.Conn())}
	p.cockroach.Store(t.cockroach)
	before := []string{"BEGIN", limitIdle}
	switch {
	case p.readOnly:
		before[0] = "BEGIN READ ONLY"
	case list.stable:
		before[0] = "BEGIN ISOLATION LEVEL REPEATABLE READ"
	}
	if t.cockroach {
		before = before[:1]
	}
	if err := t.send(ctx, before, list, nil); err != nil {
		t.rollback(ctx)
		return nil, err
	}
	return t, nil
}

// run sets a savepoint in the same round trip. After a failure that undoes the whole transaction
// anyway, it does not go back to it. If it cannot go back to it, nothing of the transaction is
// left, as after a conflict.
func (t *postgresTransaction) run(ctx context.Context, list boundBatch) error {
	err := t.send(ctx, []string{"SAVEPOINT batch"}, list, []string{"RELEASE SAVEPOINT batch"})
	if err == nil || transient(classify(ctx, err)) || ctx.Err() != nil {
		return err
	}
	if failed := t.simple(ctx, "ROLLBACK TO SAVEPOINT batch"); failed != nil {
		return &Failure{Meaning: ErrConflict, Err: failed}
	}
	return err
}

func (t *postgresTransaction) commit(ctx context.Context, list boundBatch) error {
	err := t.send(ctx, nil, list, []string{"COMMIT"})
	if err != nil {
		t.rollback(ctx)
		return err
	}
	t.conn.Release()
	return nil
}

// rollback takes a round trip, also if the call has ended. A broken connection needs none.
func (t *postgresTransaction) rollback(ctx context.Context) {
	if !t.conn.Conn().IsClosed() {
		_ = t.simple(ctx, "ROLLBACK")
	}
	t.conn.Release()
}

func (t *postgresTransaction) simple(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTime)
	defer cancel()
	_, err := t.conn.Conn().PgConn().Exec(ctx, text).ReadAll()
	return err
}

// send sends a batch between other statements, in one round trip.
func (t *postgresTransaction) send(ctx context.Context, before []string, list boundBatch, after []string) (err error) {
	if settings := list.hint.settings(); settings != "" && !t.cockroach {
		before = append(before, "SELECT "+settings)
	}
	var batch pgx.Batch
	for _, text := range before {
		batch.Queue(text)
	}
	for _, b := range list.statements {
		batch.Queue(b.sql, b.values...)
	}
	for _, text := range after {
		batch.Queue(text)
	}
	results := t.conn.Conn().SendBatch(ctx, &batch)
	defer func() {
		if closed := results.Close(); err == nil {
			err = closed
		}
	}()
	for range before {
		if _, err := results.Exec(); err != nil {
			return err
		}
	}
	for _, b := range list.statements {
		if err := b.read(results); err != nil {
			return err
		}
	}
	for _, text := range after {
		if tag, err := results.Exec(); err != nil {
			return err
		} else if text == "COMMIT" && tag.String() != text {
			return undone(errNotCommitted)
		}
	}
	return nil
}
