package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/nearest"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// bulkLeaseTime is how long the lease of a run lasts after its last batch, or its last sign of life
// in a pause. Each batch renews it in its transaction.
const bulkLeaseTime = 10 * time.Second

const (
	bulkColumns = `
SELECT run.bulk_id, run.verb, run.options, run.selection, run.state, COALESCE(run.reason, ''), COALESCE(run.limits, ''), run.rate, run.total, run.done,
	run.changed, run.unchanged, run.unknown, run.drifted, run.created_at, run.updated_at, run.created_by, COALESCE(run.holder, ''), run.held_until
FROM {dbos_script_bulks} AS run`

	selectBulk = bulkColumns + ` WHERE run.bulk_id = :bulk`
	// newestBulkIDs returns ids with which an unknown one is compared.
	newestBulkIDs = `SELECT run.bulk_id FROM {dbos_script_bulks} AS run ORDER BY run.created_at DESC LIMIT 1000`

	// selectBulkPage returns the first page without an outcome.
	selectBulkPage = `
SELECT p.page, p.size, p.ids, p.states, p.updates FROM {dbos_script_bulk_pages} AS p
WHERE p.bulk_id = :bulk AND p.page >= :page AND p.outcome IS NULL ORDER BY p.page LIMIT 1`

	// selectBulkOutcomes returns the pages with outcomes that begin in a range.
	selectBulkOutcomes = `
SELECT p.page, p.outcome, p.ids FROM {dbos_script_bulk_pages} AS p
WHERE p.bulk_id = :bulk AND p.page >= :page AND p.page < :end AND p.outcome IS NOT NULL ORDER BY p.page`

	// selectBulkNotHeld finds a row unless this process holds a run that is neither paused nor
	// stopped. It locks the row of the run, so that a pause waits for the end of the batch.
	selectBulkNotHeld = `
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM (
	SELECT run.holder AS holder, run.state AS state FROM {dbos_script_bulks} AS run WHERE run.bulk_id = :bulk LIMIT 1 {hold}) AS held
	WHERE held.holder = CAST(:holder AS TEXT) AND held.state = 'running')`

	selectBulkPageDone = `SELECT 1 FROM {dbos_script_bulk_pages} AS p WHERE p.bulk_id = :bulk AND p.page = :page AND p.outcome IS NOT NULL`

	recordBulkPage = `UPDATE {dbos_script_bulk_pages} SET outcome = :outcome WHERE bulk_id = :bulk AND page = :page`

	// shortenBulkPage and insertBulkPage divide a page.
	shortenBulkPage = `UPDATE {dbos_script_bulk_pages} SET size = :size, ids = :page_ids, states = :page_states, updates = :page_updates WHERE bulk_id = :bulk AND page = :page`
	insertBulkPage  = `INSERT INTO {dbos_script_bulk_pages} (bulk_id, page, size, ids, states, updates) VALUES (:bulk, :page, :size, :page_ids, :page_states, :page_updates)`

	advanceBulk = `
UPDATE {dbos_script_bulks} SET done = done + CAST(:size AS BIGINT), changed = changed + CAST(:changed AS BIGINT), unchanged = unchanged + CAST(:unchanged AS BIGINT),
	unknown = unknown + CAST(:unknown AS BIGINT), drifted = drifted + CAST(:drifted AS BIGINT), reason = NULL, updated_at = :now, held_until = :until
WHERE bulk_id = :bulk`

	// takeBulk takes the lease of a run that nobody has, and lets it run.
	takeBulk = `
UPDATE {dbos_script_bulks} SET state = 'running', reason = NULL, holder = :holder, held_until = :until, updated_at = :now
WHERE bulk_id = :bulk AND state <> 'done' AND (holder IS NULL OR holder = :holder OR held_until <= :now)`

	renewBulk = `UPDATE {dbos_script_bulks} SET held_until = :until WHERE bulk_id = :bulk AND holder = :holder`

	// explainBulk notes what a run waits for.
	explainBulk = `UPDATE {dbos_script_bulks} SET held_until = :until, reason = NULLIF(:reason, '') WHERE bulk_id = :bulk AND holder = :holder AND state = 'running'`

	stopOwnBulk = `
UPDATE {dbos_script_bulks} SET state = 'stopped', reason = :reason, updated_at = :now WHERE bulk_id = :bulk AND holder = :holder AND state = 'running'`

	finishBulk = `
UPDATE {dbos_script_bulks} SET state = 'done', reason = NULL, holder = NULL, held_until = 0, updated_at = :now
WHERE bulk_id = :bulk AND holder = :holder AND state = 'running' AND done = total`

	// releaseBulk ends the lease of a run, and notes why its process has left it.
	releaseBulk = `
UPDATE {dbos_script_bulks} SET holder = NULL, held_until = 0, reason = COALESCE(CAST(:reason AS TEXT), reason) WHERE bulk_id = :bulk AND holder = :holder`
)

