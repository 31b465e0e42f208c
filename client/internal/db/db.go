package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dbos-script/dbos-script/client/internal/address"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A Config says which database to open. One of URL, Pool and Handle is given; Pool and Handle
// come before URL.
type Config struct {
	URL      string
	Source   address.Source // who wrote the URL
	Pool     *pgxpool.Pool
	Handle   *sql.DB
	Schema   string
	ReadOnly bool // the sessions themselves refuse to write
	Create   bool // a missing SQLite file is created
	Logger   *slog.Logger

	Connections int // most connections of a pool, unless the URL names a number; 0 is the default
}

// A DB is an open system database. It is safe for concurrent use.
type DB struct {
	backend  backend
	listener *listener // nil where nothing notifies
	logger   *slog.Logger
	retry    policy
	target   query.Target
	closed   atomic.Bool
	done     chan struct{} // closed by Close
	released chan struct{} // closed once the connections are
	shared   bool          // the connections are another DB's
	calls    sync.RWMutex  // held for reading by calls under way

	compiled sync.Map // variant → query.Compiled
}

// A backend runs a list of bound statements once.
type backend interface {
	run(ctx context.Context, list boundBatch, write bool) error
	begin(ctx context.Context, list boundBatch) (openConnection, error) // if it fails, no transaction is open
	script(ctx context.Context, statements []string) error
	snapshot(ctx context.Context, work func(run func(boundBatch) error) error) error
	dialect() query.Dialect
	stale() // prepared statements are unknown to the server: do without them
	lost()  // a connection broke: others may have too
	close()
}

type bound struct {
	statement
	sql      string
	values   []any
	longList bool // one of the arguments is a list of many values
	brief    bool // it takes a few dozen microseconds
}

// A boundBatch is a batch that is ready to be sent.
type boundBatch struct {
	statements []bound
	hint       scanHint
	stable     bool
}

// Open prepares the connections. It does not wait for a server, so the first statement fails if
// there is none.
func Open(ctx context.Context, config Config) (*DB, error) {
	b, err := open(ctx, config)
	if err != nil {
		return nil, classify(ctx, err)
	}
	d := &DB{
		backend:  b,
		logger:   config.Logger,
		retry:    patient(),
		target:   query.Target{Dialect: b.dialect(), Schema: config.Schema, Has: func(string) bool { return true }},
		done:     make(chan struct{}),
		released: make(chan struct{}),
	}
	if server, ok := b.(*postgres); ok {
		d.listener = newListener(server.dial, config.Logger)
	}
	return d, nil
}

func open(ctx context.Context, config Config) (backend, error) {
	switch {
	case config.Pool != nil && config.Handle != nil:
		return nil, errors.New("a Postgres pool and an SQLite handle are given; one is wanted")
	case config.Pool != nil:
		return newPostgres(config.Pool), nil
	case config.Handle != nil:
		return newSQLite(config.Handle, true, 0), nil
	}
	a, err := address.Parse(config.URL, config.Source)
	switch {
	case err != nil:
		return nil, err
	case a.File != nil:
		return openSQLite(ctx, *a.File, config)
	default:
		return openPostgres(ctx, a, config)
	}
}

// Dialect is the SQL the database speaks.
func (d *DB) Dialect() query.Dialect { return d.target.Dialect }

// Cockroach returns true if the server is CockroachDB. It is known after the first statement.
func (d *DB) Cockroach() bool {
	server, ok := d.backend.(*postgres)
	return ok && server.cockroach.Load()
}

// Learn sets the features of the database, and drops compiled texts.
func (d *DB) Learn(has func(feature string) bool) {
	d.target.Has = has
	d.compiled.Clear()
}

// Run carries out a list of statements as a whole, trying again while the database is away or
// another transaction is in the way. Under a context of InTransaction they take effect with its
// commit.
func (d *DB) Run(ctx context.Context, plan Plan) error {
	if t := transactionOf(ctx); t != nil {
		return t.run(ctx, d, plan)
	}
	return d.attempts(ctx, d.retry, plan, true)
}

// Read is Run for statements that change nothing. They may see different states of the database. In
// a transaction that has begun, they see its changes.
func (d *DB) Read(ctx context.Context, plan Plan) error {
	if t := transactionOf(ctx); t != nil && t.reads(d) {
		return t.run(ctx, d, plan)
	}
	return d.attempts(ctx, d.retry, plan, false)
}

// Once is Read without a second try for a lost connection, for finding out whether a database can
// be reached at all.
func (d *DB) Once(ctx context.Context, plan Plan) error { return d.attempts(ctx, brisk(), plan, false) }

