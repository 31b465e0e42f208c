package worker

import (
	"context"
	"slices"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	insertLease = `
INSERT INTO {dbos_script_executors} (executor_id, application_name, started_at, renewed_at, beat)
VALUES (:executor, :application, :now, {clock}, 1) ON CONFLICT (executor_id) DO NOTHING`

	renewLease = `UPDATE {dbos_script_executors} SET beat = beat + 1, renewed_at = {clock} WHERE executor_id = :executor`

	selectLeases = `SELECT x.executor_id, x.beat, {clock} - x.renewed_at FROM {dbos_script_executors} AS x WHERE x.application_name = CAST(:application AS TEXT)`

	// selectNoLease finds a row if the executor has no lease.
	selectNoLease = `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {dbos_script_executors} AS x WHERE x.executor_id = :executor)`

	// selectOrphan finds a PENDING workflow of the application that no executor with a lease runs.
	selectOrphan = `SELECT 1 FROM {workflow_status} AS ws WHERE ` + orphaned + ` LIMIT 1`

	orphaned = `ws.status = 'PENDING' AND ws.application_name = CAST(:application AS TEXT)
	AND NOT EXISTS (SELECT 1 FROM {dbos_script_executors} AS x WHERE x.executor_id = ws.executor_id)`

	// dropLease ends the lease of an executor whose beat has not changed. One that renews at the
	// same moment keeps it.
	dropLease = `DELETE FROM {dbos_script_executors} WHERE executor_id = :dead AND beat = :beat`

	// reclaim puts workflows back on their queues, but not on the internal one, on which other
	// applications listen. Without owner_xid, their old runs can write nothing.
	reclaim = `
UPDATE {workflow_status} AS ws SET status = 'ENQUEUED', started_at_epoch_ms = NULL, owner_xid = NULL, updated_at = :now,
	queue_name = COALESCE(NULLIF(NULLIF(ws.queue_name, ''), CAST(:internal AS TEXT)), CAST(:fallback AS TEXT))
WHERE ` + orphaned
)

// An observer notes since when each executor has shown the same beat, by the clock of this process,
// so that clocks of different machines are never compared. How long an executor was silent before
// the observer began is known from the database, by the clock of the database alone: otherwise
// processes that are all younger than a lease could never take anything over.
type observer struct {
	renewed int64 // when this executor renewed its lease, or tried to
	looked  int64 // when it looked at the others
	seen    map[string]sighting
}

// A sighting is a beat, and when it was first seen.
type sighting struct{ beat, since int64 }

// beatsPerLease is the number of renewals per lease, so that one or two may be late.
const beatsPerLease = 4

func (x *Executor) leaseArgs() query.Args { return query.Args{"executor": x.ID()} }

// renewalInterval is the time between two renewals, in milliseconds.
func (x *Executor) renewalInterval() int64 { return x.config.LeaseTime.Milliseconds() / beatsPerLease }

// renewalIsDue returns true if it is time to renew the lease.
func (x *Executor) renewalIsDue() bool {
	since := x.worker.Load().now() - x.leases.renewed
	return since < 0 || since >= x.renewalInterval()
}

// takeLease adds the lease of a new executor to a batch.
func (x *Executor) takeLease(b *db.Batch) {
	w := x.worker.Load()
	args := w.ownArgs()
	args["executor"] = w.config.ExecutorID
	x.leases.renewed, x.leases.looked = w.now(), w.now()
	b.Exec(insertLease, args, nil)
}

// A beat is the number of renewals of an executor, and the time since the last one, in milliseconds
// of the database's clock.
type beat struct{ count, silent int64 }

// A pulse is the part of a look that renews the lease and reads those of the others.
type pulse struct {
	now, since int64 // when it is taken, and how long after the last one
	args       query.Args
	renewed    int64
	orphans    bool            // PENDING workflows without an executor
	beats      map[string]beat // of all executors of the application
}

