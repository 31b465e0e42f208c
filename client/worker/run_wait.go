package worker

import (
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// GetResultStep is the name of a step that waits for another workflow.
const GetResultStep = "DBOS.getResult"

// noTopic stands for the topic of a message that was sent without one.
const noTopic = "__null__topic__"

const (
	selectMessage = `
SELECT message_uuid, message, serialization FROM {notifications}
WHERE destination_uuid = :id AND topic = :topic AND NOT consumed
ORDER BY created_at_epoch_ms, message_uuid LIMIT 1`

	consumeMessage = `UPDATE {notifications} SET consumed = TRUE{if notifications.consumed_by_function_id|, consumed_by_function_id = :step} WHERE message_uuid = :message AND NOT consumed`

	selectEvent = `SELECT value, serialization FROM {workflow_events} WHERE workflow_uuid = :id AND key = :key`

	selectResult = `
SELECT ws.status, ws.serialization,
	{if workflow_output|COALESCE((SELECT o.output FROM {workflow_output} AS o WHERE o.workflow_uuid = ws.workflow_uuid), ws.output)}{unless workflow_output|ws.output},
	{if workflow_output|COALESCE((SELECT o.error FROM {workflow_output} AS o WHERE o.workflow_uuid = ws.workflow_uuid), ws.error)}{unless workflow_output|ws.error}
FROM {workflow_status} AS ws WHERE ws.workflow_uuid = :id`
)

// An awaited is a value that a run waits for.
type awaited struct {
	key           string // of the message
	step          int    // the number of the step that waits
	value, codec  db.Text
	status, error db.Text // of a workflow that is waited for
}

// Recv takes the oldest message of a topic, or of none if topic is empty. If there is none, it
// waits for one, and returns ErrTimeout after the timeout. It takes two step numbers, because the
// end of the wait is recorded as a sleep.
func (r *Run) Recv(topic string, timeout time.Duration) (any, error) {
	if topic == "" {
		topic = noTopic
	}
	look := func() (*awaited, error) {
		return r.find(selectMessage, query.Args{"id": r.id, "topic": topic}, func(f *awaited) []any { return []any{&f.key, &f.value, &f.codec} })
	}
	return r.await("DBOS.recv", timeout, watch{watchMessage, r.id, topic}, look, func(f *awaited) func(*db.Batch) {
		return func(b *db.Batch) { b.Exec(consumeMessage, query.Args{"message": f.key, "step": int64(f.step)}, nil) }
	})
}

// GetEvent waits for an event of another workflow and returns its value. After the timeout it
// returns ErrTimeout. It takes two step numbers, because the end of the wait is
// recorded as a sleep.
func (r *Run) GetEvent(workflowID, key string, timeout time.Duration) (any, error) {
	look := func() (*awaited, error) {
		return r.find(selectEvent, query.Args{"id": workflowID, "key": key}, func(f *awaited) []any { return []any{&f.value, &f.codec} })
	}
	return r.await("DBOS.getEvent", timeout, watch{watchEvent, workflowID, key}, look, func(*awaited) func(*db.Batch) { return nil })
}

// await is a step that returns the result of look, or ends at the timeout.
func (r *Run) await(name string, timeout time.Duration, on watch, look func() (*awaited, error), effect func(*awaited) func(*db.Batch)) (any, error) {
	s, err := r.begin(name)
	alarm := r.take()
	if err != nil {
		return nil, err
	}
	if s.recorded {
		return s.replay()
	}
	f, err := r.wait(alarm, timeout, on, look)
	switch {
	case err != nil:
		return nil, err
	case f == nil:
		return nil, r.fail(s, ErrTimeout.Because("step %s of workflow %q: nothing came within %v", name, r.id, timeout))
	}
	s.output, s.codec, f.step = f.value, f.codec, s.number
	if err := r.record(s, effect(f)); err != nil {
		return nil, err
	}
	return s.replay()
}

// wait polls until look finds something. At the timeout it looks once more, and returns nil if
// there is nothing.
func (r *Run) wait(alarm int, timeout time.Duration, on watch, look func() (*awaited, error)) (*awaited, error) {
	f, err := look()
	if f != nil || err != nil || timeout <= 0 {
		return f, err
	}
	until, err := r.alarmAt(alarm, timeout)
	if err != nil {
		return nil, err
	}
	err = r.boundary(wait{until: until, on: on, ready: func() (bool, error) {
		f, err := look()
		return f != nil, err
	}})
	if err != nil {
		return nil, err
	}
	return look()
}

// find reads the first row of a query, nil if there is none.
func (r *Run) find(text string, args query.Args, columns func(*awaited) []any) (f *awaited, err error) {
	err = r.worker.db.Read(r.ctx, func(b *db.Batch) {
		db.One(b, &f, text, args, func(row db.Row) (*awaited, error) {
			f := &awaited{}
			return f, row.Scan(columns(f)...)
		})
	})
	return f, err
}

// Result waits for another workflow to end and returns its result. The error is the workflow's
// own if it failed, else ErrAwaitedWorkflowCancelled or ErrDeadLetterQueue.
func (r *Run) Result(workflowID string) (any, error) {
	s, err := r.begin(GetResultStep)
	if err != nil {
		return nil, err
	}
	if s.recorded {
		return s.replay()
	}
	f, err := r.ending(workflowID)
	if err != nil {
		return nil, err
	}
	s.child = db.Text{String: workflowID, Valid: true}
	switch f.status.String {
	case "CANCELLED":
		return nil, r.fail(s, ErrAwaitedWorkflowCancelled.Because("workflow %q was cancelled", workflowID))
	case "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
		return nil, r.fail(s, ErrDeadLetterQueue.Because("workflow %q was recovered too often", workflowID))
	}
	s.output, s.error, s.codec = f.value, f.error, f.codec
	if f.codec.String == "" {
		s.codec = db.Text{String: codec.DBOSJSON, Valid: true}
	}
	if err := r.record(s, nil); err != nil {
		return nil, err
	}
	return s.replay()
}

// ending waits until a workflow has ended, and returns its state and values.
func (r *Run) ending(workflowID string) (*awaited, error) {
	var last *awaited
	look := func() (bool, error) {
		f, err := r.find(selectResult, query.Args{"id": workflowID}, func(f *awaited) []any { return []any{&f.status, &f.codec, &f.value, &f.error} })
		last = f
		return f != nil && f.final(), err
	}
	for {
		ended, err := look()
		if ended || err != nil {
			return last, err
		}
		if err := r.boundary(wait{on: watch{kind: watchEnd, id: workflowID}, ready: look}); err != nil {
			return nil, err
		}
	}
}

func (f *awaited) final() bool {
	switch f.status.String {
	case "SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
		return true
	}
	return false
}
