package worker

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// An execution is a workflow that a worker runs. Its function runs as a coroutine, so it stands
// still between two advances.
type execution struct {
	worker   *Worker
	function registration

	id, name         string
	queue, partition string
	input            codec.Encoded
	attributes       db.Text
	deadline         int64 // Unix milliseconds, 0 for none

	started bool
	waiting wait
	next    func() (wait, bool)
	stop    func()
	yield   func(wait) bool

	ctx    context.Context // of the present advance
	number int             // of the next step
	over   error           // the reason why something else ended the run, or nil
	broken error           // the error of the database at which the worker lost the run, or nil

	output any
	failed error
}

// A wait is the reason why an execution does not go on; the zero wait is over at once. If both
// parts are set, the first to happen ends it.
type wait struct {
	until time.Time
	ready func() (bool, error)
}

// errKilled is the error of a run whose worker died.
var errKilled = errors.New("the worker was killed")

const selectClaimed = `
SELECT ws.workflow_uuid, ws.name, ws.class_name, ws.config_name, ws.queue_name, ws.queue_partition_key,
	ws.workflow_deadline_epoch_ms, ws.serialization,
	{if workflow_status.attributes|CAST(ws.attributes AS TEXT)}{unless workflow_status.attributes|NULL},
	{if workflow_input|COALESCE((SELECT i.inputs FROM {workflow_input} AS i WHERE i.workflow_uuid = ws.workflow_uuid), ws.inputs)}{unless workflow_input|ws.inputs}
FROM {workflow_status} AS ws WHERE {in ws.workflow_uuid :ids}
ORDER BY ws.priority, ws.created_at, ws.workflow_uuid`

// adopt puts claimed workflows at the end of the line. started is true if their attempts are counted
// already.
func (w *Worker) adopt(ctx context.Context, ids []string, started bool) error {
	var adopted []*execution
	err := w.db.Read(ctx, func(b *db.Batch) {
		db.Collect(b, &adopted, selectClaimed, query.Args{"ids": ids}, w.scanExecution)
	})
	if err != nil {
		return err
	}
	for _, e := range adopted {
		if e != nil {
			e.started = started
			w.running = append(w.running, e)
		}
	}
	return nil
}

// scanExecution returns nil for a workflow that cannot run here. As in an application, it stays
// PENDING and keeps its slot of the queue.
func (w *Worker) scanExecution(row db.Row) (*execution, error) {
	var id, name, class, config, queue, partition, serialization, attributes, input db.Text
	var deadline db.Int
	if err := row.Scan(&id, &name, &class, &config, &queue, &partition, &deadline, &serialization, &attributes, &input); err != nil {
		return nil, err
	}
	known, found := w.functions[function{name.String, class.String, config.String}]
	switch {
	case !found:
		w.config.Logger.Warn("no such workflow is registered: it stays PENDING", "workflow", id.String, "name", name.String)
		return nil, nil
	case !input.Valid:
		w.config.Logger.Warn("a workflow without inputs stays PENDING", "workflow", id.String)
		return nil, nil
	case serialization.String != "" && serialization.String != codec.DBOSJSON && serialization.String != codec.PortableJSON:
		w.config.Logger.Warn("a workflow of another language stays PENDING", "workflow", id.String, "serialization", serialization.String)
		return nil, nil
	}
	return &execution{worker: w, function: known, id: id.String, name: name.String, queue: queue.String, partition: partition.String,
		input:      codec.Encoded{Text: input.String, Codec: serialization.String},
		attributes: attributes, deadline: deadline.Int64}, nil
}

// codec returns the serialization in which the run writes: the row's own, or Go's default.
func (e *execution) codec() string {
	if e.input.Codec == codec.PortableJSON {
		return codec.PortableJSON
	}
	return codec.DBOSJSON
}

// ready returns true if the execution can go on.
func (e *execution) ready(ctx context.Context) (bool, error) {
	w, now := e.waiting, e.worker.now()
	switch {
	case w.until.IsZero() && w.ready == nil, !w.until.IsZero() && now >= w.until.UnixMilli(), e.pastDeadline():
		return true, nil
	case w.ready == nil:
		return false, nil
	}
	e.ctx = ctx
	return w.ready()
}

func (e *execution) pastDeadline() bool { return e.deadline > 0 && e.worker.now() >= e.deadline }

// advance goes on to the next boundary and returns true if there is one. Its error is the
// database's. The execution is lost then, as if the process had died, and its row stays PENDING.
func (e *execution) advance(ctx context.Context) (goesOn bool, err error) {
	e.ctx = ctx
	if !e.started {
		if running, err := e.start(); !running || err != nil {
			return false, err
		}
	}
	if e.pastDeadline() && e.over == nil {
		if err := e.cancel(); err != nil || e.next == nil {
			return false, err
		}
	}
	if e.next == nil {
		e.next, e.stop = iter.Pull(e.body)
	}
	waiting, alive := e.next()
	if e.broken != nil {
		e.kill()
		return false, e.broken
	}
	e.waiting = waiting
	if alive {
		return true, nil
	}
	return false, e.finish()
}

// body is the coroutine.
func (e *execution) body(yield func(wait) bool) {
	e.yield = yield
	e.output, e.failed = e.call()
}

// call turns a panic of the function into its error.
func (e *execution) call() (output any, err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			err = fmt.Errorf("the workflow panicked: %v", trouble)
		}
	}()
	return e.function.run(&Run{e})
}

// boundary waits until the wait is over. It returns an error if the run cannot go on.
func (e *execution) boundary(w wait) error {
	if e.over == nil && !e.yield(w) {
		e.over = errKilled
	}
	return e.over
}

// kill ends the coroutine; nothing is recorded.
func (e *execution) kill() {
	if e.over == nil {
		e.over = errKilled
	}
	if e.stop != nil {
		e.stop()
	}
}
