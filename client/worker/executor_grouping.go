package worker

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A grouping writes the steps, or the outcomes, of several runs with one transaction. A run that
// comes while others are sent waits for them, and goes with all that wait by then. So a run that is
// alone waits for nobody, and many short ones share the cost of statements and commits.
type grouping struct {
	ctx        context.Context // of the executor
	most       int             // groups on their way
	statements func(*db.Batch, *Worker, []*member, func(id string))

	mutex   sync.Mutex
	sending int
	waiting []*member
}

// A member is what one run writes.
type member struct {
	id    string
	steps []*step    // for the group of steps
	args  query.Args // for the group of outcomes
	token string
	turn  chan bool // true if it sends all that wait, false if its group was sent

	written bool // by its group, which sets it before turn
}

// mostOnTheirWay are the groups that Postgres gets at a time. Over a line on which a request takes
// long, groups after each other would cost more time than they save.
const mostOnTheirWay = 2

// slowWrite is how long others wait for a write that waits itself, such as for a locked row.
const slowWrite = 250 * time.Millisecond

// largestGroup bounds how long the rows of a group are locked.
const largestGroup = 64

// newGrouping returns a grouping for a database. SQLite lets one transaction write at a time.
func newGrouping(ctx context.Context, d *db.DB, statements func(*db.Batch, *Worker, []*member, func(string))) *grouping {
	if d.Dialect() == query.SQLite {
		return &grouping{ctx: ctx, most: 1, statements: statements}
	}
	return &grouping{ctx: ctx, most: mostOnTheirWay, statements: statements}
}

// write writes a member, and calls alone for one that comes alone, or whose group has not written
// it: somebody else has locked, taken or deleted a row, or the database has failed. Then alone
// finds out why. It calls alone also if ctx, that of the run, ends before the answer has come: a
// run that has lost its workflow must not keep its slot for as long as the others try.
func (g *grouping) write(ctx context.Context, w *Worker, m *member, alone func() error) error {
	m.turn = make(chan bool, 1)
	g.mutex.Lock()
	if g.sending < g.most {
		g.sending++
		m.turn <- true
	} else {
		g.waiting = append(g.waiting, m)
	}
	g.mutex.Unlock()
	for {
		select {
		case <-ctx.Done():
			g.leave(m)
			return alone()
		case sends := <-m.turn:
			switch {
			case sends:
				if members := g.take(m); len(members) > 1 {
					go g.deliver(w, members)
					continue
				}
				defer g.handOnSoon()()
				return alone()
			case m.written:
				return nil
			}
			return alone()
		}
	}
}

// leave takes out a member that waits no more. If it was its turn, the next one sends. A group that
// is on its way with it goes on.
func (g *grouping) leave(m *member) {
	g.mutex.Lock()
	g.waiting = slices.DeleteFunc(g.waiting, func(other *member) bool { return other == m })
	g.mutex.Unlock()
	select {
	case sends := <-m.turn:
		if sends {
			g.handOn()
		}
	default:
	}
}

// deliver sends a group and tells its members.
func (g *grouping) deliver(w *Worker, members []*member) {
	defer g.handOnSoon()()
	g.send(w, members)
	for _, m := range members {
		m.turn <- false
	}
}

// handOnSoon lets the next one send when the returned function is called, or after slowWrite.
func (g *grouping) handOnSoon() func() {
	next := sync.OnceFunc(g.handOn)
	timer := time.AfterFunc(slowWrite, next)
	return func() {
		timer.Stop()
		next()
	}
}

// take returns the members that wait: m, and at most one of each other workflow.
func (g *grouping) take(m *member) []*member {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	members, ids := []*member{m}, map[string]bool{m.id: true}
	g.waiting = slices.DeleteFunc(g.waiting, func(other *member) bool {
		if ids[other.id] || len(members) == largestGroup {
			return false
		}
		ids[other.id] = true
		members = append(members, other)
		return true
	})
	return members
}

// handOn lets the first one that waits send.
func (g *grouping) handOn() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if len(g.waiting) == 0 {
		g.sending--
		return
	}
	g.waiting[0].turn <- true
	g.waiting = g.waiting[1:]
}

// selectLockedElsewhere finds a row unless all workflows of a list are there, and nobody else has
// locked one. It locks what it finds, so that the statements behind it meet the same rows and wait
// for nobody: a group would wait for the slowest of its members, or two groups for each other.
const selectLockedElsewhere = `
SELECT 1 WHERE (SELECT COUNT(*) FROM (SELECT ws.workflow_uuid FROM {workflow_status} AS ws WHERE {in ws.workflow_uuid :ids} {lock}) AS held)
	< CAST(:count AS BIGINT)`

