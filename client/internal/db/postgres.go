package db

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/puddle/v2"

	"github.com/dbos-script/dbos-script/client/internal/address"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// SessionLabel is how the connections are called in pg_stat_activity, the Go SDK's word for a
// client. It has nothing to do with the column application_name.
const SessionLabel = "dbos-client"

// postgres is Postgres or CockroachDB.
type postgres struct {
	mutex     sync.Mutex
	pool      *pgxpool.Pool
	replace   func(pgx.QueryExecMode) (*pgxpool.Pool, error) // nil for a pool of the caller's
	cockroach atomic.Bool                                    // known from the first connection on
	readOnly  bool                                           // each transaction is one that cannot write
}

func newPostgres(pool *pgxpool.Pool) *postgres { return &postgres{pool: pool} }

func openPostgres(ctx context.Context, a address.Address, config Config) (*postgres, error) {
	parsed, err := configOf(a)
	if err != nil {
		return nil, err
	}
	tune(parsed, a, config.Connections)
	pool, err := pgxpool.NewWithConfig(ctx, parsed)
	if err != nil {
		return nil, err
	}
	p := newPostgres(pool)
	p.readOnly = config.ReadOnly
	if parsed.ConnConfig.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement {
		p.replace = func(mode pgx.QueryExecMode) (*pgxpool.Pool, error) {
			again := parsed.Copy()
			again.ConnConfig.DefaultQueryExecMode = mode
			return pgxpool.NewWithConfig(ctx, again)
		}
	}
	return p, nil
}

// tune applies the settings of the Go SDK, unless the URL sets others.
func tune(parsed *pgxpool.Config, a address.Address, connections int) {
	const most = 20
	if a.Settings["pool_max_conns"] == "" {
		parsed.MaxConns = int32(cmp.Or(connections, most))
	}
	parsed.MaxConnLifetime = time.Hour
	parsed.MaxConnIdleTime = 5 * time.Minute
	parsed.ShouldPing = neverPing
	if parsed.ConnConfig.ConnectTimeout == 0 {
		parsed.ConnConfig.ConnectTimeout = 10 * time.Second
	}
	parameters := parsed.ConnConfig.RuntimeParams
	if parameters["application_name"] == "" {
		parameters["application_name"] = SessionLabel
	}
}

// neverPing saves a round trip before a call that comes a second after the last: that a connection
// is dead is found out by the call itself, and every call is tried again.
func neverPing(context.Context, pgxpool.ShouldPingParams) bool { return false }

func (p *postgres) dialect() query.Dialect { return query.Postgres }

func (p *postgres) current() *pgxpool.Pool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.pool
}

// stale stops the use of server-side prepared statements, because a pooler in transaction mode
// gives each transaction another server session, which does not have them.
func (p *postgres) stale() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.replace == nil {
		return
	}
	pool, err := p.replace(pgx.QueryExecModeCacheDescribe)
	if err != nil {
		return
	}
	go p.pool.Close()
	p.pool, p.replace = pool, nil
}

func (p *postgres) close() { p.current().Close() }

// lost drops the idle connections: after a restart of the server all of them are dead, and a try
// each would be spent on finding out.
func (p *postgres) lost() { p.current().Reset() }

// run sends the whole list at once. The server treats everything before the final Sync as one
// transaction, so an error in any statement undoes all.
func (p *postgres) run(ctx context.Context, list boundBatch, _ bool) error {
	conn, err := p.acquire(ctx)
	if err != nil {
		return undone(err)
	}
	defer conn.Release()
	cockroach := isCockroach(conn.Conn())
	p.cockroach.Store(cockroach)
	one := list.statements[0]
	if cockroach {
		list.hint = keyedScans // it has none of the settings
	}
	around := frameOf(list.hint, p.readOnly, cockroach)
	if len(list.statements) == 1 && one.raw != nil {
		return one.runUnprepared(ctx, conn.Conn(), around)
	}
	return runBatch(ctx, conn.Conn(), list, around)
}

