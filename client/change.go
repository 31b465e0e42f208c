package client

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A Subject is the kind of thing that a change is made to.
type Subject string

// The subjects. A sent message and a run of a schedule are changes of workflows.
const (
	Workflows    Subject = "workflow"
	Schedules    Subject = "schedule"
	Versions     Subject = "version"
	Queues       Subject = "queue"
	Applications Subject = "application"
	// Rows are the rows that a rename moves; Change.Rows is their number.
	Rows Subject = "row"
)

// A Change describes one call that changes something. ClientConfig.Gate decides whether it may.
type Change struct {
	// Op is the operation, as errors name it: "resume workflows".
	Op string
	// Of is the kind of the IDs.
	Of Subject
	// IDs are the ids of the workflows, or the names of the schedules or versions, that the call
	// names or creates. A gate must not modify the slice.
	IDs []string
	// From holds the original of each of IDs if the call forks workflows; otherwise it is nil.
	From []string
	// New is true if the call creates the IDs. Ids that the caller has chosen may exist already.
	New bool
	// Name and Queue are the name and the queue of created workflows, or "" if these differ.
	Name, Queue string

	// Rows is the number of rows that the call moves or deletes, or nil if it is one for each of
	// IDs. A gate counts Rows instead of IDs. It is set after a dry run too. If Of is Workflows,
	// each row is a workflow, and IDs is empty.
	Rows *int64

	// Changed is the number of IDs, or of Rows, that the call changed or created. It is set after
	// the change. An enqueue does not count ids that existed.
	Changed int64
	// Results holds the outcome for each of IDs, set after the change or the dry run. It is nil if
	// the operation does not report.
	Results []ChangeResult
	// Plural is true if the call takes any number of IDs. An unknown id is an outcome in Results
	// then, and not an error.
	Plural bool
	// Final is true if the change cannot be undone.
	Final bool
	// Ahead is the number of workflows that further batches of the same call are to change. A gate
	// that asks, asks for them too; each batch is counted as it comes.
	Ahead int64
	// Keep is set by a gate before it calls apply, if it wants Former. That may need one more
	// statement in the same round trip.
	Keep bool
	// Former holds the workflows that changed, as they were before, in the order of IDs. It is set
	// if Keep is true, after a change of the state, the queue, the version or the priority of
	// workflows. It is nil otherwise, and if the answer of an attempt was lost.
	Former []Former
	// To is the priority, version or queue that the change sets, as a text; otherwise "".
	To string
	// Did is the participle that reports use for what the call does to the IDs or Rows, such as
	// "deleted"; "" means "changed".
	Did string
	// Note is more about the outcome, for the line with which a run ends: "about 1.2 MB in 0.3 s".
	// It is set after the change, and "" if there is no more.
	Note string
	// Effects holds the effect on each of IDs, in their order, or if IDs is empty, on groups of
	// workflows. It is set after a dry run only.
	Effects []PlannedEffect

	bulk asBulk // how a bulk run makes the change
}

// A Gate decides whether a change may be made. To allow it, it calls apply once and returns the
// error of apply; with DryRun, apply only reads. To refuse it, it returns an error of its own,
// which the caller of the client receives. ctx is the context of the call.
type Gate func(ctx context.Context, change *Change, apply func() error) error

// A write is a change with the function that carries it out.
type write struct {
	Change
	// send carries the change out. It sets Changed and Results.
	send func(*writer) error
	// verify runs after Changed and Results are set, also in a dry run. It returns an error if a
	// call that must change something changed nothing.
	verify func() error
	// detail is the data that the operation has prepared; the effects of a dry run know its type.
	detail any
	// apart is true if the call needs several transactions, each of which is an inBatch. None of
	// them is that of the context.
	apart bool
}

// A view is the database as the methods of a client and its handles read and change it. The view of
// a systemClient is the client itself, or the dry run around it, which adds its planned changes to
// each answer.
type view interface {
	carryOut(w *write) error
	status(op, id string) (WorkflowStatus, error)
	await(op, id string, o GetResultOptions) (*outcome, error)
	follow(workflowID, key string, o ReadStreamOptions, deliver func(any) bool) (closed bool, err error)
	scheduleNames(op string) ([]string, error)
	retrieveQueue(op, name string) (*Queue, error)
	queueNames(op string) ([]string, error)
	retrieveSchedule(op, name string) (*WorkflowSchedule, error)
	readRunSource(op, name string, shared bool, also db.Plan) (*runSource, error)
	readRerun(op string, ids []string) (map[string]*rerunState, map[string]rerunFork, error)
	// addPlannedQueues adds planned queues to the targets that the database has seen.
	addPlannedQueues(k *seenTargets)
	// addPlannedForks adds the planned forks of the roots to the forks that the database has.
	addPlannedForks(forks map[string][]string, roots []string)
}

