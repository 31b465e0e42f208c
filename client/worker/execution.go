package worker

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
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
	key      function
	status   string // of the row, when it was read

	id, name         string
	queue, partition string
	input            codec.Encoded
	attributes       db.Text
	deadline         int64 // Unix milliseconds, 0 for none
	created          int64 // Unix milliseconds

	token   string                // value of owner_xid that lets this run write
	version string                // of the row
	tries   int64                 // how often the row was claimed
	queued  bool                  // children wait on a queue, always
	records map[int]record        // the steps that were recorded before; nil if each is read from the table
	lost    atomic.Pointer[error] // the reason why another goroutine ended the run
	later   []*step               // steps that are recorded with the next one
	apart   map[string]bool       // effects, by name, whose changes are sent before their records

	started bool
	waiting wait
	next    func() (wait, bool)
	stop    func()
	yield   func(wait) bool

	ctx       context.Context         // of the present advance
	cancelled context.CancelCauseFunc // ends ctx, in an Executor
	number    int                     // of the next step
	over      error                   // the reason why something else ended the run, or nil
	broken    error                   // the error of the database at which the worker lost the run, or nil

	output any
	failed error
}

// A wait is the reason why an execution does not go on; the zero wait is over at once. If both
// parts are set, the first to happen ends it.
type wait struct {
	until  time.Time
	ready  func() (bool, error)
	on     watch // the same as ready, as a value
	stays  bool  // the run stays in memory, because it would begin the wait again
	leaves bool  // the run leaves memory at any rate, because its function has ended
}

// errKilled is the error of a run whose worker died.
var errKilled = errors.New("the worker was killed")

const selectClaimed = `
SELECT ws.workflow_uuid, ws.name, ws.class_name, ws.config_name, ws.queue_name, ws.queue_partition_key,
	ws.workflow_deadline_epoch_ms, ws.serialization, ws.status, ws.owner_xid, ws.application_version, COALESCE(ws.recovery_attempts, 0), ws.created_at,
	{if workflow_status.attributes|CAST(ws.attributes AS TEXT)}{unless workflow_status.attributes|NULL},
	{if workflow_input|COALESCE((SELECT i.inputs FROM {workflow_input} AS i WHERE i.workflow_uuid = ws.workflow_uuid), ws.inputs)}{unless workflow_input|ws.inputs}
FROM {workflow_status} AS ws WHERE {in ws.workflow_uuid :ids}
ORDER BY ws.priority, ws.created_at, ws.workflow_uuid`

// adopt puts claimed workflows at the end of the line. started is true if their attempts
// are counted already.
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
	e, input, err := readExecution(row)
	if err != nil {
		return nil, err
	}
	e.worker, e.token = w, w.token
	known, found := w.functions[e.key]
	switch {
	case !found:
		w.config.Logger.Warn("no such workflow is registered: it stays PENDING", "workflow", e.id, "name", e.name)
		return nil, nil
	case !input.Valid:
		w.config.Logger.Warn("a workflow without inputs stays PENDING", "workflow", e.id)
		return nil, nil
	case e.input.Codec != "" && e.input.Codec != codec.DBOSJSON && e.input.Codec != codec.PortableJSON:
		w.config.Logger.Warn("a workflow of another language stays PENDING", "workflow", e.id, "serialization", e.input.Codec)
		return nil, nil
	}
	e.function = known
	return e, nil
}

// readExecution reads a row of selectClaimed. The second result is the input as it is stored.
func readExecution(row db.Row) (*execution, db.Text, error) {
	var id, name, class, config, queue, partition, serialization, status, owner, version, input db.Text
	var deadline, created db.Int
	e := &execution{}
	err := row.Scan(&id, &name, &class, &config, &queue, &partition, &deadline, &serialization, &status, &owner, &version, &e.tries, &created, &e.attributes, &input)
	e.id, e.name, e.key = id.String, name.String, function{name.String, class.String, config.String}
	e.queue, e.partition, e.deadline, e.created = queue.String, partition.String, deadline.Int64, created.Int64
	e.input = codec.Encoded{Text: input.String, Codec: serialization.String, Null: !input.Valid}
	e.status, e.token, e.version = status.String, owner.String, version.String
	return e, input, err
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
	if e.ended() == nil && !e.yield(w) {
		e.over = errKilled
	}
	return e.ended()
}

// ended returns the reason why something else than its function ended the run, or nil.
func (e *execution) ended() error {
	if lost := e.lost.Load(); lost != nil && e.over == nil {
		e.over = *lost
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
