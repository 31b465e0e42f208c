package client

import (
	"context"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A Subject is what a change is made to.
type Subject string

// The subjects.
const (
	Workflows Subject = "workflow"
	Schedules Subject = "schedule"
	Versions  Subject = "version"
)

// A Change is what a call is about to change. It is what ClientConfig.Gate decides on.
type Change struct {
	// Op is what is attempted, in the words of errors: "resume workflows".
	Op string
	// Of says what the IDs are of.
	Of Subject
	// IDs are what the call names, or makes: workflows by id, schedules and versions by name. They are not to be written to.
	IDs []string
	// From are the originals of forks, one for each of IDs; else nil.
	From []string
	// New says that the call makes what IDs name. Those that the caller has chosen may exist all the same.
	New bool
	// Name and Queue are those of the workflows it makes; empty where they differ.
	Name, Queue string

	// Changed is how many of them have changed, once the change has been carried out; of workflows to be
	// made those count too that existed.
	Changed int64
	// Results say what happened to each of IDs, once the change has been carried out or looked at. They are nil where
	// the operation does not find that out.
	Results []ChangeResult
	// Plural says that the call names any number of things, and reports what it did to each instead of failing.
	Plural bool
	// Final says that the change cannot be undone.
	Final bool
	// Affected says what would happen to each of IDs, in their order. It is known in a dry run only,
	// once the change has been looked at.
	Affected []Affected
}

// A Gate decides on a change. It calls apply, once, to have it carried out or, with DryRun, looked
// at, and gives its error; an error of its own refuses the change. ctx is that of the call.
type Gate func(ctx context.Context, change *Change, apply func() error) error

// A step is a change with what a dry run needs to know of it.
type step struct {
	Change
	// takes are the states in which a workflow takes the change; every state when empty.
	takes []WorkflowStatusType
	// becomes is the state it is in afterwards; empty when it keeps its own.
	becomes WorkflowStatusType
	// frees says that it lets go of its deduplication id.
	frees bool
	// deletes says that there is nothing afterwards.
	deletes bool
	// replaces says that what exists is made anew, where New would leave it as it is.
	replaces bool
	// parts are the steps that a dry run looks at in place of this one, if it is of several kinds.
	parts []*step
	// look reads what a dry run must know beside the states of IDs, and fails where the change would.
	look func() error
	// settle tells the method what was found, and fails where the change would.
	settle func() error
}

// change carries out a step. All that changes something goes through it: nothing else gives a permit.
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

// A permit is what statements that change something are sent with.
type permit struct {
	client *systemClient
	op     string
}

func (p *permit) write(plan db.Plan) error {
	c := p.client
	ctx := c.ctx
	if c.config.Grace > 0 {
		ctx = c.late.after(ctx, c.config.Grace)
	}
	return uncertain(failure(p.op, c.db.Run(ctx, plan)))
}

// writable refuses an operation that changes something, for those that look before they write.
func (c *systemClient) writable(op string) error {
	if c.config.ReadOnly {
		return &Error{Kind: ReadOnly, Op: op, Message: "the client is read-only"}
	}
	return nil
}
