package worker

import (
	"context"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A batchRecorder makes a step of each batch of an effect.
type batchRecorder struct {
	run      *Run
	name     string
	recorded []string
}

// batchSuffix follows the name of an effect in the names of the steps of its batches.
const batchSuffix = " batch"

// recordedBatches returns the batches of an effect whose step number was just taken, and takes the
// numbers of the recorded ones. It is nil in a run that does not know all of its records, whose
// batches are no steps.
func (r *Run) recordedBatches(name string) db.Batches {
	if r.records == nil {
		return nil
	}
	b := &batchRecorder{run: r, name: name + batchSuffix}
	for next := r.records[r.number]; next.recorded && next.recordedName.String == b.name; next = r.records[r.number] {
		r.number++
		if text, ok := (codec.Encoded{Text: next.output.String, Codec: next.codec.String, Null: !next.output.Valid}).Decode().(string); ok {
			b.recorded = append(b.recorded, text) // one that failed has changed nothing, and is made again
		}
	}
	return b
}

// Recorded implements db.Batches.
func (b *batchRecorder) Recorded() []string { return b.recorded }

// Batch implements db.Batches.
func (b *batchRecorder) Batch(do func(context.Context) (string, error)) (string, error) {
	value, err := b.run.Effect(b.name, func(ctx context.Context) (any, error) {
		text, err := do(ctx)
		if err != nil {
			return nil, err
		}
		return text, nil
	})
	if err != nil {
		return "", err
	}
	text, _ := value.(string)
	b.recorded = append(b.recorded, text)
	return text, nil
}
