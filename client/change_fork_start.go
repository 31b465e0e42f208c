package client

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/nearest"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// The values of ForkWorkflowInput.StartFrom: the step at which a fork begins.
const (
	// ForkFromFailed begins at the last step that stored an error, or after the last step if none
	// did.
	ForkFromFailed = "failed"
	// ForkFromLast begins at the last step.
	ForkFromLast = "last"
)

// selectStepNames returns the numbers of the first and the last step of each name, and of the last
// one with an error.
const selectStepNames = `
SELECT step.workflow_uuid, step.function_name, MIN(step.function_id), MAX(step.function_id),
	MAX(CASE WHEN COALESCE(step.error, '') <> '' THEN step.function_id END)
FROM {operation_outputs} AS step WHERE {in step.workflow_uuid :ids} GROUP BY step.workflow_uuid, step.function_name`

// A pastRun holds the numbers of the finished steps of one workflow; -1 if there is none.
type pastRun struct {
	first                map[string]int64 // by name
	lastStep, failedStep int64
}

// seeksStart returns true if the first step depends on the history of the original.
func (input ForkWorkflowInput) seeksStart() bool {
	return input.namesStart() || input.StartStepExists && input.StartStep > 0
}

// namesStart returns true if the first step is given by something else than its number.
func (input ForkWorkflowInput) namesStart() bool {
	return input.StartFrom != "" || input.StartStepName != ""
}

// findStarts returns the inputs with the numbers of their first steps, found by one query.
func (c *systemClient) findStarts(op string, inputs []ForkWorkflowInput) ([]ForkWorkflowInput, error) {
	var originals []string
	for _, input := range inputs {
		if err := input.check(op); err != nil {
			return nil, err
		}
		if input.seeksStart() {
			originals = append(originals, input.OriginalWorkflowID)
		}
	}
	if len(originals) == 0 {
		return inputs, nil
	}
	originals = unique(originals)
	var runs pastRuns
	var known map[string]bool
	err := c.read(op, func(b *db.Batch) {
		args := query.Args{"ids": originals}
		db.Set(b, &known, selectKnown, args)
		db.Fold(b, &runs, selectStepNames, args, (*pastRuns).add)
	})
	if err != nil {
		return nil, err
	}
	found := slices.Clone(inputs)
	for i, input := range inputs {
		if !input.seeksStart() || !known[input.OriginalWorkflowID] { // the fork reports a missing one
			continue
		}
		start, err := runs.of(input.OriginalWorkflowID).start(op, input)
		if err != nil {
			return nil, err
		}
		found[i].StartStep, found[i].StartFrom, found[i].StartStepName, found[i].StartStepExists = uint(start), "", "", false
	}
	return found, nil
}

// pastRuns are the runs of workflows, by id.
type pastRuns map[string]*pastRun

// of returns the run of a workflow. It has no steps if none has finished.
func (runs pastRuns) of(id string) *pastRun {
	if run := runs[id]; run != nil {
		return run
	}
	return &pastRun{first: map[string]int64{}, lastStep: -1, failedStep: -1}
}

func (runs *pastRuns) add(row db.Row) error {
	var id, name db.Text
	var first, last, failed db.Int
	if err := row.Scan(&id, &name, &first, &last, &failed); err != nil {
		return err
	}
	if *runs == nil {
		*runs = pastRuns{}
	}
	run := runs.of(id.String)
	(*runs)[id.String] = run
	run.first[name.String] = first.Int64
	run.lastStep = max(run.lastStep, last.Int64)
	if failed.Valid {
		run.failedStep = max(run.failedStep, failed.Int64)
	}
	return nil
}

// start returns the number of the first step of a fork.
func (r *pastRun) start(op string, input ForkWorkflowInput) (int64, error) {
	switch {
	case input.StartStepName != "":
		number, found := r.first[input.StartStepName]
		if !found {
			return 0, r.noSuchStep(op, input)
		}
		return number, nil
	case input.StartStepExists && !r.reached(input.StartStep):
		return 0, r.notReached(op, input.OriginalWorkflowID, input.StartStep)
	case input.StartStepExists:
		return int64(input.StartStep), nil
	case input.StartFrom == ForkFromFailed && r.failedStep >= 0:
		return r.failedStep, nil
	case input.StartFrom == ForkFromFailed:
		return r.lastStep + 1, nil
	}
	return max(0, r.lastStep), nil
}

func (r *pastRun) noSuchStep(op string, input ForkWorkflowInput) error {
	names := make([]string, 0, len(r.first))
	for name := range r.first {
		names = append(names, name)
	}
	slices.Sort(names)
	err := invalid(op, "workflow %q has no finished step %q%s", input.OriginalWorkflowID, input.StartStepName, nearest.Among(input.StartStepName, names, "steps"))
	err.WorkflowID = input.OriginalWorkflowID
	return err
}

// maxStepsNamed is how many steps the error of a step that was not reached names.
const maxStepsNamed = 10

// reached returns true if a step has finished, or is the one after the last.
func (r *pastRun) reached(step uint) bool { return int64(step) <= r.lastStep+1 }

func (r *pastRun) notReached(op, id string, step uint) error {
	names := slices.SortedFunc(maps.Keys(r.first), func(a, b string) int { return cmp.Compare(r.first[a], r.first[b]) })
	steps := make([]string, 0, maxStepsNamed+1)
	for i, name := range names {
		if i == maxStepsNamed {
			steps = append(steps, "…")
			break
		}
		steps = append(steps, fmt.Sprintf("%d %s", r.first[name], name))
	}
	text := "none has finished"
	if len(steps) > 0 {
		text = fmt.Sprintf("its steps are %s, and the last one is %d", strings.Join(steps, ", "), r.lastStep)
	}
	err := invalid(op, "workflow %q has no step %d: %s", id, step, text)
	err.WorkflowID, err.Hint = id, "`"+commandLine("show", id)+"` lists them"
	return err
}

// checkStart returns InvalidOption if the first step is given twice or is out of range.
func (input ForkWorkflowInput) checkStart(op string) error {
	switch {
	case input.StartStep > math.MaxInt32:
		return invalid(op, "the start step %d is above 2147483647", input.StartStep)
	case input.StartFrom != "" && input.StartStepName != "" || (input.StartStep > 0 || input.StartStepExists) && input.namesStart():
		return invalid(op, "the start step of workflow %q is given twice", input.OriginalWorkflowID)
	case !slices.Contains([]string{"", ForkFromFailed, ForkFromLast}, input.StartFrom):
		return invalid(op, `the fork starts from %q; it can be "failed" or "last"`, input.StartFrom)
	}
	return nil
}
