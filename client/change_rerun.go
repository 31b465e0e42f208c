package client

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// The values of RerunOptions.From: the step at which the fork of a workflow in ERROR begins.
const (
	// RerunFromFailed begins at the last step that stored an error, or after the last step if none
	// did.
	RerunFromFailed = "failed"
	// RerunFromLast begins at the last step.
	RerunFromLast = "last"
	// RerunFromStart begins at the first step.
	RerunFromStart = "start"
)

// RerunOptions are the options of RerunWorkflows.
type RerunOptions struct {
	QueueName string `json:"queue_name" doc:"The queue to put them on. When not given, each goes to the queue of its row, or if that names none, as after a cancellation, to the internal queue." nonempty:"true"`
	From      string `json:"from" doc:"Where a fork begins: at the last step that failed (after the last step, if the workflow failed outside of a step), at the last step, or at the start. A workflow that can be resumed goes on after its last completed step." enum:"failed,last,start" default:"failed"`
}

// A RerunOption sets one of the RerunOptions.
type RerunOption func(*RerunOptions)

// WithRerunOptions sets all options at once.
func WithRerunOptions(options RerunOptions) RerunOption {
	return func(o *RerunOptions) { *o = options }
}

const (
	selectRerunStates = `
SELECT workflow_uuid, status, queue_name, queue_partition_key, updated_at FROM {workflow_status} WHERE {in workflow_uuid :ids}`

	// selectRerunSteps returns the last step, and the last step with an error, of workflows in
	// ERROR.
	selectRerunSteps = `
SELECT step.workflow_uuid, MAX(step.function_id), MAX(CASE WHEN COALESCE(step.error, '') <> '' THEN step.function_id END)
FROM {operation_outputs} AS step JOIN {workflow_status} AS ws ON ws.workflow_uuid = step.workflow_uuid
WHERE {in ws.workflow_uuid :ids} AND ws.status = 'ERROR' GROUP BY step.workflow_uuid`

	selectRerunForks = `SELECT workflow_uuid, status, COALESCE(forked_from, '') FROM {workflow_status} WHERE {in workflow_uuid :forks}`

	// rerunWorkflows resumes workflows that are still CANCELLED or out of recovery attempts.
	rerunWorkflows = `
UPDATE {workflow_status} SET status = 'ENQUEUED', queue_name = COALESCE(CAST(:queue AS TEXT), queue_name, '` + InternalQueueName + `'),
	recovery_attempts = 0, updated_at = :now, workflow_deadline_epoch_ms = NULL, deduplication_id = NULL, started_at_epoch_ms = NULL,
	completed_at = NULL, application_version = ` + pinned + `{if workflow_status.creator_xid|, owner_xid = NULL}
WHERE {in workflow_uuid :ids} AND status IN ('CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')` + returningIDs
)

func (c *systemClient) RerunWorkflows(workflowIDs []string, opts ...RerunOption) (*Report, error) {
	const op = "rerun workflows"
	o := apply(opts)
	switch o.From {
	case "":
		o.From = RerunFromFailed
	case RerunFromFailed, RerunFromLast, RerunFromStart:
	default:
		return nil, invalid(op, `from is %q; it can be "failed", "last" or "start"`, o.From)
	}
	if err := c.writable(op); err != nil {
		return nil, err
	}
	if err := c.checkQueue(op, o.QueueName, false); err != nil {
		return nil, err
	}
	if len(workflowIDs) == 0 {
		return &Report{Op: op}, nil
	}
	r := &rerun{client: c, op: op, options: o, ids: unique(workflowIDs), now: c.now()}
	if err := r.plan(nil); err != nil {
		return nil, err
	}
	return r.carryOut()
}

func unique(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	list := make([]string, 0, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			list = append(list, id)
		}
	}
	return list
}

// A rerun is one call of RerunWorkflows.
type rerun struct {
	client  *systemClient
	op      string
	options RerunOptions
	ids     []string
	now     int64
	forked  int64 // the time of the last fork, once it is set

	results []ChangeResult // of ids, in their order
	resumed []string
	forks   []ForkWorkflowInput
}

// A rerunState is the state of one workflow before it runs again.
type rerunState struct {
	status, queue, partition string
	updated                  int64
	lastStep, failedStep     int64 // the numbers of steps, -1 if there is none
}

// A rerunFork is an existing workflow with the id that the fork of another one would get.
type rerunFork struct{ status, from string }

// plan reads the workflows and decides on each. If allowed is not nil, only its ids may change.
func (r *rerun) plan(allowed map[string]bool) error {
	states, forks, err := r.client.view.readRerun(r.op, r.ids)
	if err != nil {
		return err
	}
	r.results, r.resumed, r.forks = make([]ChangeResult, len(r.ids)), nil, nil
	for i, id := range r.ids {
		r.results[i] = r.decide(id, states, forks, allowed == nil || allowed[id])
	}
	return nil
}

