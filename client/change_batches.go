package client

import (
	"context"
	"encoding/json"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// inBatch carries out one batch of a call that commits batch by batch, and returns its result. If
// the call is a step of a run, the batch is a step of its own: its changes take effect in the
// transaction that records its result, and a repetition of the call finds that in recordedBatches.
// do may be called again, and changes nothing but the database.
func inBatch[T any](w *writer, do func(*writer) (T, error)) (result T, err error) {
	batches := db.BatchesOf(w.client.ctx)
	if batches == nil {
		return do(w)
	}
	text, err := batches.Batch(func(b context.Context) (string, error) {
		done, err := do(w.under(b))
		if err != nil {
			return "", err
		}
		text, err := json.Marshal(done)
		return string(text), err
	})
	if err == nil {
		err = json.Unmarshal([]byte(text), &result)
	}
	return result, failure(w.op, err)
}

// recordedBatches returns the results of the batches that an earlier try of the call has recorded,
// in order; none if the call is no step of a run.
func recordedBatches[T any](c *systemClient, op string) (results []T, err error) {
	batches := db.BatchesOf(c.ctx)
	if batches == nil {
		return nil, nil
	}
	for _, text := range batches.Recorded() {
		var one T
		if err := json.Unmarshal([]byte(text), &one); err != nil {
			return nil, failure(op, err)
		}
		results = append(results, one)
	}
	return results, nil
}
