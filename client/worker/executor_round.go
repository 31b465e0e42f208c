package worker

import (
	"context"
	"errors"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// round does the work of an executor between two pauses, and returns true if it found any. In this
// order, it parks the workflows that it has claimed without knowing; looks at the tables and, when
// it is time, renews its lease, with one round trip; puts the workflows of dead executors back on
// their queues, and looks again; cancels workflows that are overdue; puts delayed workflows that
// are due on their queues; ends runs that were cancelled or taken from it; and goes on with runs
// whose wait is over, and with new ones, as far as slots are free. Delayed workflows are claimed in
// the next round, because the look was before it. If the others took this executor for dead
// meanwhile, it begins a new life under another id.
func (x *Executor) round(ctx context.Context) (progress bool, err error) {
	x.turn.Lock()
	defer x.turn.Unlock()
	if x.stopped {
		return false, nil
	}
	if err := x.findStrays(ctx); err != nil {
		return false, err
	}
	l, err := x.look(ctx)
	if err == nil {
		progress, err = x.judge(ctx, l.pulse)
	}
	if err == nil && progress {
		l, err = x.look(ctx)
	}
	if errors.Is(err, errDead) {
		return true, x.reborn(ctx)
	}
	if err != nil {
		return progress, err
	}
	if l.overdue {
		cancelled, err := x.worker.Load().sweep(ctx)
		if progress = progress || cancelled; err != nil {
			return progress, err
		}
	}
	if l.due && !x.isStopping() {
		released, err := x.worker.Load().release(ctx)
		if progress = progress || released; err != nil {
			return progress, err
		}
	}
	x.wake(l)
	started, err := x.goOn(ctx, l.queues)
	if errors.Is(err, errDead) {
		return true, x.reborn(ctx)
	}
	return progress || started, err
}

// A look holds the facts that a round has read from the tables.
type look struct {
	survey
	checked map[string]*execution // the runs in memory, whose owners were read
	sampled []string              // the parked runs whose owners were read
	owners  map[string]string     // owner_xid of both kinds, by id; none if the workflow is not PENDING
	arrived map[watch]bool        // messages, events and ends for which parked runs wait
	pulse   *pulse                // nil if it was not time to renew the lease
}

// sample is the number of parked runs whose owner a round looks at, so that cancelled ones leave
// memory in time, and a round reads little.
const sample = 500

const (
	selectOwners = `SELECT ws.workflow_uuid, ws.owner_xid FROM {workflow_status} AS ws WHERE {in ws.workflow_uuid :ids} AND ws.status = 'PENDING'`

	selectArrivedMessages = `SELECT DISTINCT n.destination_uuid, n.topic FROM {notifications} AS n WHERE {in n.destination_uuid :ids} AND NOT n.consumed`

	selectArrivedEvents = `SELECT e.workflow_uuid, e.key FROM {workflow_events} AS e WHERE {in e.workflow_uuid :ids}`

	selectArrivedEnds = `SELECT ws.workflow_uuid FROM {workflow_status} AS ws WHERE {in ws.workflow_uuid :ids}
	AND ws.status IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`
)

// look reads all that a round needs to know, and renews the lease when it is time, with one round
// trip.
func (x *Executor) look(ctx context.Context) (l look, err error) {
	x.mutex.Lock()
	l = look{checked: map[string]*execution{}, pulse: x.pulseIfDue()}
	var ids []string
	for id, e := range x.runs {
		l.checked[id], ids = e, append(ids, id)
	}
	l.sampled = x.parked.sample(sample)
	ids = append(ids, l.sampled...)
	watched := x.parked.watchedIDs()
	x.mutex.Unlock()
	w := x.worker.Load()
	send := w.db.Read
	if l.pulse != nil {
		send = w.db.Run
	}
	err = send(ctx, func(b *db.Batch) {
		if l.pulse != nil {
			l.pulse.plan(b)
		}
		w.surveyPlan(b, &l.survey) // empties the survey first, as each attempt has to
		l.owners, l.arrived = map[string]string{}, map[watch]bool{}
		if len(ids) > 0 {
			b.Query(selectOwners, query.Args{"ids": ids}, func(row db.Row) error {
				var id string
				var owner db.Text
				err := row.Scan(&id, &owner)
				l.owners[id] = owner.String
				return err
			})
		}
		watchPlan(b, watched, l.arrived)
	})
	if err == nil {
		w.listen(l.table, w.added.names())
	}
	return l, err
}

// watchPlan adds to a batch a statement for each kind of watch, which fills arrived.
func watchPlan(b *db.Batch, watched map[watchKind][]string, arrived map[watch]bool) {
	scan := func(kind watchKind) func(db.Row) error {
		return func(row db.Row) error {
			var id string
			var key db.Text
			err := row.Scan(&id, &key)
			arrived[watch{kind, id, key.String}] = true
			return err
		}
	}
	if ids := watched[watchMessage]; len(ids) > 0 {
		b.Query(selectArrivedMessages, query.Args{"ids": ids}, scan(watchMessage))
	}
	if ids := watched[watchEvent]; len(ids) > 0 {
		b.Query(selectArrivedEvents, query.Args{"ids": ids}, scan(watchEvent))
	}
	if ids := watched[watchEnd]; len(ids) > 0 {
		b.Query(selectArrivedEnds, query.Args{"ids": ids}, func(row db.Row) error {
			var id string
			err := row.Scan(&id)
			arrived[watch{kind: watchEnd, id: id}] = true
			return err
		})
	}
}

// Work does rounds until nothing can be done now, and returns true if anything was done. Runs that
// wait for a time, a message or another workflow are left waiting.
func (x *Executor) Work(ctx context.Context) (progress bool, err error) {
	for {
		did, err := x.round(ctx)
		did = x.settle() || did
		if progress = progress || did; err != nil || !did {
			return progress, err
		}
	}
}

// settle waits until no goroutine advances a run, and returns true if one has since the last call.
func (x *Executor) settle() bool {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	for x.active > 0 {
		x.idle.Wait()
	}
	advanced := x.advanced
	x.advanced = false
	return advanced
}

// Run works until the context ends, and then returns nil; the runs that are under way go on
// until Stop or Close. While the database is away, or other transactions are in the way, it tries
// again; it returns any other error of the database.
func (x *Executor) Run(ctx context.Context) error {
	ticker := time.NewTicker(x.worker.Load().config.PollInterval)
	defer ticker.Stop()
	for {
		_, err := x.round(ctx)
		if ctx.Err() != nil || x.isStopping() {
			return nil
		}
		if err != nil && !passing(err) {
			return err
		}
		if err != nil {
			x.worker.Load().config.Logger.Warn("the executor could not finish a round, and tries again", "error", err)
		}
		select {
		case <-ticker.C:
		case <-x.freed:
		case <-ctx.Done():
			return nil
		}
	}
}

func (x *Executor) isStopping() bool {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	return x.stopping
}

// An ExecutorLoad counts the runs of an executor.
type ExecutorLoad struct {
	Active  int // runs that go on now, each in a slot
	Resting int // runs that wait for a short time, in memory
	Parked  int // runs that wait outside of memory
}

// Load returns how many runs the executor has.
func (x *Executor) Load() ExecutorLoad {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	return ExecutorLoad{Active: x.active, Resting: len(x.resting), Parked: len(x.parked.runs)}
}
