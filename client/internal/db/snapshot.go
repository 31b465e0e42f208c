package db

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Snapshot calls work with a function that carries out batches of statements. They change nothing,
// and all of them see the database as it was at the first one. On SQLite, a file without a
// write-ahead log cannot be written meanwhile. On CockroachDB each batch sees a state of its own,
// because it ends any long transaction with a conflict.
//
// If the connection is lost, or another transaction is in the way, before a batch was carried out,
// work is called again; later, that is an error.
func (d *DB) Snapshot(ctx context.Context, work func(read func(Plan) error) error) error {
	if d.Cockroach() {
		return work(func(plan Plan) error { return d.Read(ctx, plan) })
	}
	begun := false
	retry := d.retry
	retry.again = func(err error) bool { return !begun && transient(err) }
	return retry.do(ctx, d.done, d.logger, func(attempt Attempt) error {
		err := d.snapshot(ctx, attempt, work, &begun)
		if !begun {
			d.repair(err)
		}
		return err
	})
}

func (d *DB) snapshot(ctx context.Context, attempt Attempt, work func(read func(Plan) error) error, begun *bool) error {
	d.calls.RLock()
	defer d.calls.RUnlock()
	if d.closed.Load() {
		return &Failure{Meaning: ErrClosed, Err: ErrClosed}
	}
	var failed error // of work, which is not the database's
	err := d.backend.snapshot(ctx, func(run func(boundBatch) error) error {
		failed = work(func(plan Plan) error {
			batch := Batch{attempt: attempt}
			plan(&batch)
			list, err := d.bind(batch)
			if err != nil || len(list.statements) == 0 {
				return err
			}
			if err := classify(ctx, run(list)); err != nil {
				return err
			}
			*begun = true
			return nil
		})
		return failed
	})
	if failed != nil {
		return failed
	}
	return classify(ctx, err)
}

// The transaction is read-only for every client.
const beginSnapshot = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"

func (p *postgres) snapshot(ctx context.Context, work func(run func(boundBatch) error) error) error {
	conn, err := p.acquire(ctx)
	if err != nil {
		return undone(err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, beginSnapshot); err != nil {
		return undone(err)
	}
	defer endSnapshot(ctx, conn)
	return work(func(list boundBatch) error {
		return undone(runBatch(ctx, conn.Conn(), list, frameOf(list.hint, false, false)))
	})
}

// endSnapshot ends the transaction also if ctx has ended. A connection in the middle of a result is
// closed by its pool.
func endSnapshot(ctx context.Context, conn *pgxpool.Conn) {
	if !conn.Conn().IsClosed() {
		_, _ = conn.Conn().PgConn().Exec(context.WithoutCancel(ctx), "ROLLBACK").ReadAll()
	}
}

func (s *sqliteFile) snapshot(ctx context.Context, work func(run func(boundBatch) error) error) error {
	own, release, err := s.connection(ctx)
	if err != nil {
		return undone(err)
	}
	defer release()
	if err := own.exec(ctx, "BEGIN"); err != nil {
		return undone(err)
	}
	defer own.rollback(ctx)
	return work(func(list boundBatch) error {
		for _, b := range list.statements {
			if err := b.runSQLite(ctx, own); err != nil {
				return undone(err)
			}
		}
		return nil
	})
}

// connection returns a connection for one caller, and the function that gives it back.
func (s *sqliteFile) connection(ctx context.Context) (own *sqliteConn, release func(), err error) {
	if !s.foreign {
		own, err = s.sqlitePool.take(ctx)
		return own, func() { s.sqlitePool.put(own) }, err
	}
	s.inUse.RLock()
	conn, err := s.handle.Conn(ctx)
	if err != nil {
		s.inUse.RUnlock()
		return nil, nil, err
	}
	own = &sqliteConn{conn: conn}
	return own, func() {
		own.forget()
		_ = conn.Close()
		s.inUse.RUnlock()
	}, nil
}