func (c *systemClient) readRerun(op string, ids []string) (map[string]*rerunState, map[string]rerunFork, error) {
	var states map[string]*rerunState
	var forks map[string]rerunFork
	args := query.Args{"ids": ids, "forks": column(ids, rerunID)}
	err := c.read(op, func(b *db.Batch) {
		db.Map(b, &states, selectRerunStates, args, scanRerunState)
		b.Query(selectRerunSteps, args, scanRerunSteps(states))
		db.Map(b, &forks, selectRerunForks, args, scanRerunFork)
	})
	return states, forks, err
}

func scanRerunState(row db.Row) (string, *rerunState, error) {
	var id, status, queue, partition db.Text
	var updated db.Int
	err := row.Scan(&id, &status, &queue, &partition, &updated)
	return id.String, &rerunState{status: status.String, queue: queue.String, partition: partition.String,
		updated: updated.Int64, lastStep: -1, failedStep: -1}, err
}

func scanRerunFork(row db.Row) (id string, fork rerunFork, err error) {
	err = row.Scan(&id, &fork.status, &fork.from)
	return id, fork, err
}

func scanRerunSteps(states map[string]*rerunState) func(db.Row) error {
	return func(row db.Row) error {
		var id db.Text
		var last, failed db.Int
		err := row.Scan(&id, &last, &failed)
		state := states[id.String]
		if state == nil { // it was inserted between the two statements
			return err
		}
		state.lastStep = last.Int64
		if failed.Valid {
			state.failedStep = failed.Int64
		}
		return err
	}
}

func (r *rerun) decide(id string, states map[string]*rerunState, forks map[string]rerunFork, allowed bool) ChangeResult {
	state := states[id]
	if state == nil {
		return ChangeResult{ID: id, Outcome: OutcomeUnknown, Reason: noSuchWorkflowReason}
	}
	result := ChangeResult{ID: id, Outcome: OutcomeUnchanged, Status: WorkflowStatusType(state.status)}
	switch result.Status {
	case WorkflowStatusCancelled, WorkflowStatusMaxRecoveryAttemptsExceeded:
		if allowed {
			r.resumed = append(r.resumed, id)
			return ChangeResult{ID: id, Outcome: OutcomeChanged, Status: WorkflowStatusEnqueued}
		}
		result.Reason = "it was changed by somebody else at the same time"
	case WorkflowStatusError:
		r.decideFork(&result, state, forks, allowed)
	case WorkflowStatusSuccess:
		result.Reason = "it has ended in SUCCESS"
	default:
		result.Reason = fmt.Sprintf("it is %s, and has not ended", result.Status)
	}
	return result
}

func (r *rerun) decideFork(result *ChangeResult, state *rerunState, forks map[string]rerunFork, allowed bool) {
	forkID := rerunID(result.ID)
	fork, exists := forks[forkID]
	switch {
	case exists && fork.from != result.ID:
		result.Reason = fmt.Sprintf("the id of its fork, %q, belongs to another workflow", forkID)
	case exists:
		result.ForkedID, result.Reason = forkID, fmt.Sprintf("it was run again as %q, which is %s", forkID, fork.status)
		if fork.status == string(WorkflowStatusError) {
			result.Reason += ": rerun that one"
		}
	case !allowed:
		result.Reason = "it was changed by somebody else at the same time"
	default:
		r.forks = append(r.forks, r.fork(result.ID, forkID, state))
		result.Outcome, result.ForkedID = OutcomeChanged, forkID
	}
}

// fork returns the input of a fork, which begins at the step of the options, on the original's
// queue.
func (r *rerun) fork(id, forkID string, state *rerunState) ForkWorkflowInput {
	input := ForkWorkflowInput{OriginalWorkflowID: id, ForkedWorkflowID: forkID, QueueName: r.options.QueueName}
	if (input.QueueName == "" || input.QueueName == state.queue) && state.queue != "" {
		input.QueueName, input.QueuePartitionKey = state.queue, state.partition
	}
	switch {
	case r.options.From == RerunFromStart || state.lastStep < 0:
	case r.options.From == RerunFromLast:
		input.StartStep = uint(state.lastStep)
	case state.failedStep >= 0:
		input.StartStep = uint(state.failedStep)
	default:
		input.StartStep = uint(state.lastStep) + 1
	}
	return input
}

var rerunSuffix = regexp.MustCompile(`^(.*)-rerun-([1-9][0-9]{0,8})$`)

// rerunID returns the id of the fork of a workflow: order-1-rerun-1, then order-1-rerun-2.
func rerunID(id string) string {
	if parts := rerunSuffix.FindStringSubmatch(id); parts != nil {
		number, _ := strconv.Atoi(parts[2])
		return fmt.Sprintf("%s-rerun-%d", parts[1], number+1)
	}
	return id + "-rerun-1"
}

