package plans

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// jitAboveCost is the default of Postgres' setting jit_above_cost: the estimated cost from which on
// Postgres compiles a plan.
const jitAboveCost = 100_000

// A Dear statement is one whose plan Postgres compiles to machine code.
type Dear struct {
	Operation string
	SQL       string
	Cost      float64
}

// Compiled returns the statements that Postgres would compile on the database at url. It looks at
// all statements that the operations send, in a first call, a second one and a wrong one. Postgres
// does not compile a cheap statement, or one after a statement of its batch that switches jit off.
func Compiled(ctx context.Context, url string, at time.Time) ([]Dear, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	var dear []Dear
	judge := func(o operation, batches [][]statement) error {
		for _, batch := range batches {
			found, err := dearest(ctx, conn, o, batch)
			if err != nil {
				return err
			}
			dear = append(dear, found...)
		}
		return nil
	}
	err = each(ctx, url, append(calls(at), remaining()...), everySent, judge)
	return dear, err
}

// dearest returns the statements of a batch that Postgres would compile.
func dearest(ctx context.Context, conn *pgx.Conn, o operation, batch []statement) (dear []Dear, err error) {
	err = undone(ctx, conn, func() error {
		for _, s := range batch {
			if strings.Contains(s.sql, "set_config('jit', 'off', true)") {
				return nil
			}
			p, err := explain(ctx, conn, s)
			if err != nil {
				return fmt.Errorf("%w in %s", err, s.sql)
			}
			if p == nil {
				continue
			}
			if cost := max(p.First.Cost, p.Later.Cost); cost >= jitAboveCost {
				dear = append(dear, Dear{o.name, s.sql, cost})
			}
		}
		return nil
	})
	return dear, err
}

// everySent calls an operation twice, because a second call can send other statements, and returns
// the batches that it sent. Errors of the operation do not matter.
func everySent(o operation, c *recordedClient, ids []string) ([][]statement, error) {
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