// pulseIfDue returns a pulse if it is time to renew the lease, and nil otherwise.
func (x *Executor) pulseIfDue() *pulse {
	w := x.worker.Load()
	now := w.now()
	since := now - x.leases.looked
	if since >= 0 && since < x.renewalInterval() { // the clock may have been set back
		return nil
	}
	args := w.ownArgs()
	args["executor"] = w.config.ExecutorID
	return &pulse{now: now, since: since, args: args}
}

// plan adds the statements of the pulse to a batch.
func (p *pulse) plan(b *db.Batch) {
	p.renewed, p.beats = 0, map[string]beat{}
	b.Exec(renewLease, p.args, &p.renewed)
	b.Query(selectLeases, p.args, func(row db.Row) error {
		var id string
		var b beat
		err := row.Scan(&id, &b.count, &b.silent)
		p.beats[id] = b
		return err
	})
	db.Exists(b, &p.orphans, selectOrphan, p.args)
}

// judge puts the workflows of dead executors back on their queues, as far as the pulse shows any.
// It returns errDead if others have taken this executor for dead. Without a pulse it does nothing.
func (x *Executor) judge(ctx context.Context, p *pulse) (reclaimed bool, err error) {
	if p == nil {
		return false, nil
	}
	if p.renewed == 0 {
		return false, errDead
	}
	x.leases.renewed, x.leases.looked = p.now, p.now
	dead := x.leases.watch(p.beats, p.now, p.since > 2*x.renewalInterval(), x.config.LeaseTime.Milliseconds())
	delete(dead, x.ID())
	if len(dead) == 0 && !p.orphans {
		return false, nil
	}
	return x.reclaim(ctx, dead)
}

// watch compares beats with the last ones, and returns the executors whose beat has stood still
// for a lease. After a gap in the observation it begins again, because the database may have been
// away from the others too.
func (o *observer) watch(beats map[string]beat, now int64, gap bool, lease int64) map[string]int64 {
	seen, dead := map[string]sighting{}, map[string]int64{}
	for id, b := range beats {
		last, known := o.seen[id]
		switch {
		case gap || known && last.beat != b.count:
			last = sighting{b.count, now}
		case !known:
			last = sighting{b.count, now - max(b.silent, 0)}
		}
		seen[id] = last
		if now-last.since >= lease {
			dead[id] = b.count
		}
	}
	o.seen = seen
	return dead
}

// reclaim ends the leases of dead executors and re-enqueues what no executor with a lease runs.
func (x *Executor) reclaim(ctx context.Context, dead map[string]int64) (bool, error) {
	w := x.worker.Load()
	var changed int64
	args := w.ownArgs()
	args["fallback"], args["internal"] = ownQueue(w.config.ApplicationName), client.InternalQueueName
	err := w.db.Run(ctx, func(b *db.Batch) {
		for id, beat := range dead {
			b.Exec(dropLease, query.Args{"dead": id, "beat": beat}, nil)
		}
		b.Exec(reclaim, args, &changed)
	})
	if err == nil && (changed > 0 || len(dead) > 0) {
		ids := []string{}
		for id := range dead {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		w.config.Logger.Info("workflows of dead executors are back on their queues", "workflows", changed, "executors", ids)
	}
	return changed > 0, err
}

// reborn begins a new life after others have taken this executor for dead: its runs are theirs now.
func (x *Executor) reborn(ctx context.Context) error {
	x.abandon(ErrConflictingID.Because("other executors have taken this one for dead"))
	if x.isStopping() {
		return nil // nothing is left to do for a new life
	}
	again := *x.worker.Load() // runs of the old life may still read the old one
	again.config.ExecutorID = newExecutorID()
	x.worker.Store(&again)
	again.config.Logger.Warn("this executor was taken for dead, because it could not renew its lease: it begins again", "executor", x.ID())
	return again.db.Run(ctx, x.takeLease)
}