// maxRerunTries limits the number of plans of a call, which plans anew if another call forks the
// same workflows.
const maxRerunTries = 5

func (r *rerun) carryOut() (*Report, error) {
	s := &write{Change: Change{Op: r.op, IDs: append(r.resumed, r.forkIDs()...), Queue: r.options.QueueName, Plural: true, bulk: asBulk{verb: "rerun", options: r.options}}, detail: r}
	if len(r.forks) > 0 {
		s.From = append(make([]string, len(r.resumed)), r.originals()...)
	}
	s.send = func(w *writer) error {
		err := r.send(w)
		s.Results = r.results
		for i := range r.results {
			if r.results[i].Outcome == OutcomeChanged {
				s.Changed++
			}
		}
		return err
	}
	if err := r.client.apply(s); err != nil {
		return nil, err
	}
	return &Report{Op: r.op, Results: r.results}, nil
}

func (r *rerun) forkIDs() []string {
	return column(r.forks, func(f ForkWorkflowInput) string { return f.ForkedWorkflowID })
}

func (r *rerun) originals() []string {
	return column(r.forks, func(f ForkWorkflowInput) string { return f.OriginalWorkflowID })
}

// rerunnable holds the states from which a rerun resumes.
var rerunnable = []WorkflowStatusType{WorkflowStatusCancelled, WorkflowStatusMaxRecoveryAttemptsExceeded}

// send carries out the plan. If another call has forked the same workflows, it plans anew, for the
// workflows that the gate has allowed.
func (r *rerun) send(w *writer) error {
	allowed := map[string]bool{}
	for i := range r.results {
		allowed[r.results[i].ID] = r.results[i].Outcome == OutcomeChanged
	}
	for try := 1; ; try++ {
		last, err := r.write(w)
		if !errors.Is(err, db.ErrUnique) && !errors.Is(err, errMissingOriginal) || try == maxRerunTries {
			return err
		}
		if last.AnswerLost {
			if exist, failed := r.forksExist(); failed != nil || exist {
				return failed
			}
		}
		if err := r.plan(allowed); err != nil {
			return err
		}
	}
}

// forksExist reports whether an earlier try, whose answer was lost, has made the forks.
func (r *rerun) forksExist() (bool, error) {
	args, ids, err := r.forkArgs()
	if err != nil {
		return false, err
	}
	var ownForks map[string]bool
	err = r.client.read(r.op, func(b *db.Batch) { db.Set(b, &ownForks, selectOwnForks, args) })
	return len(ownForks) == len(ids), err
}

// forkArgs returns the parameters of the forks, with the same times at every attempt.
func (r *rerun) forkArgs() (query.Args, []string, error) {
	args, ids, err := r.client.forkArgs(r.op, r.forks)
	if r.forked == 0 {
		r.forked = r.client.now()
	}
	if err == nil {
		setTimes(args, len(ids), r.now, r.forked)
	}
	return args, ids, err
}

func (r *rerun) write(w *writer) (last db.Attempt, err error) {
	if len(r.resumed)+len(r.forks) == 0 {
		return last, nil
	}
	c := r.client
	forkArgs, _, err := r.forkArgs()
	if err != nil {
		return last, err
	}
	args := query.Args{"ids": r.resumed, "queue": optional(r.options.QueueName), "now": r.now}
	if err := c.setShared(r.op, r.resumed, args); err != nil {
		return last, err
	}
	var changed map[string]standing
	last, err = w.write(func(b *db.Batch) {
		if len(r.resumed) > 0 {
			changedIDs(b, &changed, rerunWorkflows, args)
		}
		if len(r.forks) > 0 {
			c.forkPlan(b, forkArgs)
		}
	})
	if err == nil && len(changed) < len(r.resumed) {
		r.correct(changed, last)
	}
	return last, err
}

// correct sets the results of workflows that were not resumed, because somebody else changed them
// first.
func (r *rerun) correct(after map[string]standing, last db.Attempt) {
	s := &steering{write: &write{Change: Change{Op: r.op, IDs: r.resumed}}, becomes: WorkflowStatusEnqueued,
		why: func(status WorkflowStatusType) string {
			return fmt.Sprintf("it is %s, because it was changed by somebody else at the same time", status)
		},
		ours: func(status WorkflowStatusType, updated int64) bool {
			return status == WorkflowStatusPending || updated == r.now
		}}
	s.settled(r.client.standings(s, after, nil), last)
	known := make(map[string]ChangeResult, len(s.Results))
	for _, result := range s.Results {
		known[result.ID] = result
	}
	for i := range r.results {
		if result, ok := known[r.results[i].ID]; ok {
			r.results[i] = result
		}
	}
}
