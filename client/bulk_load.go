package client

import (
	"encoding/json"
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A BulkLoad makes a bulk run of workflows as they were seen earlier, for instance by a plan. It
// holds one batch in memory.
type BulkLoad struct {
	client *systemClient
	run    *Bulk
	size   int
	page   bulkPage // the next one
}

const (
	// storeBulkPage stores a page of a run that does not exist yet. Another process that loads the
	// run stores the same page.
	storeBulkPage = `
INSERT INTO {dbos_script_bulk_pages} (bulk_id, page, size, ids, states, updates)
SELECT CAST(:bulk AS TEXT), CAST(:page AS BIGINT), CAST(:size AS BIGINT), CAST(:ids AS TEXT), CAST(:states AS TEXT), CAST(:updates AS TEXT)
WHERE NOT EXISTS (SELECT 1 FROM {dbos_script_bulks} AS run WHERE run.bulk_id = CAST(:bulk AS TEXT))
ON CONFLICT (bulk_id, page) DO UPDATE SET size = excluded.size, ids = excluded.ids, states = excluded.states, updates = excluded.updates`

	// forgetFurtherPages deletes pages of an earlier load that had more, or others.
	forgetFurtherPages = `
DELETE FROM {dbos_script_bulk_pages} WHERE bulk_id = :bulk AND (page >= :pages OR page % CAST(:batch AS BIGINT) <> 0)
	AND NOT EXISTS (SELECT 1 FROM {dbos_script_bulks} AS run WHERE run.bulk_id = :bulk)`

	// insertLoadedBulk makes the row of a run that nobody holds, if all of its pages are there.
	insertLoadedBulk = `
INSERT INTO {dbos_script_bulks} (bulk_id, verb, options, selection, limits, state, rate, total, pages, done, changed, unchanged, unknown, drifted,
	created_at, updated_at, created_by, holder, held_until)
SELECT CAST(:bulk AS TEXT), CAST(:verb AS TEXT), CAST(:options AS TEXT), CAST(:selection AS TEXT), NULLIF(CAST(:limits AS TEXT), ''), 'running', CAST(:rate AS BIGINT),
	CAST(SUM(p.size) AS BIGINT), COUNT(*), 0, 0, 0, 0, 0, CAST(:now AS BIGINT), CAST(:now AS BIGINT), CAST(:who AS TEXT), NULL, 0
FROM {dbos_script_bulk_pages} AS p WHERE p.bulk_id = CAST(:bulk AS TEXT) HAVING SUM(p.size) = CAST(:total AS BIGINT)
ON CONFLICT (bulk_id) DO NOTHING`
)

// LoadBulk begins to make a bulk run, whose input has an ID, but neither Filter nor IDs. Add adds
// its workflows, and Done makes the run, which ContinueBulk carries out. The ID must stand for the
// workflows, so that processes that make the same run may do it at once, or one after the other
// has been killed. It returns nil if there is a run of the ID already. It returns InvalidOption if
// the input is wrong, Unsupported if the database has no tables for bulk runs, and ReadOnly if the
// client is read-only or makes a dry run.
func LoadBulk(c Client, input BulkInput) (*BulkLoad, error) {
	live, err := changingBulk(c, "load", input.ID)
	if err != nil {
		return nil, err
	}
	if input.ID == "" || input.Filter != nil || input.IDs != nil {
		return nil, invalid(opBulk, "a run that is loaded has an id, and neither a filter nor ids")
	}
	options, err := bulkOptions(input.Options)
	if err != nil {
		return nil, err
	}
	verb, err := bulkVerbOf(input.Verb, options)
	if err != nil {
		return nil, err
	}
	if err := input.Limits.check(verb); err != nil {
		return nil, err
	}
	input.IDs = []string{}
	selection, err := newBulkSelection(input, verb)
	if err != nil {
		return nil, err
	}
	if existing, err := live.bulkOrNil(input.ID); existing != nil || err != nil {
		return nil, err
	}
	return &BulkLoad{client: live, size: selection.size,
		run: &Bulk{ID: input.ID, Verb: verb.name, Options: verb.options, RPS: int64(input.RPS), Limits: input.keptLimits().text(), CreatedBy: input.CreatedBy}}, nil
}

// Add adds a workflow. It stores a batch if it is complete, and returns an error of the database
// then.
func (l *BulkLoad) Add(w SeenWorkflow) error {
	p := &l.page
	p.ids, p.states, p.updates = append(p.ids, w.ID), append(p.states, string(w.Status)), append(p.updates, w.UpdatedAt)
	if len(p.ids) < l.size {
		return nil
	}
	return l.store()
}

// store stores the next page.
func (l *BulkLoad) store() error {
	p := &l.page
	args := query.Args{"bulk": l.run.ID, "page": p.number, "size": int64(len(p.ids))}
	for name, list := range map[string]any{"ids": p.ids, "states": p.states, "updates": p.updates} {
		text, err := json.Marshal(list)
		if err != nil {
			return invalid(opBulk, "%s: %v", name, err)
		}
		args[name] = string(text)
	}
	if err := l.client.recordBulk(l.client.ctx, func(b *db.Batch) { b.Exec(storeBulkPage, args, nil) }); err != nil {
		return failure(opBulk, err)
	}
	l.run.Total += int64(len(p.ids))
	*p = bulkPage{number: p.number + int64(len(p.ids)), ids: p.ids[:0], states: p.states[:0], updates: p.updates[:0]}
	return nil
}

// Done makes the run. It returns Conflict if pages of the run are missing, which others must have
// deleted.
func (l *BulkLoad) Done() error {
	if len(l.page.ids) > 0 {
		if err := l.store(); err != nil {
			return err
		}
	}
	args := query.Args{"bulk": l.run.ID, "pages": l.page.number, "batch": int64(l.size), "verb": l.run.Verb, "options": l.run.Options, "limits": l.run.Limits, "rate": l.run.RPS,
		"selection": fmt.Sprintf(`{"ids":%d}`, l.run.Total), "now": l.client.now(), "who": l.run.CreatedBy, "total": l.run.Total}
	var there bool
	err := l.client.recordBulk(l.client.ctx, func(b *db.Batch) {
		b.Exec(forgetFurtherPages, args, nil)
		b.Exec(insertLoadedBulk, args, nil)
		db.Exists(b, &there, selectBulkTotal, args)
	})
	if err == nil && !there {
		return &Error{Code: Conflict, Op: opBulk, Message: fmt.Sprintf("pages of the bulk run %q are missing", l.run.ID), Hint: "load it again"}
	}
	return failure(opBulk, err)
}
