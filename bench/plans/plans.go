package plans

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// many is the number of ids of an operation on many workflows.
const many = 100

// A Recording holds the batches of statements that each operation sends. It is made on a small
// database, and its statements are planned on a large one too, without being run there: an
// operation that lists all workflows in SUCCESS would read most of a million rows only to show its
// statement.
type Recording struct {
	sent []sent
	at   time.Time // about the creation time of the newest workflow; time windows count back from it
}

// sent holds the batches of one operation.
type sent struct {
	operation operation
	batches   [][]statement
}

// Record runs the operations on the database at url, and returns their statements. at is the
// creation time of its newest workflow. The changes of the operations are not undone.
func Record(ctx context.Context, url string, at time.Time) (*Recording, error) {
	r := &Recording{at: at}
	err := each(ctx, url, calls(at), twice, func(o operation, batches [][]statement) error {
		r.sent = append(r.sent, sent{o, batches})
		return nil
	})
	return r, err
}

// At returns the recording for the database at another url. Operations whose statements depend on
// the number of workflows, which are called sized, are run there and recorded anew.
func (r *Recording) At(ctx context.Context, url string) (*Recording, error) {
	other := &Recording{sent: slices.Clone(r.sent), at: r.at}
	sized := slices.DeleteFunc(calls(r.at), func(o operation) bool { return !o.sized })
	err := each(ctx, url, sized, twice, func(o operation, batches [][]statement) error {
		i := slices.IndexFunc(other.sent, func(s sent) bool { return s.operation.name == o.name })
		other.sent[i] = sent{o, batches}
		return nil
	})
	return other, err
}

// Plans returns the plans of the statements on the database at url. It runs none of them.
func (r *Recording) Plans(ctx context.Context, url string) ([]Plan, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	var all []Plan
	for _, s := range r.sent {
		for _, batch := range s.batches {
			plans, err := planBatch(ctx, conn, s.operation, batch)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.operation.name, err)
			}
			all = append(all, plans...)
		}
	}
	return all, nil
}

// planBatch returns the plans of the statements of a batch, in one transaction, because its
// settings count for the statements after them. A list whose filter no index serves may have any
// plan, but not where the client has forbidden to read whole tables.
func planBatch(ctx context.Context, conn *pgx.Conn, o operation, batch []statement) (plans []Plan, err error) {
	free := o.free || o.lists && !slices.ContainsFunc(batch, forbidsScans)
	err = undone(ctx, conn, func() error {
		for i, s := range batch {
			p, err := explain(ctx, conn, s)
			if err != nil {
				return fmt.Errorf("%w in %s", err, s.sql)
			}
			if p != nil {
				p.Operation, p.Number, p.named, p.free = o.name, i+1, o.named, free
				plans = append(plans, *p)
			}
		}
		return nil
	})
	return plans, err
}

// forbidsScans returns true for the statement by which the client keeps the planner from reading
// tables as a whole.
func forbidsScans(s statement) bool {
	return strings.Contains(s.sql, "set_config('enable_seqscan', 'off', true)")
}

// Analyze collects the statistics of the tables that have rows. With statistics, the planner would
// read a table without rows as a whole, which the tests would take for a mistake.
func Analyze(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, table := range growing() {
		var filled bool
		if conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM dbos."+table+")").Scan(&filled) != nil || !filled {
			continue // the fleet has no such table, or no rows in it
		}
		if _, err := conn.Exec(ctx, "ANALYZE dbos."+table); err != nil {
			return err
		}
	}
	return nil
}

// undone runs do in a transaction that it rolls back after it, including its settings.
func undone(ctx context.Context, conn *pgx.Conn, do func() error) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(), tx.Rollback(ctx))
}

// All is the filter that every operation's name passes.
const All = "all"

