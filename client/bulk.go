package client

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A BulkState is the state of a bulk run.
type BulkState string

// The states of a bulk run. docs/design/bulk.md explains them.
const (
	// BulkRunning means that a process works on the run, or that the last process ended before the
	// run was done.
	BulkRunning BulkState = "running"
	// BulkPaused means that somebody has paused it. The process that works on it waits.
	BulkPaused BulkState = "paused"
	// BulkStopped means that somebody stopped the run; Reason says why. ContinueBulk goes on with
	// it.
	BulkStopped BulkState = "stopped"
	// BulkDone means that each of its workflows has an outcome.
	BulkDone BulkState = "done"
)

// OutcomeDrifted means that a bulk run left the workflow as it is, because it has changed or was
// deleted since the selection. Only bulk runs have it.
const OutcomeDrifted ChangeOutcome = "drifted"

// A Bulk is a bulk run: one change of many workflows, in batches, each of which is a transaction
// with the record of its outcomes.
type Bulk struct {
	ID        string    `json:"id,omitempty" doc:"The id of the bulk run; nil if the database has no tables for it, and in a dry run."`
	Verb      string    `json:"verb" doc:"The change: resume, rerun, cancel, fork, rewind, delete, send, set_priority or move."`
	Options   string    `json:"options" doc:"The options of the change, as JSON."`
	Selection string    `json:"selection" doc:"The filter, or the number of ids, as JSON."`
	State     BulkState `json:"state" doc:"running, paused, stopped or done."`
	Reason    string    `json:"reason,omitempty" doc:"The reason why it was stopped or interrupted, or what it waits for; nil if nothing holds it up."`
	Limits    string    `json:"limits,omitempty" doc:"Its limits, as JSON: concurrency, canary, max_failed_share, max_waiting, its batch_size, the max_rps that was signed with a plan, and keep_until, the time at which that plan expires; nil if none was named."`
	RPS       int64     `json:"rps,omitempty" doc:"The most workflows it changes in a second; nil if there is no limit."`
	Total     int64     `json:"total" doc:"How many workflows it has."`
	Done      int64     `json:"done" doc:"How many of them have an outcome."`
	Changed   int64     `json:"changed" doc:"How many it has changed, or started again as a fork."`
	Unchanged int64     `json:"unchanged" doc:"How many it left as they are, because of their state."`
	Unknown   int64     `json:"unknown" doc:"How many of the ids do not exist."`
	Drifted   int64     `json:"drifted" doc:"How many it left alone because somebody else has changed or deleted them since the selection."`
	CreatedAt time.Time `json:"created_at" doc:"When it began."`
	UpdatedAt time.Time `json:"updated_at" doc:"When it last recorded something."`
	CreatedBy string    `json:"created_by,omitempty" doc:"Who began it; nil if that is not known."`
	Holder    string    `json:"holder,omitempty" doc:"The process that works on it; nil if there is none."`
	HeldUntil time.Time `json:"held_until,omitempty" doc:"When the lease of the process ends, if it is not renewed; nil if there is none."`
	// Results are the outcomes of a run that is not recorded; see Outcomes. Of a dry run that has
	// more than 10,000 they are nil.
	Results []ChangeResult `json:"results,omitempty" doc:"The outcomes of a run without an id; nil if it has one, and in a dry run of more than 10000, see dbos.bulk_outcomes."`

	// Foreseen has the outcomes of a dry run; see Outcomes.
	Foreseen []ForeseenBatch `json:"-"`
}

// A BulkProgress is how far a bulk run is.
type BulkProgress struct {
	Bulk              // as it is after the last batch
	Waiting bool      // it waits, because it is paused or for its limits; Reason says for which
	Began   time.Time // when this process began to work on it
	Before  int64     // how many of its workflows had an outcome then
}

// A BulkInput describes a bulk run. Exactly one of Filter and IDs is needed.
type BulkInput struct {
	// ID names the run. A second StartBulk with the same ID goes on with it, or returns its outcome
	// if it is done. It is random if empty.
	ID string
	// Verb is the change, one of BulkVerbs.
	Verb string
	// Options are the options of the verb by their names, or the struct of BulkVerbs.
	Options any
	// Filter selects the workflows. Without Status it selects the states that the verb is for. It
	// must have a condition. Its Limit, Offset and SortDesc count.
	Filter *ListWorkflowsOptions
	// IDs are the workflows; each is taken once.
	IDs []string
	// BatchSize is the number of workflows that one transaction changes, DefaultBulkBatch if zero.
	BatchSize int
	// RPS is the largest number of workflows that are changed in a second; zero is no limit.
	RPS int
	// MaxRPS is the largest rate that SetBulkRate may set, because no more was approved; zero is no
	// bound.
	MaxRPS int
	// KeepUntil is the time until which RemoveBulks keeps the record of the run, because a second
	// StartBulk or LoadBulk with its ID must find it; zero is no such time.
	KeepUntil time.Time
	// Limits hold the run back until the workflows that it has changed have moved on.
	Limits BulkLimits
	// PauseWhen is asked before each batch. While it returns a reason, the run waits, and asks
	// again after a second at most. It must not change anything in the database. It is not kept
	// with the run: ContinueBulk goes on without it.
	PauseWhen func(ctx context.Context, stats BulkStats) (reason string, err error)
	// CreatedBy is who begins it, for people.
	CreatedBy string
	// Each is called after each batch, and once in a second or more often while the run waits. It
	// must not change anything in the database. Its error ends the call, and the run can be
	// continued.
	Each func(ctx context.Context, p BulkProgress) error
}

