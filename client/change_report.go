package client

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A ChangeOutcome is the outcome of a call for one of its ids.
type ChangeOutcome string

// The outcomes.
const (
	// OutcomeCreated means that the call has created the schedule.
	OutcomeCreated ChangeOutcome = "created"
	// OutcomeChanged means that the call has changed or created the workflow.
	OutcomeChanged ChangeOutcome = "changed"
	// OutcomeUnchanged means that the call left the workflow as it is; the result has the reason.
	OutcomeUnchanged ChangeOutcome = "unchanged"
	// OutcomeUnknown means that there is no such workflow.
	OutcomeUnknown ChangeOutcome = "unknown"
)

// A ChangeResult is the outcome of a call for one workflow.
type ChangeResult struct {
	ID       string             `json:"id" doc:"The workflow's id, or the schedule's name."`
	Outcome  ChangeOutcome      `json:"outcome" doc:"changed, or created if it is a schedule that is new; unchanged when the call left it as it is; unknown when there is no such workflow."`
	Status   WorkflowStatusType `json:"status,omitempty" doc:"The state it is in after the call; nil when it is unknown or deleted."`
	Reason   string             `json:"reason,omitempty" doc:"The reason why it was not changed; nil if it was."`
	ForkedID string             `json:"forked_id,omitempty" doc:"The id of the workflow that runs it again; nil when none does."`
}

// A Report holds the outcome of a call for each of its workflows, in the order of the ids, each
// once.
type Report struct {
	Op      string         // the operation, such as "resume workflows"
	Results []ChangeResult // empty if the call named nothing

	ids []string // the ids of Results; nil unless the call had that list at hand
}

// ReportOf returns the report of a call with one outcome for all of its ids, which must differ. The
// report keeps the list.
func ReportOf(op string, ids []string, outcome ChangeOutcome, status WorkflowStatusType) *Report {
	results := column(ids, func(id string) ChangeResult {
		return ChangeResult{ID: id, Outcome: outcome, Status: status}
	})
	return &Report{Op: op, Results: results, ids: ids}
}

// AllIDs returns the ids of all results, in order. The list is empty if there are none; the caller
// must not change it.
func (r *Report) AllIDs() []string {
	if r.ids != nil {
		return r.ids
	}
	return column(r.Results, func(c ChangeResult) string { return c.ID })
}

// Count returns the number of workflows with an outcome.
func (r *Report) Count(outcome ChangeOutcome) int {
	count := 0
	for i := range r.Results {
		if r.Results[i].Outcome == outcome {
			count++
		}
	}
	return count
}

// IDs returns the ids with an outcome, in order. The list is empty if there are none.
func (r *Report) IDs(outcome ChangeOutcome) []string {
	ids := []string{}
	for i := range r.Results {
		if r.Results[i].Outcome == outcome {
			ids = append(ids, r.Results[i].ID)
		}
	}
	return ids
}

// Handles returns a handle for each workflow that exists after the call; if it was forked, that of
// the fork.
func (r *Report) Handles(c Client) []WorkflowHandle[any] {
	handles := make([]WorkflowHandle[any], 0, len(r.Results))
	for i := range r.Results {
		if id := r.Results[i].Running(); id != "" {
			handles = append(handles, c.Handle(id))
		}
	}
	return handles
}

// Running returns the id of the workflow to wait for after the call: the fork if there is one, the
// workflow itself otherwise, or "" if it does not exist.
func (r *ChangeResult) Running() string {
	switch {
	case r.ForkedID != "":
		return r.ForkedID
	case r.Outcome == OutcomeUnknown:
		return ""
	}
	return r.ID
}

// String returns one line: "resume_workflows: 2 of 5 changed; 2 unchanged (ERROR); 1 unknown
// (\"nope\")".
func (r *Report) String() string {
	t := Tally{}
	t.Add(r.Results)
	return strings.ReplaceAll(r.Op, " ", "_") + ": " + t.String()
}

// A Tally counts the outcomes of one or more calls.
type Tally struct {
	Named, Changed int64        // the number of ids, and of changed or new workflows
	Created        int64        // the number of new ones, if the calls report it
	Unchanged      []StateCount // by state, in the order in which they first came
	Unknown        int64        // the number of ids without a workflow
	Examples       []string     // the first few unknown ids
	Did            string       // the participle of what the calls do, such as "deleted"; "" means "changed"
}

