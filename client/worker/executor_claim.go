package worker

import (
	"context"
	"errors"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	// canFinish are the rows of a queue that this executor can finish: of a registered name and
	// version, of no class, and in a serialization that it can write.
	canFinish = waitingOnQueue + `
		AND (CAST(:only AS TEXT) IS NULL OR ws.workflow_uuid = CAST(:only AS TEXT))
		AND EXISTS (SELECT 1 FROM {rows k name:TEXT=:names version:TEXT=:known_versions}
			WHERE k.name = ws.name AND (k.version = '' OR k.version = ws.application_version
				OR ws.application_version IS NULL AND {in ws.name :current_names}))
		AND COALESCE(ws.class_name, '') = '' AND COALESCE(ws.config_name, '') = ''
		AND COALESCE(ws.serialization, '') IN ('', 'DBOS_JSON', 'portable_json')`

	// unlessTaken is the condition of a claim that is sent again because its answer was lost: the
	// first one has not taken effect.
	unlessTaken = `
		AND NOT EXISTS (SELECT 1 FROM {workflow_status} AS t
			WHERE t.queue_name = :queue AND {if sqlite|t.status IN ('ENQUEUED', 'PENDING') AND} t.status = 'PENDING' AND t.owner_xid = :token)`

	// claimByToken is the end of a claim. A row without a version gets the current one of its name.
	claimByToken = `)
UPDATE {workflow_status} SET status = 'PENDING', started_at_epoch_ms = :now, executor_id = :executor,
	application_version = COALESCE(application_version, (SELECT NULLIF(c.version, '')
		FROM {rows c name:TEXT=:current_names version:TEXT=:current_versions} WHERE c.name = {workflow_status}.name)),
	application_name = COALESCE(application_name, CAST(:application AS TEXT)),
	rate_limited = :limited, owner_xid = :token, recovery_attempts = COALESCE(recovery_attempts, 0) + 1, updated_at = :now,
	workflow_deadline_epoch_ms = COALESCE(workflow_deadline_epoch_ms, CAST(:now AS BIGINT) + workflow_timeout_ms)
WHERE workflow_uuid IN (SELECT workflow_uuid FROM picked) AND status = 'ENQUEUED'
RETURNING workflow_uuid`

	// oldestFirst is the order of an index, so a claim reads as many rows as it takes. Rows of one
	// call of EnqueueMany have one time; to sort all of them for each claim would take longer than
	// short runs. PostgreSQL estimates that one row can be finished, and would read and sort all
	// that wait, so claim asks it for the index.
	oldestFirst = `
	ORDER BY ws.priority, ws.created_at`

	takeFree        = claimHead + canFinish + oldestFirst + freely + claimByToken
	takeShared      = claimHead + canFinish + oldestFirst + together + claimByToken
	takeFreeAgain   = claimHead + canFinish + unlessTaken + oldestFirst + freely + claimByToken
	takeSharedAgain = claimHead + canFinish + unlessTaken + oldestFirst + together + claimByToken

	// holdQueue makes claims that count the rows of all executors wait for each other. Two
	// that know different functions would not meet at a row, and each would count without the
	// claim of the other.
	holdQueue = `SELECT q.name FROM {queues} AS q WHERE q.name = :queue {hold}`

	selectRecords = `
SELECT workflow_uuid, function_id, function_name, output, error, child_workflow_id, serialization, started_at_epoch_ms, completed_at_epoch_ms
FROM {operation_outputs} WHERE {in workflow_uuid :ids} ORDER BY workflow_uuid, function_id`

	selectOfToken = `SELECT ws.workflow_uuid FROM {workflow_status} AS ws
WHERE ws.queue_name = :queue AND ` + isRunning + ` AND ws.owner_xid = :token`

	// buryOverrun ends workflows whose attempts are used up.
	buryOverrun = `
UPDATE {workflow_status} SET status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED', deduplication_id = NULL,
	started_at_epoch_ms = NULL, queue_name = NULL, owner_xid = NULL, updated_at = :now, completed_at = :now
WHERE {in workflow_uuid :ids} AND status = 'PENDING' AND {in owner_xid :tokens}`
)

// errDead is the error of a claim after other executors have taken this one for dead.
var errDead = errors.New("the lease of this executor is over")

// take claims from every queue on which something waits, as many workflows as there are free slots.
func (x *Executor) take(ctx context.Context, waiting []string) (ids []string, err error) {
	for _, queue := range x.worker.Load().queues {
		if err == nil && slices.Contains(waiting, queue.Name) {
			var some []string
			some, err = x.takeFrom(ctx, queue, len(ids))
			ids = append(ids, some...)
		}
	}
	return ids, err
}

func (x *Executor) takeFrom(ctx context.Context, queue Queue, taken int) (ids []string, err error) {
	if !queue.divided() {
		return x.takePart(ctx, queue, nil, taken, 0)
	}
	open, err := x.openPartitions(ctx, queue)
	for i := 0; i < len(open.keys) && err == nil && int64(len(ids)) < open.room; i++ {
		var some []string
		some, err = x.takePart(ctx, queue, &open.keys[i], taken+len(ids), len(ids))
		ids = append(ids, some...)
	}
	return ids, err
}

