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

// A CompiledStatement is a statement whose plan Postgres compiles to machine code.
type CompiledStatement struct {
	Operation string
	SQL       string
	Cost      float64
}

// Compiled returns the statements that Postgres would compile on the database at url, which takes
// longer than running any of them. It explains all statements that the operations send in a first
// call and a second one, and in calls with mistakes.
func Compiled(ctx context.Context, url string, at time.Time) ([]CompiledStatement, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	var all []CompiledStatement
	check := func(o operation, batches [][]statement) error {
		for _, batch := range batches {
			found, err := compiledOf(ctx, conn, o, batch)
			if err != nil {
				return err
			}
			all = append(all, found...)
		}
		return nil
	}
	err = each(ctx, url, append(calls(at), remaining()...), sentTwice, check)
	return all, err
}

// compiledOf returns the statements of a batch that Postgres would compile: the expensive ones
// before the statement that switches jit off, if the batch has it.
func compiledOf(ctx context.Context, conn *pgx.Conn, o operation, batch []statement) (found []CompiledStatement, err error) {
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
				found = append(found, CompiledStatement{o.name, s.sql, cost})
			}
		}
		return nil
	})
	return found, err
}

// sentTwice calls an operation twice, because a second call can send other statements, and returns
// the different batches that both sent. Errors of the operation do not matter.
func sentTwice(o operation, c *recordedClient, ids []string) ([][]statement, error) {
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
