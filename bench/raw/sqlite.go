package raw

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/dbos-script/dbos-script/bench/task"
)

// sqlite is a store in a file, on one connection with prepared statements.
type sqlite struct {
	*dialect
	db       *sql.DB
	conn     *sql.Conn
	isSplit  bool
	mutex    sync.Mutex // of callers: there is one connection
	prepared map[string]*sql.Stmt
}

func openSQLite(ctx context.Context, t task.Task) (store, error) {
	path := strings.TrimPrefix(t.URL, "sqlite:")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(NORMAL)")
	if err != nil {
		return nil, err
	}
	s := &sqlite{dialect: sqliteDialect(), db: db, prepared: map[string]*sql.Stmt{}}
	if s.conn, err = db.Conn(ctx); err == nil {
		err = s.conn.QueryRowContext(ctx, "SELECT COUNT(*) > 0 FROM sqlite_master WHERE name = 'workflow_input'").Scan(&s.isSplit)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

func (s *sqlite) split() bool        { return s.isSplit }
func (s *sqlite) oneStatement() bool { return false }

func (s *sqlite) close() {
	s.conn.Close()
	s.db.Close()
}

// prepare returns a statement that is prepared once, and its parameters. The caller holds the
// mutex.
func (s *sqlite) prepare(ctx context.Context, one statement) (*sql.Stmt, []any, error) {
	args, err := s.values(one)
	if err != nil {
		return nil, nil, err
	}
	text := s.text(one)
	if ready, found := s.prepared[text]; found {
		return ready, args, nil
	}
	ready, err := s.conn.PrepareContext(ctx, text)
	if err == nil {
		s.prepared[text] = ready
	}
	return ready, args, err
}

// values returns the parameters of a statement. Its set is the last one, as a JSON array.
func (s *sqlite) values(one statement) ([]any, error) {
	if len(one.set) == 0 {
		return one.args, nil
	}
	var set any = one.set[0]
	if len(one.set) > 1 {
		rows := make([][]string, len(one.set[0]))
		for i := range rows {
			for _, column := range one.set {
				rows[i] = append(rows[i], column[i])
			}
		}
		set = rows
	}
	text, err := json.Marshal(set)
	return append(one.args[:len(one.args):len(one.args)], string(text)), err
}

func (s *sqlite) changed(ctx context.Context, one statement) (int64, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.run(ctx, one)
}

func (s *sqlite) run(ctx context.Context, one statement) (int64, error) {
	ready, args, err := s.prepare(ctx, one)
	if err != nil {
		return 0, err
	}
	result, err := ready.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (s *sqlite) send(ctx context.Context, list ...statement) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(list) > 1 { // IMMEDIATE waits for other writers now, and not in the middle
		list = append([]statement{{sql: "BEGIN IMMEDIATE"}}, append(list, statement{sql: "COMMIT"})...)
	}
	for i, one := range list {
		if _, err := s.run(ctx, one); err != nil {
			if i > 0 { // the transaction has begun
				_, undone := s.run(ctx, statement{sql: "ROLLBACK"})
				err = errors.Join(err, undone)
			}
			return err
		}
	}
	return nil
}

func (s *sqlite) records(ctx context.Context, one statement, payloads bool, next func() *record, use func(*record) error) (count int, err error) {
	err = s.query(ctx, one, func(rows *sql.Rows) error {
		var into *record
		var targets []any
		for ; rows.Next(); count++ {
			if r := next(); r != into { // most callers read all rows into one record
				into, targets = r, r.targets(payloads)
			}
			if err := rows.Scan(targets...); err != nil {
				return err
			}
			if err := use(into); err != nil {
				return err
			}
		}
		return nil
	})
	return count, err
}

func (s *sqlite) rows(ctx context.Context, one statement, use func(scan func(...any) error) error) error {
	return s.query(ctx, one, func(rows *sql.Rows) error {
		for rows.Next() {
			if err := use(rows.Scan); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *sqlite) query(ctx context.Context, one statement, read func(*sql.Rows) error) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	ready, args, err := s.prepare(ctx, one)
	if err != nil {
		return err
	}
	rows, err := ready.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return errors.Join(read(rows), rows.Err())
}

// interval is the time between two polls. It is short enough to call the answer prompt.
const interval = 10 * time.Millisecond

// awaitEvent polls, because SQLite has no notifications.
func (s *sqlite) awaitEvent(ctx context.Context, id, key string) error {
	for {
		found := false
		err := s.rows(ctx, statement{sql: selectEvent, args: []any{id, key}}, func(scan func(...any) error) error {
			found = true
			return nil
		})
		if found || err != nil {
			return err
		}
		time.Sleep(interval)
	}
}
