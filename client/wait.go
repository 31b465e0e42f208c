package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/poll"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// selectOutcomes returns only workflows that have ended, so each payload is read once, and a read
// while nothing ends returns no rows.
const selectOutcomes = `
SELECT ws.workflow_uuid, ws.status, ws.recovery_attempts, ws.serialization, ` + outputOf + `, ` + errorOf + `
FROM {workflow_status} AS ws
WHERE {in ws.workflow_uuid :ids} AND ws.status IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`

const selectStates = `SELECT workflow_uuid, status FROM {workflow_status} WHERE {in workflow_uuid :ids}`

// An Outcome is the end of a workflow, or its state at the end of a wait.
type Outcome struct {
	WorkflowID string             `json:"workflow_id" doc:"The workflow's id."`
	Status     WorkflowStatusType `json:"status,omitempty" doc:"Its state; nil when there is no such workflow."`
	Finished   bool               `json:"finished" doc:"Whether it has ended."`
	Result     any                `json:"result,omitempty" doc:"Its result, if it ended in SUCCESS."`
	Error      error              `json:"error,omitempty" doc:"The error it ended with; nil if it ended in SUCCESS or has not ended."`
}

// WaitOptions are the options of Wait.
type WaitOptions struct {
	Timeout         time.Duration `json:"timeout" doc:"The longest wait. Without it the wait has no limit." min:"0"`
	PollingInterval time.Duration `json:"polling_interval" doc:"The longest pause between two reads; pauses are shorter at first, and while workflows end." default:"1s" min:"0"`

	// Each is called once for each workflow, when it has ended. If it returns an error, Wait ends
	// and returns that.
	Each func(workflowID string, status WorkflowStatusType) error `json:"-"`
	// Existed holds the ids of workflows that existed before the wait. If one is missing, Wait
	// returns NonExistentWorkflow even if there is a timeout.
	Existed map[string]bool `json:"-"`
	// Lazy leaves results as codec.Encoded, for the caller to decode.
	Lazy bool `json:"-"`
}

// A WaitOption sets one of the WaitOptions.
type WaitOption func(*WaitOptions)

// WithWaitOptions sets all options at once.
func WithWaitOptions(options WaitOptions) WaitOption {
	return func(o *WaitOptions) { *o = options }
}

func (c *systemClient) Wait(workflowIDs []string, opts ...WaitOption) ([]Outcome, error) {
	return c.wait(workflowIDs, nil, apply(opts))
}

// wait is Wait if some outcomes are known already.
func (c *systemClient) wait(workflowIDs []string, known map[string]*Outcome, options WaitOptions) ([]Outcome, error) {
	const op = "wait"
	for i, id := range workflowIDs {
		if id == "" {
			return nil, invalid(op, "the workflow id at %d is empty", i+1)
		}
	}
	w := newWaiting(c, workflowIDs, options)
	if err := w.begin(known); err != nil {
		return w.outcomes(), failure(op, err)
	}
	err := c.poller().Wait(c.ctx, poll.Condition{Timeout: options.Timeout, Longest: options.PollingInterval, Read: w.read, Decide: w.decide})
	if errors.Is(err, poll.ErrTimeout) {
		err = w.timeout(op)
	}
	return w.outcomes(), failure(op, err)
}

// poller returns a Poller with the pauses and the clock of the client.
func (c *systemClient) poller() poll.Poller {
	return poll.Poller{Longest: c.config.PollInterval, Closed: c.db.Done(), Idle: c.config.Idle, Clock: c.config.Clock}
}

// waiting is one wait for many workflows.
type waiting struct {
	client  *systemClient
	options WaitOptions
	ids     []string            // the arguments, with duplicates
	open    []string            // the ids that have not ended, each once
	latest  map[string]*Outcome // by id: the end, or an empty outcome
	arrived map[string]*Outcome // the outcomes of the last read
	reads   int                 // the number of reads
	seen    map[string]bool     // the ids that were found to exist
	gone    string              // an id whose row is gone
}

func newWaiting(c *systemClient, ids []string, o WaitOptions) *waiting {
	w := &waiting{client: c, options: o, ids: ids, latest: make(map[string]*Outcome, len(ids)), seen: map[string]bool{}}
	for _, id := range ids {
		if w.latest[id] == nil {
			w.latest[id] = &Outcome{WorkflowID: id}
			w.open = append(w.open, id)
		}
	}
	return w
}

// begin records outcomes that are known before the first read, and calls Each for the workflows
// that have ended. It leaves all of them out of the reads: an outcome that has not finished is
// final too, as that of a workflow that a dry run would enqueue.
func (w *waiting) begin(known map[string]*Outcome) error {
	var ended []string
	w.open = slices.DeleteFunc(w.open, func(id string) bool {
		o := known[id]
		if o != nil {
			w.latest[id] = o
		}
		if o != nil && o.Finished {
			ended = append(ended, id)
		}
		return o != nil
	})
	return w.callEach(ended)
}