// acquire goes on with the new pool if the one it waits for is given up by stale.
func (p *postgres) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	for {
		pool := p.current()
		conn, err := pool.Acquire(ctx)
		if !errors.Is(err, puddle.ErrClosedPool) || p.current() == pool {
			return conn, err
		}
	}
}

// isCockroach reads the handshake, in which CockroachDB names its version.
func isCockroach(conn *pgx.Conn) bool { return conn.PgConn().ParameterStatus("crdb_version") != "" }

// runAlone sends a single statement, without the driver's overhead for lists.
func (b bound) runAlone(ctx context.Context, conn *pgx.Conn) error {
	if b.scan != nil {
		rows, err := conn.Query(ctx, b.sql, b.values...)
		if err != nil {
			return err
		}
		return b.scanRows(rows)
	}
	tag, err := conn.Exec(ctx, b.sql, b.values...)
	if b.count != nil {
		*b.count = tag.RowsAffected()
	}
	return err
}

func runBatch(ctx context.Context, conn *pgx.Conn, list boundBatch, around frame) (err error) {
	if one := list.statements[0]; len(list.statements) == 1 && around == (frame{}) && one.guard == nil {
		return one.runAlone(ctx, conn)
	}
	var batch pgx.Batch
	if around.first != "" {
		batch.Queue(around.first)
	}
	for _, b := range list.statements {
		batch.Queue(b.sql, b.values...)
	}
	if around.last != "" {
		batch.Queue(around.last)
		defer func() { around.undo(ctx, conn, err) }()
	}
	results := conn.SendBatch(ctx, &batch)
	defer func() {
		if closeErr := results.Close(); err == nil {
			err = closeErr
		}
	}()
	if err := around.begin(results); err != nil {
		return err
	}
	for _, b := range list.statements {
		if err := b.read(results); err != nil {
			return err
		}
	}
	return nil
}

func (b bound) read(results pgx.BatchResults) error {
	switch {
	case b.guard != nil:
		return b.readGuard(results)
	case b.scan != nil:
		return b.readRows(results)
	}
	tag, err := results.Exec()
	if b.count != nil {
		*b.count = tag.RowsAffected()
	}
	return err
}

func (b bound) readRows(results pgx.BatchResults) error {
	rows, err := results.Query()
	if err != nil {
		return err
	}
	return b.scanRows(rows)
}

func (b bound) scanRows(rows pgx.Rows) error {
	defer rows.Close()
	row := newPlainRow(rows)
	for rows.Next() {
		if err := b.scan(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (b bound) readGuard(results pgx.BatchResults) error {
	_, err := results.Exec()
	if DividedByZero(err) {
		return &guardError{b.guard}
	}
	return err
}

// DividedByZero returns true for the error of a server about a division by zero, with which a
// statement can refuse by itself. SQLite has no such error.
func DividedByZero(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && server.Code == "22012"
}

// script sends all statements in one message, so that each is parsed after the ones before it
// have run. They are one transaction.
func (p *postgres) script(ctx context.Context, statements []string) error {
	if p.readOnly {
		statements = append([]string{"SET TRANSACTION READ ONLY"}, statements...)
	}
	conn, err := p.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	_, err = conn.Exec(ctx, strings.Join(statements, ";\n"), pgx.QueryExecModeSimpleProtocol)
	return err
}

// CreateDatabase makes the database a Postgres URL names, unless it exists, through a connection
// to the database "postgres" of the same server.
func CreateDatabase(ctx context.Context, url string, source address.Source) error {
	a, err := address.Parse(url, source)
	if err != nil {
		return err
	}
	parsed, err := configOf(a)
	if err != nil {
		return err
	}
	config, name := parsed.ConnConfig, databaseOf(parsed)
	config.Database = "postgres"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return classify(ctx, err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "CREATE DATABASE "+query.QuoteIdentifier(name))
	var server *pgconn.PgError
	if errors.As(err, &server) && server.Code == "42P04" {
		return nil
	}
	return classify(ctx, err)
}
