package raw

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dbos-script/dbos-script/bench/task"
)

// postgres is a store on a pool.
type postgres struct {
	*dialect
	pool  *pgxpool.Pool
	parts bool
}

// changesSets returns true if the statements of a scenario join a set of ids. For them the planner
// has the settings that the client sends, because a set looks small to it.
func changesSets(scenario string) bool {
	switch scenario {
	case "resume", "cancel", "fork", "rewind", "prune", "finished", "queued",
		"set_priority", "move_queue", "hold", "release", "bulk":
		return true
	}
	return false
}

// openPostgres connects, with the settings of the client as parameters of the connection, which
// cost no call.
func openPostgres(ctx context.Context, t task.Task) (store, error) {
	config, err := pgxpool.ParseConfig(t.URL)
	if err != nil {
		return nil, err
	}
	settings := config.ConnConfig.RuntimeParams
	settings["jit"] = "off"
	if changesSets(t.Scenario) {
		for _, name := range []string{"enable_seqscan", "enable_hashjoin", "enable_mergejoin"} {
			settings[name] = "off"
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	p := &postgres{dialect: postgresDialect(), pool: pool}
	err = pool.QueryRow(ctx, "SELECT to_regclass('dbos.workflow_input') IS NOT NULL").Scan(&p.parts)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return p, nil
}

func (p *postgres) split() bool        { return p.parts }
func (p *postgres) oneStatement() bool { return true }
func (p *postgres) close()             { p.pool.Close() }

// values returns the parameters of a statement.
func (p *postgres) values(s statement) []any {
	values := s.args
	for _, column := range s.set {
		values = append(values[:len(values):len(values)], column)
	}
	return values
}

func (p *postgres) changed(ctx context.Context, s statement) (int64, error) {
	tag, err := p.pool.Exec(ctx, p.text(s), p.values(s)...)
	return tag.RowsAffected(), err
}

func (p *postgres) send(ctx context.Context, list ...statement) error {
	if len(list) == 1 {
		_, err := p.changed(ctx, list[0])
		return err
	}
	var batch pgx.Batch
	for _, s := range list {
		batch.Queue(p.text(s), p.values(s)...)
	}
	return p.pool.SendBatch(ctx, &batch).Close()
}

func (p *postgres) records(ctx context.Context, s statement, _ bool, next func() *record, use func(*record) error) (count int, err error) {
	rows, err := p.pool.Query(ctx, p.text(s), p.values(s)...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var buffer []byte
	for ; rows.Next(); count++ {
		r := next()
		buffer = r.decode(rows.RawValues(), buffer)
		if err := use(r); err != nil {
			return count, err
		}
	}
	return count, rows.Err()
}

func (p *postgres) rows(ctx context.Context, s statement, use func(scan func(...any) error) error) error {
	rows, err := p.pool.Query(ctx, p.text(s), p.values(s)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := use(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// awaitEvent listens for notifications, and reads the event after each.
func (p *postgres) awaitEvent(ctx context.Context, id, key string) error {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "LISTEN dbos_workflow_events_channel"); err != nil {
		return err
	}
	for {
		var value string
		err := conn.QueryRow(ctx, p.text(statement{sql: selectEvent}), id, key).Scan(&value)
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if _, err := conn.Conn().WaitForNotification(ctx); err != nil {
			return err
		}
	}
}
