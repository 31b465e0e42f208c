package client

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
)

// plan is the run of a dry run: it plans the changes of each batch.
func (w *bulkWork) plan() (*Bulk, error) {
	w.run.ID = ""
	planned, err := w.planned()
	if err != nil {
		return nil, err
	}
	if !w.verb.copies {
		defer w.preview.planned.packing()()
	}
	preview := w.preview.WithContext(context.WithValue(w.preview.ctx, plannedBulkKey{}, planned))
	for batch, err := range w.selected(preview) {
		if err != nil {
			return nil, err
		}
		w.run.Total += int64(len(batch))
		report, err := w.verb.do(preview, batch)
		if err != nil {
			return w.run, err
		}
		w.foresee(report.Results)
	}
	w.run.State = BulkDone
	return w.run, nil
}

// selected returns the ids of the selection in batches.
func (w *bulkWork) selected(c Client) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		if w.selection.filter == nil {
			for batch := range slices.Chunk(w.selection.ids, w.selection.size) {
				if !yield(batch, nil) {
					return
				}
			}
			return
		}
		var batch []string
		for id, err := range c.WorkflowIDs(WithListWorkflowsOptions(*w.selection.filter)) {
			if err != nil {
				yield(nil, err)
				return
			}
			if batch = append(batch, id); len(batch) == w.selection.size {
				if !yield(batch, nil) {
					return
				}
				batch = nil
			}
		}
		if len(batch) > 0 {
			yield(batch, nil)
		}
	}
}

// planned describes the run for the plan of the dry run.
func (w *bulkWork) planned() (*plannedBulk, error) {
	kept, err := limitsOf(w.run)
	p := &plannedBulk{settings: BulkSettings{RPS: int(w.run.RPS), Limits: kept.BulkLimits}, pauses: w.pauseWhen != nil}
	if w.verb.name == "fork" {
		p.fork = json.RawMessage(w.verb.options)
	}
	if w.selection.size != DefaultBulkBatch {
		p.settings.BatchSize = w.selection.size
	}
	if kept.BulkLimits != (BulkLimits{}) {
		p.settings.Run = w.preview.planned.nextBulk()
	}
	return p, err
}

// mostResults is the largest number of Results of a dry run. Outcomes returns all.
const mostResults = 10_000

// A ForeseenBatch has the outcomes of a batch of a dry run, packed. Outcomes reads them.
type ForeseenBatch struct {
	IDs    []byte             // each with its length in front
	Status WorkflowStatusType // of the workflows that would change
	Others []ChangeResult     // the outcomes of the other workflows
}

// foresee keeps the outcomes of a batch of a dry run.
func (w *bulkWork) foresee(results []ChangeResult) {
	outcome := newBulkOutcome(results)
	batch := ForeseenBatch{Status: outcome.Status, Others: outcome.Others}
	for _, result := range results {
		batch.IDs = packID(batch.IDs, result.ID)
	}
	w.run.Foreseen = append(w.run.Foreseen, batch)
	if w.count(results); w.run.Done > mostResults {
		w.run.Results = nil
		return
	}
	w.run.Results = append(w.run.Results, results...)
}

// outcomes walks over the outcomes of a batch.
func (b ForeseenBatch) outcomes(yield func(ChangeResult, error) bool) bool {
	var ids []string
	for id := range packedIDs(b.IDs) {
		ids = append(ids, id)
	}
	for _, result := range (bulkOutcome{b.Status, b.Others}).of(ids) {
		if !yield(result, nil) {
			return false
		}
	}
	return true
}

// add keeps the outcomes of a batch of a run that is not recorded.
func (w *bulkWork) add(results []ChangeResult) {
	w.run.Results = append(w.run.Results, results...)
	w.count(results)
}

// count counts the outcomes of a batch.
func (w *bulkWork) count(results []ChangeResult) {
	w.run.Done += int64(len(results))
	w.run.Changed += countOutcomes(results, OutcomeChanged)
	w.run.Unchanged += countOutcomes(results, OutcomeUnchanged)
	w.run.Unknown += countOutcomes(results, OutcomeUnknown)
	w.run.Drifted += countOutcomes(results, OutcomeDrifted)
}

func countOutcomes(results []ChangeResult, outcome ChangeOutcome) int64 {
	return int64((&Report{Results: results}).Count(outcome))
}