// RunBriefly is Run without a second try for a lost connection, for statements that somebody sends
// again in another way. It is not for a transaction.
func (d *DB) RunBriefly(ctx context.Context, plan Plan) error {
	return d.attempts(ctx, brisk(), plan, true)
}

// Script runs statements without parameters in one transaction, such as the statements of a new
// schema.
func (d *DB) Script(ctx context.Context, statements []string) error {
	d.calls.RLock()
	defer d.calls.RUnlock()
	return brisk().do(ctx, d.done, d.logger, func(Attempt) error {
		return classify(ctx, d.backend.script(ctx, statements))
	})
}

func (d *DB) attempts(ctx context.Context, retry policy, plan Plan, write bool) error {
	return retry.do(ctx, d.done, d.logger, func(attempt Attempt) error {
		err := d.attempt(ctx, plan, write, attempt)
		d.repair(err)
		return err
	})
}

// repair prepares the connections for another try after an error.
func (d *DB) repair(err error) {
	switch {
	case errors.Is(err, ErrStale):
		d.backend.stale()
	case errors.Is(err, ErrConnection):
		d.backend.lost()
	}
}

// typicalBatch is the number of statements that hardly any batch exceeds.
const typicalBatch = 4

func (d *DB) attempt(ctx context.Context, plan Plan, write bool, attempt Attempt) error {
	d.calls.RLock()
	defer d.calls.RUnlock()
	if d.closed.Load() {
		return &Failure{Meaning: ErrClosed, Err: ErrClosed}
	}
	list, err := d.list(plan, attempt)
	if err != nil || len(list.statements) == 0 {
		return err
	}
	return classify(ctx, d.backend.run(ctx, list, write))
}

// list returns the statements of a plan, ready to be sent.
func (d *DB) list(plan Plan, attempt Attempt) (boundBatch, error) {
	batch := Batch{statements: make([]statement, 0, typicalBatch), attempt: attempt}
	plan(&batch)
	return d.bind(batch)
}

func (d *DB) bind(batch Batch) (boundBatch, error) {
	list := boundBatch{make([]bound, len(batch.statements)), batch.hint, batch.stable}
	for i, s := range batch.statements {
		b, err := d.bindOne(s)
		if wrong := (*query.TextError)(nil); errors.As(err, &wrong) {
			return boundBatch{}, err
		}
		if err != nil {
			return boundBatch{}, fmt.Errorf("%w in %q", err, s.text)
		}
		b.brief = batch.hint == keyedScans && !b.longList
		list.statements[i] = b
		if b.longList && list.hint <= keyedScans {
			list.hint = indexScans
		}
	}
	return list, nil
}

func (d *DB) bindOne(s statement) (bound, error) {
	if s.raw != nil {
		return bound{statement: s, sql: s.text, values: s.raw}, nil
	}
	if err := s.args.Check(); err != nil {
		return bound{}, err
	}
	text := s.sql()
	compiled, err := d.Compile(text)
	singles := compiled.SingleValues(s.args)
	longList := compiled.HasLongList(singles)
	if err == nil && singles != 0 {
		compiled, err = d.compile(variant{text, singles})
	}
	if err != nil {
		return bound{}, err
	}
	values, err := compiled.Bind(s.args, d.target.Dialect)
	return bound{statement: s, sql: compiled.SQL, values: values, longList: longList}, err
}

// A variant is a compiled text for a choice of lists with one value.
type variant struct {
	text    string
	singles query.SingleValues
}

// Compile translates a text for this database; a text is translated once.
func (d *DB) Compile(text string) (query.Compiled, error) { return d.compile(variant{text: text}) }

func (d *DB) compile(v variant) (query.Compiled, error) {
	if known, found := d.compiled.Load(v); found {
		return known.(query.Compiled), nil
	}
	compiled, err := query.CompileFor(v.text, d.target, v.singles)
	if err == nil {
		d.compiled.Store(v, compiled)
	}
	return compiled, err
}

// Done is closed when the database is: waits end then.
func (d *DB) Done() <-chan struct{} { return d.done }

// Close releases the connections. It waits up to timeout for connections in use; zero waits
// without a limit. It returns false if some are in use then: they are released when they are free,
// and a second call waits for the same.
func (d *DB) Close(timeout time.Duration) bool {
	if !d.closed.Swap(true) {
		close(d.done)
		go d.release()
	}
	var late <-chan time.Time
	if timeout > 0 {
		late = time.After(timeout)
	}
	select {
	case <-d.released:
		return true
	case <-late:
		return false
	}
}
