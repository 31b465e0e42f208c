package client

import (
	"context"
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
	limits, err := limitsOf(w.run)
	p := &plannedBulk{BulkSettings{RPS: int(w.run.RPS), Limits: limits}, w.pauseWhen != nil}
	if w.selection.size != DefaultBulkBatch {
		p.settings.BatchSize = w.selection.size
	}
	if w.run.Limits != "" {
		p.settings.Run = w.preview.planned.nextBulk()
	}
	return p, err
}

// mostResults is the largest number of Results of a dry run. Outcomes returns all.
const mostResults = 10_000

// A foreseenBatch has the outcomes of a batch of a dry run, with packed ids.
type foreseenBatch struct {
	ids []byte
	bulkOutcome
}

// foresee keeps the outcomes of a batch of a dry run.
func (w *bulkWork) foresee(results []ChangeResult) {
	batch := foreseenBatch{bulkOutcome: newBulkOutcome(results)}
	for _, result := range results {
		batch.ids = packID(batch.ids, result.ID)
	}
	w.run.foreseen = append(w.run.foreseen, batch)
	if w.count(results); w.run.Done > mostResults {
		w.run.Results = nil
		return
	}
	w.run.Results = append(w.run.Results, results...)
}

// outcomes walks over the outcomes of a batch.
func (b foreseenBatch) outcomes(yield func(ChangeResult, error) bool) bool {
	var ids []string
	for id := range packedIDs(b.ids) {
		ids = append(ids, id)
	}
	for _, result := range b.of(ids) {
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