// A StateCount is the number of workflows that did not change because they are in one state.
type StateCount struct {
	Status WorkflowStatusType // "" if it could not be read
	Wanted WorkflowStatusType // the only state that the call changes; "" if there are several
	Count  int64              // at least 1
}

// maxTallyExamples is the number of unknown ids that a line names.
const maxTallyExamples = 3

// Add counts the results of one call.
func (t *Tally) Add(results []ChangeResult) {
	t.Named += int64(len(results))
	for i := range results {
		switch r := &results[i]; r.Outcome {
		case OutcomeCreated:
			t.Changed++
			t.Created++
		case OutcomeChanged:
			t.Changed++
		case OutcomeUnchanged:
			t.unchanged(StateCount{Status: r.Status, Wanted: r.wanted(), Count: 1})
		default:
			t.Unknown++
			if len(t.Examples) < maxTallyExamples {
				t.Examples = append(t.Examples, r.ID)
			}
		}
	}
}

func (t *Tally) unchanged(one StateCount) {
	for i := range t.Unchanged {
		if known := &t.Unchanged[i]; known.Status == one.Status && known.Wanted == one.Wanted {
			known.Count += one.Count
			return
		}
	}
	t.Unchanged = append(t.Unchanged, one)
}

// wanted returns the state that the workflow is not in, if the call changes no other.
func (r *ChangeResult) wanted() WorkflowStatusType {
	if r.Reason == notDelayed(r.Status) {
		return WorkflowStatusDelayed
	}
	return ""
}

// String returns the count with the state: "2 unchanged (ERROR)", "1 unchanged (PENDING, not
// DELAYED)".
func (c StateCount) String() string {
	text := fmt.Sprintf("%d unchanged", c.Count)
	switch {
	case c.Status == "":
	case c.Wanted == "":
		text += fmt.Sprintf(" (%s)", c.Status)
	default:
		text += fmt.Sprintf(" (%s, not %s)", c.Status, c.Wanted)
	}
	return text
}

// String returns the counts: "2 of 5 changed; 2 unchanged (ERROR); 1 unknown (\"nope\")".
func (t Tally) String() string {
	text := fmt.Sprintf("%d of %d %s", t.Changed, t.Named, cmp.Or(t.Did, "changed"))
	if t.Created > 0 {
		text += fmt.Sprintf(" (%d new)", t.Created)
	}
	for _, u := range t.Unchanged {
		text += "; " + u.String()
	}
	if t.Unknown > 0 {
		names := make([]string, len(t.Examples))
		for i, id := range t.Examples {
			names[i] = fmt.Sprintf("%q", id)
		}
		if t.Unknown > int64(len(names)) {
			names = append(names, "…")
		}
		text += fmt.Sprintf("; %d unknown (%s)", t.Unknown, strings.Join(names, ", "))
	}
	return text
}

// A steering is a change of existing workflows by one statement, with the outcome for each.
type steering struct {
	*write
	becomes WorkflowStatusType // the state after the change; "" if the workflows are deleted
	text    string             // the statement, which returns the ids it changed
	again   string             // replaces text once an answer was lost; may be empty
	args    query.Args
	looks   bool // the states are read in the same batch, for one id
	keeps   bool // the states do not change; looks or states must be set
	states  bool // text returns the columns of selectStanding, and not only the ids
	// keeping replaces text on Postgres if Keep is true: it returns the columns of selectStanding
	// and formerReturned; may be empty.
	keeping string
	// keepingMany replaces keeping for several workflows, but not on CockroachDB: it is made with
	// fromSample; may be empty.
	keepingMany string
	// typical is sent before one on SQLite for several workflows if Keep is true: it is made with
	// fromTypical; may be empty.
	typical string
	// one replaces text for a single workflow if Keep is true, and returns nothing; may be empty.
	// On Postgres keepingOne replaces it, which is made with fromSingle.
	one, keepingOne string
	further         string // finds descendants that started after the gate was asked; may be empty
	// furtherAgain replaces further after a lost answer.
	furtherAgain string
	done         string // the participle for the error of further: "cancelled"
	unread       bool   // nobody reads the results, so the states of unchanged workflows are not read
	// foreseen is set if usually all workflows change, to becomes, with :now as updated_at. Then a
	// call of few ids need not wait for its rows in the step of a run.
	foreseen bool
	why      func(WorkflowStatusType) string
	// ours returns true if a workflow that the second attempt left alone is in the state that the
	// first one made.
	ours func(status WorkflowStatusType, updated int64) bool
}