// Measure writes EXPLAIN (ANALYZE, BUFFERS) of every operation whose name holds a filter.
func Measure(ctx context.Context, url string, at time.Time, filter string, out io.Writer) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	chosen := slices.DeleteFunc(calls(at), func(o operation) bool { return filter != All && !strings.Contains(o.name, filter) })
	return each(ctx, url, chosen, twice, func(o operation, batches [][]statement) error {
		for _, batch := range batches {
			if err := undone(ctx, conn, func() error { return measureBatch(ctx, conn, o, batch, out) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// measureBatch writes the plans and times of the statements of a batch. It ends at a statement that
// the database refuses because the operation has run before: the client ends there too.
func measureBatch(ctx context.Context, conn *pgx.Conn, o operation, batch []statement, out io.Writer) error {
	for i, s := range batch {
		text, err := analyze(ctx, conn, s)
		ends := refused(err)
		if ends {
			text, err = "the operation ends with: "+err.Error(), nil
		}
		if err != nil {
			return fmt.Errorf("%w in %s", err, s.sql)
		}
		fmt.Fprintf(out, "\n%s, statement %d of %d\n%s\n", o.name, i+1, len(batch), text)
		if ends {
			return nil
		}
	}
	return nil
}

// refused returns true for the error of a row that exists already.
func refused(err error) bool {
	var refusal *pgconn.PgError
	return errors.As(err, &refusal) && refusal.Code == "23505"
}

// A sender runs an operation and returns the batches that it sent.
type sender func(o operation, c *recordedClient, ids []string) ([][]statement, error)

// each runs operations on the database at url, and passes on the batches that send returns.
func each(ctx context.Context, url string, all []operation, send sender, use func(o operation, batches [][]statement) error) error {
	ids, err := enqueuedIDs(ctx, url)
	if err != nil {
		return err
	}
	c, err := openRecorded(ctx, url)
	if err != nil {
		return err
	}
	defer c.Shutdown(time.Second)
	for _, o := range all {
		batches, err := send(o, c, ids)
		if err == nil {
			err = use(o, batches)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", o.name, err)
		}
	}
	return nil
}

// twice calls an operation twice and returns the statements of the second call, because the first
// one includes work that is done only once, such as looking up a target.
func twice(o operation, c *recordedClient, ids []string) ([][]statement, error) {
	err := o.do(c.Client, ids)
	c.take()
	err = errors.Join(err, o.do(c.Client, ids))
	lists := distinct(c.take())
	if err == nil && len(lists) == 0 {
		err = errors.New("it sent nothing")
	}
	return lists, err
}

// distinct leaves out repeated statements, because a wait polls as often as it has time to.
func distinct(lists [][]statement) [][]statement {
	var kept [][]statement
	for _, list := range lists {
		if !slices.ContainsFunc(kept, func(k []statement) bool { return slices.EqualFunc(k, list, sameText) }) {
			kept = append(kept, list)
		}
	}
	return kept
}

func sameText(a, b statement) bool { return a.sql == b.sql }

// enqueuedIDs returns the ids of the oldest workflows in ENQUEUED, which every change can change.
func enqueuedIDs(ctx context.Context, url string) ([]string, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, "SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'ENQUEUED' ORDER BY created_at LIMIT $1", many)
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err == nil && len(ids) < many {
		err = fmt.Errorf("only %d workflows are enqueued", len(ids))
	}
	return ids, err
}

// eitherIndex lists the operations for which two indexes are right. The planner takes the one from
// which it expects fewer rows, so the plans may differ between two sizes: states or time, ids or
// delayed workflows, PENDING alone or with ENQUEUED. A walk by states finds its keys by the state,
// or by the time if few workflows are newer than its first page.
var eitherIndex = [...]string{"list failed in a window", "DelayAll", "list PENDING", "list PENDING, the first", "list PENDING, the newest", "Executors", "Orphans",
	"ListFailures", "RecoverAll", "HoldAll", "ReleaseAll", "MoveQueueAll", "MoveVersionAll", "PruneWorkflows", "PlanPrune",
	"walk DELAYED", "walk in flight", "walk unfinished", "walk failed or delayed", "walk by queues"}

// Differences returns the statements whose plans are not the same on two databases. An incremental
// sort in place of a full one is no difference. A statement that was sent to one of them alone is
// none either, because a client reads some facts only once a minute; but nine of ten statements
// have to be on both, or nothing was compared.
func Differences(small, large []Plan) []string {
	type sending struct{ operation, sql string }
	others := map[sending]Plan{}
	for _, p := range large {
		others[sending{p.Operation, p.SQL}] = p
	}
	var list []string
	matched := 0
	for _, p := range small {
		other, sent := others[sending{p.Operation, p.SQL}]
		if !sent {
			continue
		}
		if matched++; !p.free && !slices.Contains(eitherIndex[:], p.Operation) {
			list = append(list, p.differences(other)...)
		}
	}
	if matched*10 < max(len(small), len(large))*9 {
		list = append(list, fmt.Sprintf("%d statements and %d, of which only %d are the same", len(small), len(large), matched))
	}
	return list
}

// differences returns both plans of a statement as text if they are not the same, the first ones or
// the later ones.
func (p Plan) differences(other Plan) []string {
	for _, pair := range [][2]Node{{p.First, other.First}, {p.Later, other.Later}} {
		if pair[0].shape() != pair[1].shape() {
			return []string{fmt.Sprintf("%s, statement %d:\n%sand\n%s", p.Operation, p.Number, pair[0], pair[1])}
		}
	}
	return nil
}
