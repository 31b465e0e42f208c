package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Ticks are workflows that a schedule starts. All executors that make the same ones make them once.
type Ticks struct {
	Schedule string // stands in schedule_name
	// Name, Version and Queue of the workflows. They wait in Partition, if it is not empty, and
	// until DelayUntil, if that is not zero.
	Name, Version, Queue, Partition string
	DelayUntil                      time.Time
	New                             []Tick
	// UnlessBusy are queues: no workflow is made while another one of the schedule is unfinished on
	// one of them. The executors of one schedule decide about it one after the other.
	UnlessBusy []string
	// Memory is JSON that the database keeps for the schedule, in place of the text before. Empty
	// changes nothing.
	Memory string
}

// A Tick is one workflow of Ticks.
type Tick struct {
	ID    string
	Input codec.PortableWorkflowArgs
}

// MadeTicks says which workflows were made.
type MadeTicks struct {
	IDs []string // of those made by this call; one whose answer was lost is missing
	// BusySince is when the oldest of the workflows in the way began. It is zero if none is in the
	// way, and if another executor has kept the same Memory before.
	BusySince time.Time
}

const (
	// keepMemory locks the row of the schedule, so that another executor counts the workflows that
	// this one makes. It returns a row only to the first executor that decides about a tick: the
	// others find the memory as they would leave it.
	keepMemory = `
INSERT INTO {dbos_script_policies} AS p (schedule_name, policy, updated_by, updated_at)
VALUES (:schedule, :memory, :executor, :now)
ON CONFLICT (schedule_name) DO UPDATE SET policy = excluded.policy, updated_by = excluded.updated_by, updated_at = excluded.updated_at
WHERE p.policy IS DISTINCT FROM excluded.policy
RETURNING (SELECT MIN(COALESCE(busy.started_at_epoch_ms, busy.created_at)) FROM {workflow_status} AS busy WHERE ` + inTheWay + `
	AND NOT {in busy.workflow_uuid :ids})`

	inTheWay = `{in busy.queue_name :busy_queues} AND busy.status IN ('ENQUEUED', 'PENDING', 'DELAYED'){if workflow_status.schedule_name| AND busy.schedule_name = :schedule}`

	insertTicks = `
INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, queue_partition_key, inputs, serialization, created_at, updated_at,
	recovery_attempts, priority, application_version, delay_until_epoch_ms
	{if workflow_status.application_name|, application_name}{if workflow_status.schedule_name|, schedule_name})
SELECT r.id, CAST(:status AS TEXT), CAST(:name AS TEXT), CAST(:queue AS TEXT), CAST(:partition AS TEXT), r.inputs, 'portable_json',
	r.created, CAST(:now AS BIGINT), 0, 0, CAST(:version AS TEXT), CAST(:delay_until AS BIGINT)
	{if workflow_status.application_name|, CAST(:application AS TEXT)}{if workflow_status.schedule_name|, CAST(:schedule AS TEXT)}
FROM {rows r id:TEXT=:ids inputs:TEXT=:inputs created:BIGINT=:created}
WHERE NOT EXISTS (SELECT 1 FROM {workflow_status} AS busy WHERE ` + inTheWay + ` AND busy.workflow_uuid <> r.id)
ON CONFLICT (workflow_uuid) DO NOTHING
RETURNING workflow_uuid`

	// strandedTicks are workflows of a schedule that wait for a version which this executor does
	// not have.
	strandedTicks = `ws.status = 'ENQUEUED' AND ws.name = :name AND {in ws.queue_name :queues}
	{if workflow_status.application_name|AND ws.application_name = CAST(:application AS TEXT)}
	{if workflow_status.schedule_name|AND ws.schedule_name = :schedule} AND NOT {in ws.application_version :known}`

	adoptTicks = `UPDATE {workflow_status} AS ws SET application_version = CAST(:version AS TEXT), updated_at = :now
WHERE ` + strandedTicks + ` AND COALESCE(ws.recovery_attempts, 0) = 0`

	selectStranded = `SELECT ws.workflow_uuid FROM {workflow_status} AS ws WHERE ` + strandedTicks + ` ORDER BY ws.workflow_uuid LIMIT 100`

	selectMemory = `SELECT p.policy FROM {dbos_script_policies} AS p WHERE p.schedule_name = :schedule`

	selectLaterTick = `SELECT MAX(ws.workflow_uuid) FROM {workflow_status} AS ws
WHERE ws.queue_name = :queue AND ws.status = 'ENQUEUED'{if workflow_status.schedule_name| AND ws.schedule_name = :schedule} AND ws.workflow_uuid > CAST(:id AS TEXT)`
)

