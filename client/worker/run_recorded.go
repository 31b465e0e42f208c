package worker

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A Recording is a step of a workflow whose function numbers its steps itself, as a script does,
// whose calls begin in another order than they end. Such a function uses Recorded, Record,
// RecordEffect and Leave, which do not wait at a boundary, and no other call that takes a number.
type Recording struct {
	Number int
	Name   string
	// Output and Error are JSON, in the form of portable_json; "" is NULL.
	Output, Error string
	// Began and Ended are stored in whole milliseconds.
	Began, Ended time.Time
}

// ErrAgain is returned by the function of RecordEffect if it cannot be called twice: the run
// goes on from its last recorded step.
var ErrAgain = errors.New("the call cannot be made again, and the run goes on from its last step")

// errLeft is the error of a run that has left its workflow.
var errLeft = errors.New("the run has left its workflow unfinished")

// Recorded returns the steps that earlier runs of the workflow have recorded, by their numbers. The
// error is that of the database; in an Executor there is none.
func (r *Run) Recorded() ([]Recording, error) {
	records := map[string]map[int]record{r.id: r.records}
	if r.records == nil {
		err := r.worker.db.Read(r.ctx, func(b *db.Batch) {
			clear(records)
			b.Query(selectRecords, query.Args{"ids": []string{r.id}}, func(row db.Row) error { return addRecord(row, records) })
		})
		if err != nil {
			return nil, err
		}
	}
	steps := make([]Recording, 0, len(records[r.id]))
	for _, number := range slices.Sorted(maps.Keys(records[r.id])) {
		steps = append(steps, recordingOf(number, records[r.id][number]))
	}
	return steps, nil
}

func recordingOf(number int, found record) Recording {
	return Recording{
		Number: number, Name: found.recordedName.String, Output: found.output.String, Error: found.error.String,
		Began: time.UnixMilli(found.recordedAt[0].Int64), Ended: time.UnixMilli(found.recordedAt[1].Int64),
	}
}

// Record adds a step. It returns ErrConflictingID if another run owns the workflow or has recorded
// the step, and ErrWorkflowCancelled if the workflow was cancelled; the function must return then.
func (r *Run) Record(step Recording) error {
	if err := r.ended(); err != nil {
		return err
	}
	return r.record(stepOf(step), nil)
}

// RecordLater adds a step together with the next one that is recorded, or with Flush. If the run
// ends before that, the step is not there, and the run that goes on makes its call again; so
// nothing outside of the run may have seen the result. It returns the error of a run that has lost
// its workflow.
func (r *Run) RecordLater(step Recording) error {
	if err := r.ended(); err != nil {
		return err
	}
	r.later = append(r.later, stepOf(step))
	return nil
}

// Flush adds the steps of RecordLater. Its errors are those of Record.
func (r *Run) Flush() error {
	if len(r.later) == 0 {
		return nil
	}
	if err := r.ended(); err != nil {
		return err
	}
	last := len(r.later) - 1
	s := r.later[last]
	r.later = r.later[:last:last]
	return r.record(s, nil)
}

func stepOf(rec Recording) *step {
	s := &step{number: rec.Number, name: rec.Name, began: rec.Began.UnixMilli()}
	s.fill(rec)
	return s
}

// fill puts the result of a call into its step.
func (s *step) fill(rec Recording) {
	column := func(text string) db.Text { return db.Text{String: text, Valid: text != ""} }
	s.output, s.error = column(rec.Output), column(rec.Error)
	s.codec = column(codec.PortableJSON)
	s.ended = rec.Ended.UnixMilli()
}