// byIDs begins the condition of a change of workflows.
const byIDs = `
WHERE {in workflow_uuid :ids} AND `

// steer carries out a change and returns the outcome for each id. If the operation is about a
// single workflow and there is none, it returns NonExistentWorkflow.
func (c *systemClient) steer(s *steering) (*Report, error) {
	report := &Report{Op: s.Op}
	s.detail, s.verify = s, s.single
	s.send = func(w *writer) error {
		var rows steeredRows
		statements := func(b *db.Batch) { rows = c.planSteering(b, s) }
		if s.isForeseen() && w.later(func(b *db.Batch) { statements(b); s.guardForeseen(b) }, func() { s.keepFormer(rows, db.Attempt{}) }) {
			s.foresee()
			return nil
		}
		last, err := w.write(statements)
		if errors.Is(err, errGrown) {
			return grown(s.Op, s.done)
		}
		if err != nil {
			return err
		}
		if rows.count() == len(s.IDs) && !s.keeps {
			s.allChanged()
		} else {
			after, before := rows.standings()
			s.settled(c.standings(s, after, before), last)
		}
		s.keepFormer(rows, last)
		return nil
	}
	err := c.apply(s.write)
	report.Results = s.Results
	return report, err
}

// planSteering adds the statements of a steering, and returns the rows that they fill.
func (c *systemClient) planSteering(b *db.Batch, s *steering) steeredRows {
	answerLost := b.Attempt().AnswerLost
	switch {
	case s.further == "":
		b.Keyed()
	case answerLost:
		b.Guard(s.furtherAgain, s.args, errGrown)
	default:
		b.Guard(s.further, s.args, errGrown)
	}
	rows := c.rowsOf(s, answerLost)
	rows.plan(b, s)
	return rows
}

// allChanged sets the results if every id was changed, so that each is there once.
func (s *steering) allChanged() {
	s.Results = column(s.IDs, func(id string) ChangeResult {
		return ChangeResult{ID: id, Outcome: OutcomeChanged, Status: s.becomes}
	})
	s.Changed = int64(len(s.IDs))
}

// settled sets the results and counts the changed ones.
func (s *steering) settled(after map[string]standing, last db.Attempt) {
	s.Results = make([]ChangeResult, 0, len(s.IDs))
	seen := make(map[string]bool, len(s.IDs))
	s.Changed = 0
	for _, id := range s.IDs {
		if seen[id] {
			continue
		}
		seen[id] = true
		is, exists := after[id]
		result := ChangeResult{ID: id, Outcome: OutcomeChanged, Status: s.becomes}
		if s.keeps {
			result.Status = is.status
		}
		if !is.changed {
			result = s.left(id, is, exists, last.AnswerLost)
		}
		if result.Outcome == OutcomeChanged {
			s.Changed++
		}
		s.Results = append(s.Results, result)
	}
}

func (s *steering) left(id string, found standing, exists, answerLost bool) ChangeResult {
	switch {
	case !exists && answerLost && s.becomes == "" && !s.keeps:
		return ChangeResult{ID: id, Outcome: OutcomeUnknown, Reason: "there is no such workflow; an earlier try of this call may have deleted it, whose answer was lost"}
	case !exists:
		return ChangeResult{ID: id, Outcome: OutcomeUnknown, Reason: noSuchWorkflowReason}
	case found.status == "":
		return ChangeResult{ID: id, Outcome: OutcomeUnchanged, Reason: "its state could not be read"}
	case answerLost && s.ours != nil && s.ours(found.status, found.updated):
		return ChangeResult{ID: id, Outcome: OutcomeChanged, Status: found.status}
	}
	return ChangeResult{ID: id, Outcome: OutcomeUnchanged, Status: found.status, Reason: s.why(found.status)}
}

const noSuchWorkflowReason = "there is no such workflow"

// single returns NonExistentWorkflow if the operation is about a single workflow that does not
// exist.
func (s *steering) single() error {
	if s.Plural || len(s.Results) != 1 || s.Results[0].Outcome != OutcomeUnknown {
		return nil
	}
	return noSuchWorkflow(s.Op, s.Results[0].ID)
}