// MakeTicks makes workflows that do not exist yet and keeps Memory, in one transaction of at most
// two statements. If the answer is lost it is sent again, and takes effect once.
func (x *Executor) MakeTicks(ctx context.Context, t Ticks) (made MadeTicks, err error) {
	args, err := x.tickArgs(t)
	if err != nil {
		return MadeTicks{}, err
	}
	err = x.worker.Load().db.Run(ctx, func(b *db.Batch) {
		made = MadeTicks{}
		if t.Memory != "" {
			b.Query(keepMemory, args, func(row db.Row) error {
				var since db.Int
				err := row.Scan(&since)
				if since.Valid {
					made.BusySince = time.UnixMilli(since.Int64)
				}
				return err
			})
		}
		if len(t.New) > 0 {
			b.Query(insertTicks, args, func(row db.Row) error {
				var id string
				err := row.Scan(&id)
				made.IDs = append(made.IDs, id)
				return err
			})
		}
	})
	return made, err
}

func (x *Executor) tickArgs(t Ticks) (query.Args, error) {
	w := x.worker.Load()
	now := w.now()
	ids, inputs, created := []string{}, []string{}, []int64{}
	for i, tick := range t.New {
		text, _, err := codec.EncodeInput(tick.Input)
		if err != nil {
			return nil, err
		}
		ids, inputs, created = append(ids, tick.ID), append(inputs, text), append(created, now+int64(i))
	}
	if t.Memory != "" && !json.Valid([]byte(t.Memory)) {
		return nil, fmt.Errorf("the memory of the schedule %q is no JSON: %s", t.Schedule, t.Memory)
	}
	args := query.Args{
		"schedule": t.Schedule, "memory": t.Memory, "executor": w.config.ExecutorID, "now": now, "ids": ids, "inputs": inputs, "created": created,
		"status": "ENQUEUED", "name": t.Name, "queue": t.Queue, "partition": optional(t.Partition), "version": t.Version,
		"application": w.config.ApplicationName, "delay_until": nil, "busy_queues": append([]string{}, t.UnlessBusy...),
	}
	if !t.DelayUntil.IsZero() {
		args["status"], args["delay_until"] = "DELAYED", t.DelayUntil.UnixMilli()
	}
	return args, nil
}

// TickMemory returns the text that the database keeps for a schedule, or "" if there is none.
func (x *Executor) TickMemory(ctx context.Context, schedule string) (text string, err error) {
	err = x.worker.Load().db.Read(ctx, func(b *db.Batch) {
		db.One(b, &text, selectMemory, query.Args{"schedule": schedule}, func(row db.Row) (text string, err error) {
			err = row.Scan(&text)
			return text, err
		})
	})
	return text, err
}

// LaterTick returns the greatest id of the workflows of a schedule that wait on a queue, if it is
// greater than an id, and otherwise "". Ids that end with the time in UTC are in its order.
func (x *Executor) LaterTick(ctx context.Context, schedule, queue, id string) (later string, err error) {
	args := query.Args{"schedule": schedule, "queue": queue, "id": id}
	err = x.worker.Load().db.Read(ctx, func(b *db.Batch) {
		db.One(b, &later, selectLaterTick, args, func(row db.Row) (string, error) {
			var found db.Text
			err := row.Scan(&found)
			return found.String, err
		})
	})
	return later, err
}

// AdoptTicks gives a version to the workflows of a schedule that wait on queues for a version which
// is not registered here, if they have never begun. It returns the ids of up to 100 that have begun
// and wait for such a version: an executor that has it goes on with them.
func (x *Executor) AdoptTicks(ctx context.Context, schedule, name, version string, queues ...string) (stranded []string, err error) {
	w := x.worker.Load()
	known := slices.Sorted(maps.Keys(x.catalogue().workflows[name]))
	if slices.Contains(known, "") {
		return nil, nil
	}
	args := query.Args{"schedule": schedule, "name": name, "version": version, "queues": queues, "known": known, "now": w.now(), "application": w.config.ApplicationName}
	err = w.db.Run(ctx, func(b *db.Batch) {
		b.Exec(adoptTicks, args, nil)
		db.Collect(b, &stranded, selectStranded, args, func(row db.Row) (id string, err error) {
			err = row.Scan(&id)
			return id, err
		})
	})
	return stranded, err
}
