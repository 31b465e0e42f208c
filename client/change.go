package client

import (
	"context"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A Subject is the kind of thing that a change is made to.
type Subject string

// The subjects. Messages and runs of a schedule are changes of workflows.
const (
	Workflows Subject = "workflow"
	Schedules Subject = "schedule"
	Versions  Subject = "version"
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

	// Changed is the number of IDs that changed or were created, set after the change. An enqueue
	// does not count ids that existed.
	Changed int64
	// Results holds the outcome for each of IDs, set after the change or the dry run. It is nil if
	// the operation does not report.
	Results []ChangeResult
	// Plural is true if the call takes any number of IDs and reports unknown ones instead of
	// failing.
	Plural bool
	// Final is true if the change cannot be undone.
	Final bool
	// Affected holds the effect on each of IDs, in their order. It is set after a dry run only.
	Affected []Affected
}

// A Gate decides whether a change may be made. To allow it, it calls apply once and returns the
// error of apply; with DryRun, apply only reads. To refuse it, it returns an error of its own,
// which the caller of the client receives. ctx is the context of the call.
type Gate func(ctx context.Context, change *Change, apply func() error) error

// A step is a change together with the facts by which a dry run predicts it.
type step struct {
	Change
	// takes holds the states in which the change has an effect; if empty, every state.
	takes []WorkflowStatusType
	// becomes is the state after the change; if empty, the state does not change.
	becomes WorkflowStatusType
	// frees is true if the workflow releases its deduplication id.
	frees bool
	// deletes is true if the change deletes the IDs.
	deletes bool
	// replaces is true if a New change overwrites existing IDs instead of keeping them.
	replaces bool
	// parts are previewed by a dry run instead of this step, if it consists of several kinds.
	parts []*step
	// look runs first in a dry run: it reads more than the states of IDs, and returns the error
	// that the change would return.
	look func() error
	// settle runs last in a dry run: it fills the results, and returns the error that the change
	// would return.
	settle func() error
}

// change carries out a step, or previews it in a dry run. Every write goes through it, because only
// it creates a permit.
func (c *systemClient) change(s *step, send func(*permit) error) error {
	if err := c.writable(s.Op); err != nil {
		return err
	}
	if c.ctx.Err() != nil {
		return failure(s.Op, db.Ended(c.ctx))
	}
	if s.Of == "" {
		s.Of = Workflows
	}
	apply := func() error {
		if c.rehearsal != nil {
			return c.rehearse(s)
		}
		return send(&permit{c, s.Op})
	}
	if c.config.Gate == nil {
		return apply()
	}
	return c.config.Gate(c.ctx, &s.Change, apply)
}

// A permit sends the statements of a change that has passed the gate.
type permit struct {
	client *systemClient
	op     string
}

// write runs the statements in one transaction, and returns the attempt that was the last one.
func (p *permit) write(plan db.Plan) (last db.Attempt, err error) {
	c := p.client
	ctx := c.ctx
	if c.config.Grace > 0 {
		later, over := graceContext(ctx, c.config.Grace)
		defer over()
		ctx = later
	}
	err = c.db.Run(ctx, func(b *db.Batch) {
		last = b.Attempt()
		plan(b)
	})
	return last, uncertain(failure(p.op, err))
}

// writable returns ReadOnly if the client may not write. Operations that read first call it before.
func (c *systemClient) writable(op string) error {
	if c.config.ReadOnly {
		return &Error{Kind: ReadOnly, Op: op, Message: "the client is read-only"}
	}
	return nil
}
