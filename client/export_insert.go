package client

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/archive"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/rows"
)

// maxInsertAttempts is how often a batch is written if others insert the same workflows meanwhile.
const maxInsertAttempts = 5

// write inserts the workflows of a batch that do not exist. It returns the existing ones, and which
// lose their deduplication id.
func (in *intake) write(writer *writer, batch []*fitted) (existing map[string]storedWorkflow, freed map[string]bool, err error) {
	ours := map[string]bool{} // an earlier attempt, whose answer was lost, may have inserted them
	for attempt := 1; ; attempt++ {
		existing, err = in.fitting.stored(column(batch, func(w *fitted) string { return w.id }))
		if err != nil {
			return nil, nil, err
		}
		var fresh []*fitted
		for _, w := range batch {
			found, exists := existing[w.id]
			switch {
			case !exists:
				fresh = append(fresh, w)
			case ours[w.id] && len(in.fitting.differences(w, found)) == 0:
				delete(existing, w.id)
			}
		}
		if freed, err = in.free(fresh); err != nil || len(fresh) == 0 || writer == nil {
			return existing, freed, err
		}
		last, err := in.insert(writer, fresh)
		switch {
		case err == nil:
			return existing, freed, nil
		case !errors.Is(err, db.ErrUnique):
			return nil, nil, err
		case attempt == maxInsertAttempts:
			return nil, nil, &Error{Code: Conflict, Op: opImport, Err: err, Message: fmt.Sprintf("workflows %q to %q: another workflow has a message with the id of one of theirs", batch[0].id, batch[len(batch)-1].id)}
		}
		if last.AnswerLost {
			for _, w := range fresh {
				ours[w.id] = true
			}
		}
	}
}

// insert inserts workflows in one transaction. Rows of deleted workflows with their ids go first.
func (in *intake) insert(writer *writer, fresh []*fitted) (db.Attempt, error) {
	lists := make([][][]archive.Value, len(in.fitting.tables))
	ids := make([]string, len(fresh))
	for i, w := range fresh {
		ids[i] = w.id
		for table := range w.rows {
			lists[table] = append(lists[table], w.rows[table]...)
		}
	}
	return writer.write(func(b *db.Batch) {
		for _, table := range in.client.loose() {
			b.Exec("DELETE FROM {"+table+"} WHERE "+doomed, query.Args{"ids": ids}, nil)
		}
		for i := range lists {
			rows.Insert(b, in.client.db, &in.fitting.tables[i], lists[i])
		}
	})
}

// selectDedupHolders returns the workflows that hold one of some deduplication ids.
const selectDedupHolders = `
SELECT queue_name, deduplication_id FROM {workflow_status}
WHERE {in queue_name :given_queues} AND {in deduplication_id :given_dedups} AND deduplication_id IS NOT NULL`

// free takes deduplication ids that another workflow of the queue has, and returns which.
func (in *intake) free(fresh []*fitted) (map[string]bool, error) {
	type key struct{ queue, dedup string }
	h := in.fitting.hold
	wanted, queues, dedups := map[key]bool{}, map[string]bool{}, map[string]bool{}
	freed := map[string]bool{}
	for _, w := range fresh {
		row := w.rows[0][0]
		k := key{row[h.queue].Bytes, row[h.dedup].Bytes}
		switch {
		case row[h.dedup].Kind == archive.Null || row[h.queue].Kind == archive.Null:
			continue
		case wanted[k]: // two of the file
			row[h.dedup], freed[w.id] = archive.Value{}, true
			continue
		}
		wanted[k], queues[k.queue], dedups[k.dedup] = true, true, true
	}
	if len(wanted) == 0 {
		return freed, nil
	}
	var held map[key]bool
	args := query.Args{"given_queues": slices.Sorted(maps.Keys(queues)), "given_dedups": slices.Sorted(maps.Keys(dedups))}
	err := in.client.read(opImport, func(b *db.Batch) {
		db.Map(b, &held, selectDedupHolders, args, func(row db.Row) (key, bool, error) {
			var queue, dedup db.Text
			err := row.Scan(&queue, &dedup)
			return key{queue.String, dedup.String}, true, err
		})
	})
	for _, w := range fresh {
		if row := w.rows[0][0]; row[h.dedup].Kind != archive.Null && held[key{row[h.queue].Bytes, row[h.dedup].Bytes}] {
			row[h.dedup], freed[w.id] = archive.Value{}, true
		}
	}
	return freed, err
}