var errLockedElsewhere = errors.New("another transaction has locked a workflow of the group")

// send writes a group, or nothing. Whatever the error, each member finds out by itself. So it does
// not try again while the database is away: each member does that, until its own run is lost.
func (g *grouping) send(w *Worker, members []*member) {
	ids, byID := make([]string, len(members)), map[string]*member{}
	for i, m := range members {
		ids[i], byID[m.id] = m.id, m
	}
	written := map[string]bool{}
	err := w.db.RunBriefly(g.ctx, func(b *db.Batch) {
		clear(written)
		b.Guard(selectLockedElsewhere, query.Args{"ids": ids, "count": int64(len(ids))}, errLockedElsewhere)
		g.statements(b, w, members, func(id string) { written[id] = true })
	})
	for id := range written {
		byID[id].written = err == nil
	}
}

const (
	recordGroup = `
INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, output, error, child_workflow_id,
	started_at_epoch_ms, completed_at_epoch_ms, serialization{if operation_outputs.application_name|, application_name})
SELECT ws.workflow_uuid, s.step, s.name, s.output, s.error, s.child, s.began, s.ended, s.codec{if operation_outputs.application_name|, CAST(:application AS TEXT)}
FROM {rows s id:TEXT=:ids token:TEXT=:tokens step:INTEGER=:steps name:TEXT=:names output:TEXT=:outputs error:TEXT=:errors child:TEXT=:children
	began:BIGINT=:began ended:BIGINT=:ended codec:TEXT=:codecs},
	{workflow_status} AS ws
WHERE ws.workflow_uuid = s.id AND ws.owner_xid = s.token
RETURNING workflow_uuid`

	outcomesOfGroup = `{rows o id:TEXT=:ids token:TEXT=:tokens status:TEXT=:statuses output:TEXT=:outputs error:TEXT=:errors now:BIGINT=:times}`

	recordPayloads = `
INSERT INTO {workflow_output} (workflow_uuid, output, error)
SELECT ws.workflow_uuid, o.output, o.error FROM ` + outcomesOfGroup + `, {workflow_status} AS ws
WHERE ws.workflow_uuid = o.id AND ws.status = 'PENDING' AND ws.owner_xid = o.token
ON CONFLICT (workflow_uuid) DO UPDATE SET output = excluded.output, error = excluded.error`

	recordOutcomes = `
UPDATE {workflow_status} AS ws SET status = o.status, output = o.output, error = o.error, updated_at = o.now, completed_at = o.now,
	deduplication_id = NULL, owner_xid = NULL
FROM ` + outcomesOfGroup + `
WHERE ws.workflow_uuid = o.id AND ws.status = 'PENDING' AND ws.owner_xid = o.token
RETURNING workflow_uuid`
)

// planSteps adds the steps of a group.
func planSteps(b *db.Batch, w *Worker, members []*member, written func(string)) {
	var ids, tokens, names []string
	var outputs, errs, children, codecs []*string
	var numbers, began, ended []int64
	for _, m := range members {
		for _, s := range m.steps {
			ids, tokens, names, numbers = append(ids, m.id), append(tokens, m.token), append(names, s.name), append(numbers, int64(s.number))
			outputs, errs, children = append(outputs, text(s.output)), append(errs, text(s.error)), append(children, text(s.child))
			began, ended, codecs = append(began, s.began), append(ended, s.ended), append(codecs, text(s.codec))
		}
	}
	planGroup(b, recordGroup, query.Args{
		"ids": ids, "tokens": tokens, "steps": numbers, "names": names, "outputs": outputs, "errors": errs, "children": children,
		"began": began, "ended": ended, "codecs": codecs, "application": optional(w.config.ApplicationName),
	}, written)
}

// planOutcomes adds the outcomes of a group.
func planOutcomes(b *db.Batch, w *Worker, members []*member, written func(string)) {
	columns := map[string][]string{}
	times := make([]int64, len(members))
	for i, m := range members {
		for column, name := range map[string]string{"ids": "id", "tokens": "token", "statuses": "status", "outputs": "output", "errors": "error"} {
			columns[column] = append(columns[column], m.args[name].(string))
		}
		times[i] = m.args["now"].(int64)
	}
	args := query.Args{"times": times}
	for column, values := range columns {
		args[column] = values
	}
	if w.tables.Shape().HasTable("workflow_output") {
		b.Exec(recordPayloads, args, nil)
	}
	planGroup(b, recordOutcomes, args, written)
}

// planGroup adds a statement that returns the workflows that it has written to.
func planGroup(b *db.Batch, statement string, args query.Args, written func(string)) {
	b.Query(statement, args, func(row db.Row) error {
		var id string
		err := row.Scan(&id)
		written(id)
		return err
	})
}
