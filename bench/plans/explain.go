package plans

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// A Plan is how one statement of an operation is carried out: the first times, and once the
// server has made up its mind whether one plan is good for all parameters.
type Plan struct {
	Operation string `json:"operation"`
	Number    int    `json:"number"` // of the statement, from 1
	SQL       string `json:"sql"`
	First     Node   `json:"first"`
	Later     Node   `json:"later"`
	named     bool
	free      bool
}

// Whole returns the tables that are read as a whole, if they grow with the workflows.
func (p Plan) Whole() []string {
	if p.free {
		return nil
	}
	return append(p.First.fullReads(p.named, false), p.Later.fullReads(p.named, false)...)
}

// decided is the number of executions after which the server chooses between a generic plan and
// one per call.
const decided = 6

// explain returns the plans of a statement without running it. A SET is run, and has none; neither
// has the BEGIN of a snapshot.
func explain(ctx context.Context, conn *pgx.Conn, s statement) (*Plan, error) {
	if strings.HasPrefix(s.sql, "BEGIN ") || s.sql == "COMMIT" || s.sql == "ROLLBACK" {
		return nil, nil
	}
	if strings.HasPrefix(s.sql, "SELECT set_config(") {
		_, err := conn.Exec(ctx, s.sql)
		return nil, err
	}
	execute, err := prepare(ctx, conn, s)
	if err != nil {
		return nil, err
	}
	p := &Plan{SQL: s.sql}
	for i := range decided {
		var text []byte
		if err := conn.QueryRow(ctx, "EXPLAIN (FORMAT JSON) "+execute, pgx.QueryExecModeSimpleProtocol).Scan(&text); err != nil {
			return nil, err
		}
		if p.Later, err = parse(text); err != nil {
			return nil, err
		}
		if i == 0 {
			p.First = p.Later
		}
	}
	return p, nil
}

// name is that of the prepared statement.
const name = "explained"

// prepare prepares a statement, in place of the previous one, and returns its EXECUTE with
// parameters.
func prepare(ctx context.Context, conn *pgx.Conn, s statement) (string, error) {
	if err := conn.Deallocate(ctx, name); err != nil {
		return "", err
	}
	description, err := conn.Prepare(ctx, name, s.sql)
	if err != nil {
		return "", err
	}
	if len(s.args) == 0 {
		return "EXECUTE " + name, nil
	}
	values := make([]string, len(s.args))
	for i, arg := range s.args {
		if values[i], err = literal(conn.TypeMap(), description.ParamOIDs[i], arg); err != nil {
			return "", fmt.Errorf("parameter %d: %w", i+1, err)
		}
	}
	return "EXECUTE " + name + "(" + strings.Join(values, ", ") + ")", nil
}

// literal is a value in the server's own words.
func literal(types *pgtype.Map, oid uint32, value any) (string, error) {
	text, err := types.Encode(oid, pgtype.TextFormatCode, value, nil)
	switch {
	case err != nil:
		return "", err
	case text == nil:
		return "NULL", nil
	}
	return "'" + strings.ReplaceAll(string(text), "'", "''") + "'", nil
}

// analyze carries a statement out.
func analyze(ctx context.Context, conn *pgx.Conn, s statement) (string, error) {
	execute, err := prepare(ctx, conn, s)
	if err != nil {
		return "", err
	}
	rows, err := conn.Query(ctx, "EXPLAIN (ANALYZE, BUFFERS) "+execute, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return "", err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return strings.Join(lines, "\n"), err
}
