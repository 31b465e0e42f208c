package db

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A frame holds the statements before and after the ones of a batch.
type frame struct {
	first    string
	last     string
	readOnly bool // first says whether the transaction is read-only
}

const readOnlyTransaction = "set_config('transaction_read_only', 'on', true)"

// errWritable ends a read-only batch whose transaction could write after all.
var errWritable = errors.New("the server did not make the transaction read-only")

// frameOf returns the frame of a batch. A read-only client sets this in every transaction, not
// when it connects, because a pooler refuses parameters at the start, and gives each transaction
// another session of the server. Statements that are sent together are one transaction, in which
// the setting holds for all later statements and cannot be undone. CockroachDB needs an explicit
// transaction for it.
func frameOf(hint scanHint, readOnly, cockroach bool) frame {
	settings := hint.settings()
	switch {
	case readOnly && cockroach:
		return frame{first: "BEGIN READ ONLY", last: "COMMIT"}
	case readOnly && settings != "":
		settings = ", " + settings
	case settings == "" && !readOnly:
		return frame{}
	}
	if readOnly {
		return frame{first: "SELECT " + readOnlyTransaction + settings, readOnly: true}
	}
	return frame{first: "SELECT " + settings}
}

// begin reads the answer to the first statement.
func (f frame) begin(results pgx.BatchResults) error {
	if f.first == "" {
		return nil
	}
	rows, err := results.Query()
	if err != nil {
		return err
	}
	on := false
	for rows.Next() {
		on = string(rows.RawValues()[0]) == "on"
	}
	rows.Close()
	if rows.Err() == nil && f.readOnly && !on {
		return errWritable
	}
	return rows.Err()
}

// undo ends an explicit transaction that failed.
func (f frame) undo(ctx context.Context, conn *pgx.Conn, failed error) {
	if failed != nil && !conn.IsClosed() {
		_, _ = conn.PgConn().Exec(context.WithoutCancel(ctx), "ROLLBACK").ReadAll()
	}
}

// runUnprepared takes one round trip, where preparing would take two: a catalog is read once.
func (b bound) runUnprepared(ctx context.Context, conn *pgx.Conn, around frame) error {
	values := make([][]byte, len(b.values))
	for i, value := range b.values {
		text, ok := value.(string)
		if !ok {
			return errors.New("a statement that is not prepared takes texts only")
		}
		values[i] = []byte(text)
	}
	var batch pgconn.Batch
	if around.first != "" {
		batch.ExecParams(around.first, nil, nil, nil, nil)
	}
	batch.ExecParams(b.sql, values, nil, nil, nil)
	if around.last != "" {
		batch.ExecParams(around.last, nil, nil, nil, nil)
	}
	results := conn.PgConn().ExecBatch(ctx, &batch)
	err := b.readUnprepared(conn, around, results)
	if closeErr := results.Close(); err == nil {
		err = closeErr
	}
	if around.last != "" {
		around.undo(ctx, conn, err)
	}
	return err
}

func (b bound) readUnprepared(conn *pgx.Conn, around frame, results *pgconn.MultiResultReader) error {
	if around.first != "" && results.NextResult() {
		first := results.ResultReader().Read()
		if around.readOnly && first.Err == nil && (len(first.Rows) != 1 || string(first.Rows[0][0]) != "on") {
			return errWritable
		}
	}
	if !results.NextResult() {
		return nil // Close has the error
	}
	if b.scan == nil {
		return results.ResultReader().Read().Err
	}
	return b.scanRows(pgx.RowsFromResultReader(conn.TypeMap(), results.ResultReader()))
}
