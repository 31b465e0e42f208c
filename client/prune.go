package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// PruneInput says which finished workflows PruneWorkflows deletes. At least one of OlderThan and
// Keep is required.
type PruneInput struct {
	OlderThan time.Time `json:"older_than" doc:"Only workflows that ended before this time; \"30d\" is 30 days ago." past:"true"`
	Keep      int       `json:"keep" doc:"The number of workflows of each name to keep: of the matching ones, the last to end." min:"1"`
	// Where selects workflows too. Limit, Offset, order and values have no meaning here. Without a
	// status it selects every state in which a workflow is finished.
	Where ListWorkflowsOptions `json:"-"`

	BatchSize int           `json:"batch_size" doc:"The most workflows that one transaction deletes; it deletes fewer if these take long." min:"1" max:"100000" default:"1000"`
	Pause     time.Duration `json:"pause" doc:"The pause after each transaction; it is longer while others wait for locks of the call, or a replica lags." min:"0"`

	// Each is called after each batch, on the goroutine of the call. Its error ends the call.
	// Under its context nothing can be changed, because a gate waits for the end of the
	// prune. It may be nil.
	Each func(context.Context, PruneProgress) error `json:"-"`
}

// PruneProgress is how far a call of PruneWorkflows has come.
type PruneProgress struct {
	Deleted int64 // the workflows that it has deleted
	Total   int64 // the workflows that it was about to delete when it began
}

// A PruneGroup are workflows with the same name and state.
type PruneGroup struct {
	Name   string             `json:"name" doc:"Their name; an empty text if they have none."`
	Status WorkflowStatusType `json:"status" doc:"Their state."`
	Count  int64              `json:"count" doc:"How many there are."`
	Bytes  int64              `json:"bytes" doc:"About how many bytes of inputs, results, steps, events, streams and messages they have."`
	Oldest time.Time          `json:"oldest,omitzero" doc:"When the first of them ended."`
	Newest time.Time          `json:"newest,omitzero" doc:"When the last of them ended."`

	example string // the id of one of them
}

// A PrunePlan describes the workflows that PruneWorkflows would delete.
type PrunePlan struct {
	Count     int64        `json:"count" doc:"How many workflows would be deleted."`
	Bytes     int64        `json:"bytes" doc:"About how many bytes of inputs, results, steps, events, streams and messages they have."`
	Protected int64        `json:"protected" doc:"How many more match, but stay because unfinished workflows descend from them or started them."`
	Oldest    time.Time    `json:"oldest,omitzero" doc:"When the first of them ended; nil if there is none."`
	Newest    time.Time    `json:"newest,omitzero" doc:"When the last of them ended; nil if there is none."`
	Groups    []PruneGroup `json:"groups" doc:"The workflows by name and state, in that order."`
}

// A PruneResult is the report of PruneWorkflows.
type PruneResult struct {
	Deleted   int64         `json:"deleted" doc:"How many workflows were deleted."`
	Bytes     int64         `json:"bytes" doc:"About how many bytes of inputs, results, steps, events, streams and messages they had."`
	Batches   int64         `json:"batches" doc:"How many transactions deleted them."`
	Duration  time.Duration `json:"duration" doc:"How long it took to delete them, in seconds, with pauses."`
	Paused    time.Duration `json:"paused" doc:"How long it paused, in seconds."`
	Protected int64         `json:"protected" doc:"How many matching workflows stay because unfinished workflows descend from them or started them."`
	Changed   int64         `json:"changed" doc:"The number of workflows that stay because they were changed during the call, such as resumed."`
	Groups    []PruneGroup  `json:"groups" doc:"The deleted workflows by name and state, in that order; bytes are estimated by the average of the group."`
}

// String returns one line: "prune: 120 deleted in 2 batches; 3 protected".
func (r *PruneResult) String() string {
	text := fmt.Sprintf("prune: %d deleted in %d batches", r.Deleted, r.Batches)
	if r.Protected > 0 {
		text += fmt.Sprintf("; %d protected", r.Protected)
	}
	if r.Changed > 0 {
		text += fmt.Sprintf("; %d changed meanwhile", r.Changed)
	}
	return text
}