// RecordEffect is Effect for a step with a number. fn makes its changes under a context that is
// derived from ctx. If it returns a step, its changes take effect with the record of that; one
// with an Error is recorded, and the changes are undone. If fn returns an error, nothing changes
// and nothing is recorded. next returns the number of each batch that a call with several
// transactions makes. The result is the recorded step: fn may have been called again after the call
// that has made it.
func (r *Run) RecordEffect(ctx context.Context, begun Recording, next func(name string) int, fn func(context.Context) (Recording, error)) (Recording, error) {
	if err := r.ended(); err != nil {
		return Recording{}, err
	}
	s := stepOf(begun)
	s.ended = 0
	failedWith := Recording{}
	e := &effect{step: s, ctx: ctx, batches: r.numberedBatches(begun, next)}
	e.call = func(ctx context.Context) error {
		made, err := fn(ctx)
		switch {
		case err != nil:
			return &unrecordedError{err}
		case made.Error != "":
			failedWith = made
			return errors.New(made.Error)
		}
		s.fill(made)
		return nil
	}
	e.fail = func(failed error) error {
		if unrecorded, ok := errors.AsType[*unrecordedError](failed); ok {
			return unrecorded.error
		}
		if failedWith.Error == "" { // the change is one of another database
			return failed
		}
		s.fill(failedWith)
		return r.record(s, nil)
	}
	if err := r.carryOut(e); err != nil {
		return Recording{}, err
	}
	if s.recordedName.Valid { // it was recorded before
		return recordingOf(begun.Number, s.record), nil
	}
	return Recording{
		Number: begun.Number, Name: begun.Name, Output: s.output.String, Error: s.error.String,
		Began: begun.Began, Ended: time.UnixMilli(s.ended),
	}, nil
}

// An unrecordedError is the error of a call that is not recorded.
type unrecordedError struct{ error }

// Unwrap returns the error of the function.
func (e *unrecordedError) Unwrap() error { return e.error }

// Leave ends this run without an outcome: the workflow stays unfinished. Stop puts it back on its
// queue, where the attempt does not count. The function must return then.
func (r *Run) Leave() error { return r.end(errLeft) }

// Broken returns the error of the database at which the executor lost the run, or nil. The function
// must return then, and is called again, from the last recorded step.
func (r *Run) Broken() error { return r.broken }

// Passing returns true for an error of the database that it may not have later: the connection was
// lost, or another transaction was in the way. Such an error is no result of a call.
func Passing(err error) bool { return passing(err) }

// Lost ends this run without an outcome if an error is Passing, and returns true then. The function
// must return, and is called again, from the last recorded step.
func (r *Run) Lost(err error) bool {
	if !passing(err) {
		return false
	}
	_ = r.interrupted(err)
	return true
}

// numberedBatches returns the batches of an effect whose batches next numbers.
func (r *Run) numberedBatches(effect Recording, next func(name string) int) db.Batches {
	b := &numberedBatches{run: r, name: effect.Name + batchSuffix, next: next}
	for number := effect.Number + 1; r.records[number].recorded && r.records[number].recordedName.String == b.name; number++ {
		found := r.records[number]
		if text, ok := (codec.Encoded{Text: found.output.String, Codec: found.codec.String, Null: !found.output.Valid}).Decode().(string); ok {
			b.recorded = append(b.recorded, text)
		}
	}
	return b
}

// numberedBatches makes a step of each batch of an effect.
type numberedBatches struct {
	run      *Run
	name     string
	next     func(name string) int
	recorded []string
}

// Recorded implements db.Batches.
func (b *numberedBatches) Recorded() []string { return b.recorded }

// Batch implements db.Batches. A batch that fails has changed nothing and is not recorded.
func (b *numberedBatches) Batch(do func(context.Context) (string, error)) (string, error) {
	r := b.run
	s := &step{number: b.next(b.name), name: b.name, began: r.worker.now()}
	e := &effect{step: s, ctx: r.ctx, fail: func(failed error) error { return failed }}
	e.call = func(ctx context.Context) error {
		text, err := do(ctx)
		if err != nil {
			return err
		}
		encoded, err := codec.Encode(codec.PortableJSON, text)
		s.output, s.codec = db.Text{String: encoded, Valid: true}, db.Text{String: codec.PortableJSON, Valid: true}
		return err
	}
	if err := r.carryOut(e); err != nil {
		return "", err
	}
	text, _ := codec.Encoded{Text: s.output.String, Codec: s.codec.String}.Decode().(string)
	b.recorded = append(b.recorded, text)
	return text, nil
}

// IsBatch returns true if a step is a batch of a call. Only functions of dbos and the verbs of a
// bulk have batches; a step of another name that ends like theirs is a call.
func IsBatch(name string) bool {
	call, ok := strings.CutSuffix(name, batchSuffix)
	return ok && (strings.HasPrefix(call, "dbos.") || strings.HasPrefix(call, "bulk:"))
}