func (w *waiting) read(ctx context.Context) error {
	if len(w.open) == 0 {
		return nil
	}
	w.reads++
	checks := w.checks()
	var existing map[string]bool
	err := w.client.db.Read(ctx, func(b *db.Batch) {
		b.Keyed()
		if checks {
			db.Set(b, &existing, selectKnown, query.Args{"ids": w.open})
		}
		db.Map(b, &w.arrived, selectOutcomes, query.Args{"ids": w.open}, w.scan)
	})
	if checks && err == nil {
		w.check(existing)
	}
	return err
}

// readsPerCheck is the number of reads after which one also checks that the workflows still exist,
// which returns a row for each.
const readsPerCheck = 16

// checks returns true if this read checks that the workflows exist. The second read does too, if a
// missing workflow is an error at once. The first does not, so that a wait for workflows that have
// ended needs no second statement.
func (w *waiting) checks() bool {
	missingIsError := w.options.Timeout == 0 || len(w.options.Existed) > 0
	return w.reads == 2 && missingIsError || w.reads%readsPerCheck == 0
}

// check sets gone if a workflow was deleted, or does not exist and there is no timeout.
func (w *waiting) check(existing map[string]bool) {
	for _, id := range w.open {
		switch {
		case existing[id] || w.arrived[id] != nil:
			w.seen[id] = true
		case w.seen[id] || w.options.Existed[id] || w.options.Timeout == 0:
			w.gone = id
			return
		}
	}
}

func (w *waiting) scan(row db.Row) (id string, ended *Outcome, err error) {
	var o outcome
	if err := row.Scan(&id, &o.status, &o.attempts, &o.codec, &o.output, &o.errorTxt); err != nil {
		return "", nil, err
	}
	return id, w.outcome(id, &o), nil
}

// outcome returns the outcome of a row. Its error is the stored one, without WorkflowFailed around
// it, because the status says that it failed.
func (w *waiting) outcome(id string, o *outcome) *Outcome {
	ended := &Outcome{WorkflowID: id, Status: WorkflowStatusType(o.status.String), Finished: true, Error: o.failed("", id)}
	if e := (*Error)(nil); errors.As(ended.Error, &e) && e.Cause() != nil {
		ended.Error = e.Cause()
	}
	switch {
	case ended.Status != WorkflowStatusSuccess || !o.output.Valid:
	case w.options.Lazy:
		ended.Result = o.value()
	default:
		ended.Result = o.value().Decode()
	}
	return ended
}

// decide records the outcomes that have arrived and calls Each, in the order of the ids.
func (w *waiting) decide() (poll.Result, error) {
	if w.gone != "" {
		return poll.None, noSuchWorkflow("wait", w.gone)
	}
	if len(w.arrived) == 0 && len(w.open) > 0 {
		return poll.None, nil
	}
	var open, ended []string
	for _, id := range w.open {
		if o := w.arrived[id]; o != nil {
			w.latest[id] = o
			ended = append(ended, id)
		} else {
			open = append(open, id)
		}
	}
	w.open = open
	if err := w.callEach(ended); err != nil {
		return poll.None, err
	}
	if len(open) == 0 {
		return poll.Done, nil
	}
	return poll.Some, nil
}

func (w *waiting) callEach(ended []string) error {
	if w.options.Each == nil {
		return nil
	}
	for _, id := range ended {
		if err := w.options.Each(id, w.latest[id].Status); err != nil {
			return err
		}
	}
	return nil
}

func (w *waiting) outcomes() []Outcome {
	list := make([]Outcome, len(w.ids))
	for i, id := range w.ids {
		list[i] = *w.latest[id]
	}
	return list
}

// timeout returns the error of a wait whose timeout has passed. It reads the states of the
// workflows that have not ended; if that fails, the states stay unknown.
func (w *waiting) timeout(op string) error {
	ctx, cancel := poll.Limit(w.client.ctx, poll.LastRead)
	defer cancel()
	_ = w.client.db.Read(ctx, func(b *db.Batch) {
		b.Query(selectStates, query.Args{"ids": w.open}, func(row db.Row) error {
			var id string
			var status db.Text
			err := row.Scan(&id, &status)
			w.latest[id].Status = WorkflowStatusType(status.String)
			return err
		})
	})
	return &Error{Code: Timeout, Op: op, WorkflowID: w.open[0], Err: context.DeadlineExceeded,
		Message: fmt.Sprintf("%d of %d workflows did not end within %v: %s", len(w.open), len(w.latest), w.options.Timeout, someOf(w.open))}
}

// someOf returns the first three ids, quoted.
func someOf(ids []string) string {
	const few = 3
	text := fmt.Sprintf("%q", ids[:min(few, len(ids))])
	text = strings.ReplaceAll(strings.Trim(text, "[]"), `" "`, `", "`)
	if len(ids) > few {
		text += ", …"
	}
	return text
}
