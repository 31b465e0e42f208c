package db

import "context"

// A sqliteTransaction is a connection between BEGIN IMMEDIATE and COMMIT. No other transaction of
// this process writes meanwhile.
type sqliteTransaction struct {
	conn    *sqliteConn
	release func()
}

func (s *sqliteFile) begin(ctx context.Context, list boundBatch) (openConnection, error) {
	select {
	case s.writer <- struct{}{}:
	case <-callContext(ctx).Done():
		return nil, Ended(callContext(ctx))
	}
	conn, free, err := s.connection(ctx)
	if err != nil {
		<-s.writer
		return nil, err
	}
	t := &sqliteTransaction{conn, func() { free(); <-s.writer }}
	if s.foreign {
		err = conn.exec(ctx, "PRAGMA foreign_keys = ON")
	}
	if err == nil {
		err = conn.exec(ctx, "BEGIN IMMEDIATE")
	}
	if err != nil {
		t.release()
		return nil, err
	}
	if err := t.all(ctx, list); err != nil {
		t.rollback(ctx)
		return nil, err
	}
	return t, nil
}

func (t *sqliteTransaction) all(ctx context.Context, list boundBatch) error {
	for _, b := range list.statements {
		if err := b.runSQLite(ctx, t.conn); err != nil {
			return err
		}
	}
	return nil
}

func (t *sqliteTransaction) run(ctx context.Context, list boundBatch) error {
	if err := t.conn.exec(ctx, "SAVEPOINT batch"); err != nil {
		return err
	}
	err := t.all(ctx, list)
	if err != nil {
		if failed := t.conn.exec(ctx, "ROLLBACK TO batch"); failed != nil {
			return failed
		}
	}
	if released := t.conn.exec(ctx, "RELEASE batch"); err == nil {
		err = released
	}
	return err
}

func (t *sqliteTransaction) commit(ctx context.Context, list boundBatch) error {
	err := t.all(ctx, list)
	if err == nil {
		err = t.conn.commit(ctx)
	}
	if err != nil {
		t.rollback(ctx)
		return undone(err)
	}
	t.release()
	return nil
}

func (t *sqliteTransaction) rollback(ctx context.Context) {
	t.conn.rollback(ctx)
	t.release()
}