// note returns what is worth a line beside the number of deleted workflows: "about 1.2 MB in 0.3 s,
// 0.1 s of it in pauses; 3 stay, because unfinished workflows need them".
func (r *PruneResult) note() string {
	text := fmt.Sprintf("about %s in %.1f s", humanize.Bytes(uint64(max(0, r.Bytes))), r.Duration.Seconds())
	if r.Paused > 100*time.Millisecond {
		text += fmt.Sprintf(", %.1f s of it in pauses", r.Paused.Seconds())
	}
	if r.Protected > 0 {
		text += fmt.Sprintf("; %d stay, because unfinished workflows need them", r.Protected)
	}
	if r.Changed > 0 {
		text += fmt.Sprintf("; %d were changed meanwhile", r.Changed)
	}
	return text
}

const (
	opPrune     = "prune"
	opPlanPrune = "plan prune"
	// defaultPruneBatch is the default of PruneInput.BatchSize.
	defaultPruneBatch = 1000
)

// finishedStates are the states of workflows that are pruned.
var finishedStates = []WorkflowStatusType{WorkflowStatusSuccess, WorkflowStatusError, WorkflowStatusCancelled, WorkflowStatusMaxRecoveryAttemptsExceeded}

// check returns InvalidOption for an input that selects everything, or what must not be pruned.
func (input PruneInput) check(op string) error {
	switch {
	case input.OlderThan.IsZero() && input.Keep == 0:
		return invalid(op, "which workflows? older_than or keep is needed, because a call without both would delete every finished workflow")
	case input.Keep < 0:
		return invalid(op, "keep is %d; it must be at least 1", input.Keep)
	case input.BatchSize < 0:
		return invalid(op, "batch_size is %d; it must be at least 1", input.BatchSize)
	case input.Pause < 0:
		return invalid(op, "pause is negative: %v", input.Pause)
	}
	for _, state := range input.Where.Status {
		if !slices.Contains(finishedStates, state) {
			return invalid(op, "where.status has %q: only finished workflows are pruned, so those in SUCCESS, ERROR, CANCELLED or MAX_RECOVERY_ATTEMPTS_EXCEEDED", state)
		}
	}
	return nil
}

// A prune is one call of PruneWorkflows or PlanPrune.
type prune struct {
	client  *systemClient
	op      string
	input   PruneInput
	before  int64 // the latest completion, in Unix milliseconds
	kept    *keptPlaces
	indexed bool  // an index leads to the rows of the filter
	undated int64 // matching workflows without a time of completion
	lease   pruneLease
	pace    *pace

	expected PrunePlan
	result   *PruneResult
	tally    map[pruneKey]*PruneGroup
}

type pruneKey struct {
	name   string
	status WorkflowStatusType
}

func (c *systemClient) newPrune(op string, input PruneInput) (*prune, error) {
	if err := input.check(op); err != nil {
		return nil, err
	}
	where := &input.Where
	where.Limit, where.Offset, where.SortDesc, where.LoadInput, where.LoadOutput = nil, nil, false, false, false
	if where.Status == nil {
		where.Status = finishedStates
	}
	if _, err := c.filter(op, *where); err != nil {
		return nil, err
	}
	// A workflow that ends during the call stays, so that the count that the gate saw holds.
	before := c.now()
	if !input.OlderThan.IsZero() {
		before = min(before, input.OlderThan.UnixMilli()-1)
	}
	p := &prune{client: c, op: op, input: input, before: before, result: &PruneResult{Groups: []PruneGroup{}}, tally: map[pruneKey]*PruneGroup{}}
	p.pace = newPace(cmp.Or(input.BatchSize, defaultPruneBatch), input.Pause, c.db.Dialect())
	return p, nil
}

func (c *systemClient) PlanPrune(input PruneInput) (*PrunePlan, error) {
	p, err := c.newPrune(opPlanPrune, input)
	if err != nil {
		return nil, err
	}
	if err := p.countMatches(); err != nil {
		return nil, err
	}
	return &p.expected, nil
}