// duringChange is the key of contexts of functions that a change calls.
type duringChange struct{}

// apply carries out a write if the client may write and the gate allows it.
func (c *systemClient) apply(w *write) error {
	if err := c.writable(w.Op); err != nil {
		return err
	}
	if c.ctx.Err() != nil {
		return failure(w.Op, db.Ended(c.ctx))
	}
	if c.ctx.Value(duringChange{}) != nil {
		return &Error{Code: Conflict, Op: w.Op, Message: "nothing can be changed by a function that another change calls",
			Hint: "call it after the other change has ended"}
	}
	if w.apart && db.Changed(c.ctx) {
		return &Error{Code: Conflict, Op: w.Op, Message: "it works in several transactions, and the call has changed something in one that has not ended",
			Hint: "make it a call of its own"}
	}
	if w.Of == "" {
		w.Of = Workflows
	}
	w.Ahead, w.bulk = ahead(c.ctx), w.bulk.settled(c.ctx)
	if c.config.Gate == nil {
		return c.view.carryOut(w)
	}
	return c.config.Gate(c.ctx, &w.Change, func() error { return c.view.carryOut(w) })
}

// carryOut sends a write that the gate has allowed. No other function makes a writer, but for one
// that has a writer already.
func (c *systemClient) carryOut(w *write) error {
	err := w.send(&writer{c, w.Op, w.apart})
	if err == nil && w.verify != nil {
		err = w.verify()
	}
	return err
}

// addPlannedQueues adds nothing, because the changes of a client are in the database.
func (c *systemClient) addPlannedQueues(*seenTargets) {}

// addPlannedForks adds nothing for the same reason.
func (c *systemClient) addPlannedForks(map[string][]string, []string) {}

// A writer sends the statements of a change that has passed the gate.
type writer struct {
	client *systemClient
	op     string
	apart  bool
}

// under returns the writer with another context.
func (w *writer) under(ctx context.Context) *writer {
	return &writer{client: newLive(w.client.session, ctx, w.client.sdk), op: w.op}
}

// write runs the statements in one transaction, and returns the attempt that was the last one. If
// the context has a transaction, they take effect with its commit; see worker.Run.Effect.
func (w *writer) write(statements db.Plan) (last db.Attempt, err error) {
	c := w.client
	ctx := c.ctx
	if w.apart {
		ctx = db.OutsideTransaction(ctx)
	}
	if c.config.Grace > 0 {
		extended, release := graceContext(ctx, c.config.Grace)
		defer release()
		ctx = extended
	}
	err = c.db.Run(ctx, func(b *db.Batch) {
		last = b.Attempt()
		statements(b)
	})
	return last, withLostAnswerHint(failure(w.op, err))
}

// later leaves the statements to the record of the step that the change is part of, which saves a
// round trip. It is for a change whose results are known before it is sent: the statements have
// guards for all other cases, and settled, which sets Changed and Former, is called after the
// commit. It returns false if there is no such step, and the caller has to write then.
func (w *writer) later(statements db.Plan, settled func()) bool {
	return !w.apart && db.Later(w.client.ctx, w.client.db, statements, settled)
}

// recordBulk runs statements in one transaction. They write to the tables of bulk runs alone, and
// pass no gate: each batch of a run has passed it before.
func (c *systemClient) recordBulk(ctx context.Context, statements db.Plan) error {
	return c.db.Run(ctx, statements)
}

// tidyTime is the longest time that tidy takes.
const tidyTime = 5 * time.Second

// tidy runs statements that remove the leftovers of a call, such as a lease, even if the call
// has been cancelled.
func (w *writer) tidy(statements db.Plan) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.client.ctx), tidyTime)
	defer cancel()
	if w.apart {
		ctx = db.OutsideTransaction(ctx)
	}
	return w.client.db.Run(ctx, statements)
}

// writable returns ReadOnly if the client may not write. Operations that read first call it before.
func (c *systemClient) writable(op string) error {
	if c.config.ReadOnly {
		return &Error{Code: ReadOnly, Op: op, Message: "the client is read-only"}
	}
	return nil
}
