package client

import "context"

// plan is the run of a dry run: it plans the changes of each batch.
func (w *bulkWork) plan() (*Bulk, error) {
	ids := w.selection.ids
	if w.selection.filter != nil {
		var err error
		if ids, err = w.preview.ListWorkflowIDs(WithListWorkflowsOptions(*w.selection.filter)); err != nil {
			return nil, err
		}
	}
	w.run.Total, w.run.ID = int64(len(ids)), ""
	planned, err := w.planned()
	if err != nil {
		return nil, err
	}
	preview := w.preview.WithContext(context.WithValue(w.preview.ctx, plannedBulkKey{}, planned))
	for size := 0; len(ids) > 0; ids = ids[size:] {
		size = min(w.selection.size, len(ids))
		report, err := w.verb.do(preview, ids[:size])
		if err != nil {
			return w.run, err
		}
		w.add(report.Results)
	}
	w.run.State = BulkDone
	return w.run, nil
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

// add counts the outcomes of a batch of a run that is not recorded.
func (w *bulkWork) add(results []ChangeResult) {
	w.run.Results = append(w.run.Results, results...)
	w.run.Done += int64(len(results))
	w.run.Changed += countOutcomes(results, OutcomeChanged)
	w.run.Unchanged += countOutcomes(results, OutcomeUnchanged)
	w.run.Unknown += countOutcomes(results, OutcomeUnknown)
	w.run.Drifted += countOutcomes(results, OutcomeDrifted)
}

func countOutcomes(results []ChangeResult, outcome ChangeOutcome) int64 {
	return int64((&Report{Results: results}).Count(outcome))
}
