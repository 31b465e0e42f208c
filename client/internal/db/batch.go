package db

import (
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A Row is one row of a result, to be scanned once.
type Row interface {
	Scan(dest ...any) error
}

// A Plan adds the statements of one attempt. It is called again for each further attempt. Collect,
// Set and Map forget the rows of earlier attempts; a scan function of Query must do so itself.
type Plan func(*Batch)

// A Batch is a list of statements that run atomically, in order. It has one hint for the planner:
// the last call of Indexed, Bitmaps and Keyed counts.
type Batch struct {
	statements []statement
	hint       scanHint
	stable     bool
	attempt    Attempt
}

// Attempt returns the attempt that the batch is put together for.
func (b *Batch) Attempt() Attempt { return b.attempt }

// Indexed disables sequential scans and hash joins for the batch, because the planner reads all of
// a table that was never analysed. A batch with a list of several values is always Indexed.
func (b *Batch) Indexed() { b.hint = indexScans }

// Bitmaps is Indexed for conditions that need several indexes, or one that can only build a
// bitmap.
func (b *Batch) Bitmaps() { b.hint = bitmapScans }

// Keyed leaves out the statement that switches Postgres' JIT compiler off, which every other batch
// has. Each statement of the batch must find its rows by the values of a unique index or of
// a foreign key, so that its cost does not grow with the tables. A list of several values
// makes it Indexed.
func (b *Batch) Keyed() { b.hint = keyedScans }

// Stable makes the Transaction that begins with the batch see the database as it is at its first
// statement. It fails with ErrConflict if somebody has changed a row since then that it changes
// too, so nothing has to be locked before. On SQLite a transaction has no others beside it.
func (b *Batch) Stable() { b.stable = true }

type statement struct {
	text  string
	args  query.Args
	scan  func(Row) error // each row of the result
	count *int64          // where the number of changed rows goes
	guard error           // returned if the statement finds a row
	raw   []any           // the parameters of a text that is sent as it is
}

// Query adds a statement whose rows are handed to scan, one after the other.
func (b *Batch) Query(text string, args query.Args, scan func(Row) error) {
	b.statements = append(b.statements, statement{text: text, args: args, scan: scan})
}

// Exec adds a statement; count, when given, receives the number of rows it changed.
func (b *Batch) Exec(text string, args query.Args, count *int64) {
	b.statements = append(b.statements, statement{text: text, args: args, count: count})
}

// Raw adds a query that package query does not compile: one of the database's catalog, before the
// shape of the database is known.
func (b *Batch) Raw(sql string, values []any, scan func(Row) error) {
	b.statements = append(b.statements, statement{text: sql, raw: append([]any{}, values...), scan: scan})
}

// Guard adds a SELECT that must find nothing. If it finds a row, the whole batch is undone and
// fails with err. Without it, a batch on its way could not be stopped: Postgres has received its
// end before the first result is read.
func (b *Batch) Guard(text string, args query.Args, err error) {
	b.statements = append(b.statements, statement{text: text, args: args, guard: err})
}

// sql is the text that package query compiles: a guard becomes an expression that has no value when
// a row is found, which ends the transaction on Postgres (division by zero) and reads as NULL on
// SQLite.
func (s statement) sql() string {
	if s.guard == nil {
		return s.text
	}
	return "SELECT 1 / (CASE WHEN EXISTS (" + s.text + ") THEN 0 ELSE 1 END)"
}
