package plans

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// jitAboveCost is the default of the setting jit_above_cost.
const jitAboveCost = 100_000

// A Dear statement is one whose plan Postgres compiles to machine code.
type Dear struct {
	Operation string
	SQL       string
	Cost      float64
}

// Compiled returns the statements that Postgres would compile on the database at url, among all
// that the operations send: the first time, later, and if the call is a mistake. A statement is not
// compiled if the batch that it is sent in switches that off, or if it is cheap.
func Compiled(ctx context.Context, url string, at time.Time) ([]Dear, error) {
	var dear []Dear
	judge := func(conn *pgx.Conn, o operation, list []statement) error {
		return undone(ctx, conn, func() error {
			for _, s := range list {
				if strings.Contains(s.sql, "set_config('jit', 'off', true)") {
					return nil
				}
				p, err := explain(ctx, conn, s)
				if err != nil {
					return fmt.Errorf("%w in %s", err, s.sql)
				}
				if cost := max(p.First.Cost, p.Later.Cost); cost >= jitAboveCost {
					dear = append(dear, Dear{o.name, s.sql, cost})
				}
			}
			return nil
		})
	}
	err := each(ctx, url, append(calls(at), remaining()...), everySent, judge)
	return dear, err
}

// everySent calls an operation twice and returns what it sends. The operation may fail.
func everySent(o operation, c *recorded, ids []string) ([][]statement, error) {
	c.take()
	for range 2 {
		_ = o.do(c.Client, ids)
	}
	lists := distinct(c.take())
	if len(lists) == 0 && !o.silent {
		return nil, errors.New("it sent nothing")
	}
	return lists, nil
}