var (
	errBulkNotHeld = errors.New("the bulk run is paused or stopped, or another process works on it")
	errBulkDone    = errors.New("the batch is done already")
)

// newBulkHolder returns the name of this process as a holder of one run.
func newBulkHolder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	return fmt.Sprintf("process %d on %s (%s)", os.Getpid(), host, uuid.NewString())
}

func scanBulk(row db.Row) (r Bulk, err error) {
	var created, updated, until int64
	err = row.Scan(&r.ID, &r.Verb, &r.Options, &r.Selection, (*string)(&r.State), &r.Reason, &r.Limits, &r.RPS, &r.Total, &r.Done,
		&r.Changed, &r.Unchanged, &r.Unknown, &r.Drifted, &created, &updated, &r.CreatedBy, &r.Holder, &until)
	r.CreatedAt, r.UpdatedAt = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
	if until > 0 {
		r.HeldUntil = time.UnixMilli(until).UTC()
	}
	return r, err
}

// bulk returns a run, or InvalidOption if there is none of the id.
func (c *systemClient) bulk(id string) (*Bulk, error) {
	run, err := c.bulkOrNil(id)
	if err != nil || run != nil {
		return run, err
	}
	var known []string
	err = c.read(opBulk, func(b *db.Batch) {
		db.Collect(b, &known, newestBulkIDs, noArgs, func(row db.Row) (known string, err error) {
			err = row.Scan(&known)
			return known, err
		})
	})
	if err != nil {
		return nil, err
	}
	return nil, &Error{Code: InvalidOption, Op: opBulk, Message: fmt.Sprintf("there is no bulk run %q%s", id, nearest.Suggestion(id, known)),
		Hint: "`dbos-script bulk list` lists them"}
}

// bulkOrNil returns a run, or nil if there is none of the id.
func (c *systemClient) bulkOrNil(id string) (*Bulk, error) {
	var found []Bulk
	err := c.read(opBulk, func(b *db.Batch) { db.Collect(b, &found, selectBulk, query.Args{"bulk": id}, scanBulk) })
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// bulkOutcomes reads the outcomes of a run, some pages at a time.
func (c *systemClient) bulkOutcomes(id string, yield func(ChangeResult, error) bool) {
	for next := int64(0); ; {
		pages, err := c.bulkOutcomesFrom(id, next, MaxBulkBatch)
		if err != nil {
			yield(ChangeResult{}, err)
			return
		}
		if len(pages) == 0 {
			if next > 0 {
				return
			}
			if _, err := c.bulk(id); err != nil { // the run is one of another database
				yield(ChangeResult{}, err)
			}
			return
		}
		for _, page := range pages {
			next = page.number + int64(len(page.results))
			for _, result := range page.results {
				if !yield(result, nil) {
					return
				}
			}
		}
	}
}

// A bulkDone is a page with its outcomes.
type bulkDone struct {
	number  int64 // of its first workflow in the run
	results []ChangeResult
}

// bulkOutcomesFrom reads the pages with outcomes whose first workflow is one of so many from a
// number on. Batches are done in order, so an empty list is the end if a page begins there.
func (c *systemClient) bulkOutcomesFrom(id string, number, count int64) (pages []bulkDone, err error) {
	err = c.read(opBulk, func(b *db.Batch) {
		db.Collect(b, &pages, selectBulkOutcomes, query.Args{"bulk": id, "page": number, "end": number + count}, scanBulkDone)
	})
	return pages, err
}

func scanBulkDone(row db.Row) (page bulkDone, err error) {
	var outcome, list string
	if err := row.Scan(&page.number, &outcome, &list); err != nil {
		return page, err
	}
	var done bulkOutcome
	var ids []string
	err = errors.Join(json.Unmarshal([]byte(outcome), &done), json.Unmarshal([]byte(list), &ids))
	page.results = done.of(ids)
	return page, err
}