// The sizes of batches.
const (
	DefaultBulkBatch = 500
	MaxBulkBatch     = 10_000
)

// StartBulk selects workflows, and changes them batch by batch. The selection is one statement, and
// is kept with the state and the time of the last change of each workflow. A batch changes a
// workflow only if both are the same then; otherwise its outcome is OutcomeDrifted.
//
// If the database has the tables of ClientConfig.CreateRuns, the run is recorded: each batch is one
// transaction with its outcomes, and other processes can list, pause, stop and continue the run. If
// the tables are missing, the selection and the outcomes are in memory alone.
//
// It returns the run, also with an error after it began. It returns InvalidOption if the input is
// wrong, ConflictingID if ID belongs to a run of another verb, or with other options or limits,
// Conflict if another process works on the run, and the errors of the verb. It does not compare the
// selection, the batch size and the rate with those of the run that has the ID, which stay as they
// are. If somebody or a limit stops the run, its State is BulkStopped, and there is no error.
func StartBulk(c Client, input BulkInput) (*Bulk, error) {
	work, err := newBulkWork(c, input)
	if err != nil {
		return nil, err
	}
	return work.start()
}

// ContinueBulk goes on with a run that was interrupted, paused or stopped, and returns it like
// StartBulk. A run that is done is returned as it is. If another process has its lease, it waits
// for the end of that, ten seconds at most, and returns Conflict if it was renewed. It returns
// InvalidOption if there is no such run, Unsupported if the database has no tables for them, and
// ReadOnly if the client is read-only or makes a dry run.
func ContinueBulk(c Client, id string, each func(context.Context, BulkProgress) error) (*Bulk, error) {
	live, err := changingBulk(c, "go on with", id)
	if err != nil {
		return nil, err
	}
	run, err := live.bulk(id)
	if err != nil {
		return nil, err
	}
	verb, err := bulkVerbOf(run.Verb, run.Options)
	if err != nil {
		return nil, err
	}
	work := &bulkWork{client: live, verb: verb, run: run, each: each, stored: true}
	return work.goOn()
}

// GetBulk returns a bulk run. It returns InvalidOption if there is none of that id, and Unsupported
// if the database has no tables for bulk runs.
func GetBulk(c Client, id string) (*Bulk, error) {
	live, err := bulkClient(c, opBulk)
	if err != nil {
		return nil, err
	}
	return live.bulk(id)
}

// Outcomes returns the outcome of each workflow of a run, in the order of the batches, as far as it
// is done. c is a client of the run's database. The error is InvalidOption if that has no such
// run.
func (r *Bulk) Outcomes(c Client) iter.Seq2[ChangeResult, error] {
	return func(yield func(ChangeResult, error) bool) {
		if r.Foreseen != nil {
			for _, batch := range r.Foreseen {
				if !batch.outcomes(yield) {
					return
				}
			}
			return
		}
		if r.ID == "" {
			for _, result := range r.Results {
				if !yield(result, nil) {
					return
				}
			}
			return
		}
		live, err := bulkClient(c, opBulk)
		if err != nil {
			yield(ChangeResult{}, err)
			return
		}
		live.bulkOutcomes(r.ID, yield)
	}
}

// String returns one line: "bulk rerun: done, 12 of 15 changed; 2 unchanged; 1 drifted".
func (r *Bulk) String() string {
	text := fmt.Sprintf("bulk %s: %s", r.Verb, r.State)
	if r.Done < r.Total {
		text += fmt.Sprintf(" after %d of %d", r.Done, r.Total)
	}
	text += fmt.Sprintf(", %d of %d changed", r.Changed, r.Done)
	for _, part := range []struct {
		count int64
		name  ChangeOutcome
	}{{r.Unchanged, OutcomeUnchanged}, {r.Drifted, OutcomeDrifted}, {r.Unknown, OutcomeUnknown}} {
		if part.count > 0 {
			text += fmt.Sprintf("; %d %s", part.count, part.name)
		}
	}
	if r.Reason != "" {
		text += " (" + r.Reason + ")"
	}
	return text
}

// IsHeld returns true if a process works on the run at a time.
func (r *Bulk) IsHeld(now time.Time) bool { return r.Holder != "" && r.HeldUntil.After(now) }

const opBulk = "bulk"

// bulkClient returns the live client of c, whose calls are outside of a transaction of its context.
// It returns Unsupported if the database has no tables for bulk runs.
func bulkClient(c Client, op string) (*systemClient, error) {
	live, err := liveClient(c, op)
	if err == nil && !live.shape.HasBulks() {
		err = &Error{Code: Unsupported, Op: op, Message: "the database has no tables for bulk runs, or older ones",
			Hint: "`dbos-script db init --runs` makes them, beside those of DBOS"}
	}
	return live, err
}

// liveClient returns the client of c, or that behind its dry run.
func liveClient(c Client, op string) (*systemClient, error) {
	switch known := c.(type) {
	case *systemClient:
		return newLive(known.session, db.OutsideTransaction(known.ctx), known.sdk), nil
	case *dryRun:
		return newLive(known.session, db.OutsideTransaction(known.ctx), known.sdk), nil
	}
	return nil, invalid(op, "the client %T is none of NewClient", c)
}
