package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/poll"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const selectEvent = `
SELECT value, serialization FROM {workflow_events} WHERE workflow_uuid = :id AND key = :key`

const gettingEvent = "get event"

func (c *systemClient) GetEvent(targetWorkflowID, key string, timeout time.Duration) (any, error) {
	const op = gettingEvent
	if targetWorkflowID == "" {
		return nil, invalid(op, "the workflow id is empty")
	}
	e, err := c.awaitEvent(targetWorkflowID, key, timeout)
	if errors.Is(err, poll.ErrTimeout) && !e.existsAtEnd(c.ctx) {
		missing := noSuchWorkflow(op, targetWorkflowID)
		missing.Err = context.DeadlineExceeded
		return nil, missing
	}
	if errors.Is(err, poll.ErrTimeout) {
		return nil, &Error{Code: Timeout, Op: op, WorkflowID: targetWorkflowID, Err: context.DeadlineExceeded,
			Message: fmt.Sprintf("workflow %q published no event %q within %v", targetWorkflowID, key, max(timeout, 0))}
	}
	if err != nil {
		return nil, failure(op, err)
	}
	return e.value.Decode(), nil
}

// awaitEvent waits for an event. It returns poll.ErrTimeout if there is none within the timeout. A
// workflow that does not exist yet is waited for too, because it may be enqueued meanwhile.
func (c *systemClient) awaitEvent(id, key string, timeout time.Duration) (*eventWait, error) {
	e := &eventWait{client: c, args: query.Args{"id": id, "key": key}}
	return e, e.await(timeout, id+"::"+key)
}

// An eventWait is the state of one call of GetEvent.
type eventWait struct {
	client *systemClient
	args   query.Args
	value  *codec.Encoded // nil if there is no such event
	once   bool           // nothing is waited for: one read finds the event, and if the workflow exists
	reads  int
	seen   bool // a read has found the workflow
	gone   bool // a later read has not, so it was deleted
}

// await reads until decide ends the wait. payload is the notification that DBOS sends on the
// channel of events when it writes this event, where the database has notifications.
func (e *eventWait) await(timeout time.Duration, payload string) error {
	condition := poll.Condition{Timeout: timeout, Read: e.read, Decide: e.decide}
	if timeout <= 0 {
		e.once = true
		return condition.Once(e.client.ctx)
	}
	condition.Watch = func() *db.Watch { return e.client.db.Watch(db.EventsChannel, payload) }
	return e.client.poller().Wait(e.client.ctx, condition)
}

// decide ends the wait if the event is there, or the workflow was deleted.
func (e *eventWait) decide() (poll.Result, error) {
	if e.gone {
		return poll.None, noSuchWorkflow(gettingEvent, e.args["id"].(string))
	}
	if e.value == nil {
		return poll.None, nil
	}
	return poll.Done, nil
}

// existsAtEnd returns true if the workflow exists at the end of the wait. It reads again, because
// the workflow may have been deleted since it was seen.
func (e *eventWait) existsAtEnd(ctx context.Context) bool {
	if e.once {
		return e.seen
	}
	return e.exists(ctx)
}

// exists reads if the workflow exists. It returns true if the database does not answer, so that no
// workflow is called missing without proof.
func (e *eventWait) exists(ctx context.Context) bool {
	known := false
	err := e.client.db.Read(ctx, func(b *db.Batch) { e.lookUp(b, &known) })
	return err != nil || known
}

// lookUp adds the statement of exists to a batch.
func (e *eventWait) lookUp(b *db.Batch, exists *bool) {
	db.Exists(b, exists, selectKnown, query.Args{"ids": []string{e.args["id"].(string)}})
}

// read reads the event. In every readsPerCheck-th turn it first reads if the workflow exists.
func (e *eventWait) read(ctx context.Context) error {
	if e.reads++; e.reads%readsPerCheck == 0 {
		exists := e.exists(ctx)
		e.seen, e.gone = e.seen || exists, e.seen && !exists
	}
	return e.client.db.Read(ctx, func(b *db.Batch) {
		b.Keyed()
		if e.once {
			e.lookUp(b, &e.seen)
		}
		db.One(b, &e.value, selectEvent, e.args, scanEvent)
	})
}

func scanEvent(row db.Row) (*codec.Encoded, error) {
	var value, serialization db.Text
	err := row.Scan(&value, &serialization)
	stored := encoded(value, serialization)
	return &stored, err
}

// encoded returns a stored value with the serialization of its row.
func encoded(value, serialization db.Text) codec.Encoded {
	return codec.Encoded{Text: value.String, Codec: serialization.String, Null: !value.Valid}
}