// takePart claims from a queue or a partition of it. So many workflows were taken in this round
// before, and so many of them from this queue.
func (x *Executor) takePart(ctx context.Context, queue Queue, partition *string, taken, ofQueue int) ([]string, error) {
	budget := x.budget(queue, partition, taken, ofQueue)
	if budget <= 0 {
		return nil, nil
	}
	ids, err := x.claim(ctx, queue, partition, budget)
	if int64(len(ids)) == budget {
		x.hunger()
	}
	return ids, err
}

// hunger notes that more could be claimed if slots were free.
func (x *Executor) hunger() {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	x.hungry = true
}

// claim takes workflows with one statement, unless the lease is over. It renews the lease if it is
// time, because a round of many claims may take longer than a lease.
func (x *Executor) claim(ctx context.Context, queue Queue, partition *string, budget int64) (ids []string, err error) {
	w := x.worker.Load()
	args := x.claimArgs(queue, partition, budget)
	args["token"] = newToken()
	now, renews := w.now(), x.renewalIsDue()
	err = w.db.Run(ctx, func(b *db.Batch) {
		b.Indexed()
		b.Guard(selectNoLease, x.leaseArgs(), errDead)
		if renews {
			renewal := x.leaseArgs()
			renewal["now"] = now
			b.Exec(renewLease, renewal, nil)
		}
		if queue.counted() {
			b.Query(holdQueue, args, func(db.Row) error { return nil })
		}
		db.Texts(b, &ids, claimText(queue.counted(), b.Attempt().AnswerLost), args)
		if b.Attempt().AnswerLost {
			db.Texts(b, &ids, selectOfToken, query.Args{"queue": queue.Name, "token": args["token"]})
		}
	})
	if err == nil && renews {
		x.leases.renewed = now
	}
	return ids, err
}

// claimArgs returns the arguments of canFinish and of a claim.
func (x *Executor) claimArgs(queue Queue, partition *string, budget int64) query.Args {
	args := x.worker.Load().claimArgs(queue, partition, budget)
	args["only"] = optional(x.config.Only)
	x.catalogue().args(args)
	return args
}

// claimText returns the statement of a claim: counted if a limit counts the rows of all executors,
// again if an earlier one may have taken effect.
func claimText(counted, again bool) string {
	switch {
	case counted && again:
		return takeSharedAgain
	case counted:
		return takeShared
	case again:
		return takeFreeAgain
	}
	return takeFree
}

// budget returns how many workflows of a queue the executor may claim: by the free slots, of which
// some are taken already in this round, and by the limits for one executor.
func (x *Executor) budget(queue Queue, partition *string, taken, ofQueue int) int64 {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	free := x.config.Slots - x.active - taken
	if free <= 0 {
		x.hungry = true
	}
	whole, part := queue.scopes()
	budget := int64(free)
	if whole.worker > 0 {
		budget = min(budget, int64(whole.worker-x.held(queue.Name, nil)-ofQueue))
	}
	if part.worker > 0 {
		budget = min(budget, int64(part.worker-x.held(queue.Name, partition)))
	}
	return budget
}

// held counts the runs of a queue, or of one of its partitions, that are PENDING here. The caller
// holds the mutex.
func (x *Executor) held(queue string, partition *string) (count int) {
	for _, e := range x.runs {
		if e.queue == queue && (partition == nil || e.partition == *partition) {
			count++
		}
	}
	return count + x.parked.held(queue, partition)
}

// load reads workflows with their recorded steps, and returns those that are PENDING and can run
// here. Workflows whose attempts are used up become dead letters.
func (x *Executor) load(ctx context.Context, ids []string) (loaded []*execution, err error) {
	w := x.worker.Load()
	records := map[string]map[int]record{}
	err = w.db.Read(ctx, func(b *db.Batch) {
		clear(records)
		db.Collect(b, &loaded, selectClaimed, query.Args{"ids": ids}, func(row db.Row) (*execution, error) {
			e, _, err := readExecution(row)
			return e, err
		})
		b.Query(selectRecords, query.Args{"ids": ids}, func(row db.Row) error { return addRecord(row, records) })
	})
	if err != nil {
		return nil, err
	}
	known := x.catalogue()
	var buried, tokens []string
	loaded = slices.DeleteFunc(loaded, func(e *execution) bool {
		function, found := known.find(e.name, e.version)
		switch {
		case e.status != "PENDING" || e.token == "" || !found:
			return true
		case e.tries > int64(function.maxRetries)+1:
			buried, tokens = append(buried, e.id), append(tokens, e.token)
			return true
		}
		e.worker, e.function, e.started, e.queued = w, function, true, true
		if e.records = records[e.id]; e.records == nil {
			e.records = map[int]record{}
		}
		return false
	})
	if len(buried) > 0 {
		err = w.db.Run(ctx, func(b *db.Batch) {
			b.Exec(buryOverrun, query.Args{"ids": buried, "tokens": tokens, "now": w.now()}, nil)
		})
	}
	return loaded, err
}

// addRecord reads a row of selectRecords.
func addRecord(row db.Row, records map[string]map[int]record) error {
	r := record{recorded: true}
	var id string
	var number int64
	err := row.Scan(append([]any{&id, &number}, r.columns()...)...)
	if records[id] == nil {
		records[id] = map[int]record{}
	}
	records[id][int(number)] = r
	return err
}