func (c *systemClient) PruneWorkflows(input PruneInput) (*PruneResult, error) {
	p, err := c.newPrune(opPrune, input)
	if err != nil {
		return nil, err
	}
	if err := c.writable(opPrune); err != nil {
		return nil, err
	}
	if err := p.countMatches(); err != nil {
		return nil, err
	}
	s := &write{Change: Change{Op: opPrune, Rows: &p.expected.Count, Plural: true, Final: true, Did: "deleted"}, detail: p, apart: true}
	s.send = func(w *writer) error {
		err := p.run(w)
		p.result.Protected = max(p.result.Protected, p.expected.Protected)
		s.Changed, s.Note = p.result.Deleted, p.result.note()
		return err
	}
	err = c.apply(s)
	p.result.Protected = max(p.result.Protected, p.expected.Protected)
	return p.result, err
}

// run deletes the workflows batch by batch, until there are no more or as many are deleted as the
// gate was asked about.
func (p *prune) run(w *writer) (err error) {
	if err := p.resume(); err != nil || p.left() == 0 {
		p.summarize()
		return err
	}
	p.lease = p.client.newPruneLease()
	started := p.client.config.Clock()
	defer func() {
		p.result.Duration = p.client.config.Clock().Sub(started)
		p.lease.release(w)
		p.summarize()
		err = p.withProgress(err)
	}()
	for _, phase := range p.phases() {
		if err := p.walk(w, phase); err != nil || p.left() == 0 {
			return err
		}
	}
	return nil
}

// resume adds the batches that an earlier try of the call has recorded as steps of a run.
func (p *prune) resume() error {
	batches, err := recordedBatches[prunedBatch](p.client, p.op)
	for _, b := range batches {
		p.add(b)
		p.expected.Count += b.deleted()
	}
	return err
}

// left returns the number of workflows that may still be deleted.
func (p *prune) left() int64 { return p.expected.Count - p.result.Deleted }

// walk deletes the workflows of one phase, in the order of their completion.
func (p *prune) walk(w *writer, phase prunePhase) error {
	var cursor *pruneRow
	for {
		page, err := p.page(phase, cursor)
		if err != nil || len(page) == 0 {
			return err
		}
		cursor = &page[len(page)-1]
		for len(page) > 0 {
			size := min(len(page), p.pace.size, int(p.left()))
			if err := p.deleteBatch(w, phase, page[:size]); err != nil || p.left() == 0 {
				return err
			}
			page = page[size:]
		}
	}
}

// deleteBatch deletes one batch, reports, and pauses.
func (p *prune) deleteBatch(w *writer, phase prunePhase, rows []pruneRow) error {
	c := p.client
	if c.ctx.Err() != nil {
		return failure(p.op, db.Ended(c.ctx))
	}
	started := c.config.Clock()
	var load pruneLoad
	batch, err := inBatch(w, func(w *writer) (b prunedBatch, err error) {
		b, load, err = p.send(w, phase, rows)
		return b, err
	})
	if err != nil {
		return err
	}
	p.add(batch)
	took := c.config.Clock().Sub(started)
	if p.input.Each != nil {
		if err := p.input.Each(context.WithValue(c.ctx, duringChange{}, true), PruneProgress{p.result.Deleted, p.expected.Count}); err != nil {
			return err
		}
	}
	pause := p.pace.after(took, load)
	if pause == 0 || p.left() == 0 {
		return nil
	}
	p.result.Paused += pause
	return failure(p.op, c.poller().Pause(c.ctx, pause))
}

// withProgress returns a copy of an error whose hint says how far the call has come.
func (p *prune) withProgress(err error) error {
	known, ok := errors.AsType[*Error](err)
	if !ok || p.result.Deleted == 0 {
		return err
	}
	hinted := *known
	hinted.Hint = fmt.Sprintf("%d of %d workflows were deleted before; call it again for the others", p.result.Deleted, p.expected.Count)
	if known.Hint != "" {
		hinted.Hint += "; " + known.Hint
	}
	return &hinted
}

// previewPrune sets the effects of a dry run, by name and state.
func previewPrune(_ *dryRun, v *preview) error {
	p := v.detail.(*prune)
	v.Effects, v.Changed = nil, p.expected.Count
	for _, g := range p.expected.Groups {
		v.Effects = append(v.Effects, PlannedEffect{ID: g.example, Status: string(g.Status), Name: g.Name, Effect: EffectChange, Count: g.Count})
	}
	p.result.Deleted, p.result.Bytes, p.result.Groups = p.expected.Count, p.expected.Bytes, p.expected.Groups
	return nil
}
