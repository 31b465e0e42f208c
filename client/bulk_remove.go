package client

import (
	"math"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const opRemoveBulks = "remove bulk runs"

// removedAtOnce is the number of runs that one transaction removes. The pages of twenty runs of
// 100,000 workflows each are some hundred megabytes.
const removedAtOnce = 20

const (
	// selectDoneBulks returns the runs that are done, the last to end first.
	selectDoneBulks = `
SELECT bulk_id, updated_at, COALESCE(limits, '') FROM {dbos_script_bulks} WHERE state = 'done' ORDER BY updated_at DESC, bulk_id`

	// removeBulkPages and removeBulks leave a run that somebody has begun anew with the id of an
	// old one.
	removeBulkPages = `
DELETE FROM {dbos_script_bulk_pages} WHERE {in bulk_id :ids}
	AND bulk_id IN (SELECT run.bulk_id FROM {dbos_script_bulks} AS run WHERE run.state = 'done' AND run.updated_at < :before)`
	removeBulks = `DELETE FROM {dbos_script_bulks} WHERE {in bulk_id :ids} AND state = 'done' AND updated_at < :before`
)

// RemoveBulksOptions say which bulk runs RemoveBulks removes. At least one of them is required; a
// run is removed only if both select it.
type RemoveBulksOptions struct {
	OlderThan time.Time `json:"older_than" doc:"Only runs that were done before this time; \"30d\" is 30 days ago." past:"true"`
	Keep      int       `json:"keep" doc:"The number of runs to keep: of the runs that are done, the last to end." min:"1"`
}

// RemoveBulks removes the records of bulk runs that are done, with the outcomes of their workflows,
// and returns how many it removed, also with an error. It leaves the workflows as they are, runs
// that are running, paused or stopped, and runs of plans that have not expired, because a second
// apply must find what the first has done. It returns InvalidOption if neither option is set or
// Keep is negative, Unsupported if the database has no tables for bulk runs, and ReadOnly if the
// client is read-only or makes a dry run.
func RemoveBulks(c Client, o RemoveBulksOptions) (removed int64, err error) {
	if _, dry := c.(*dryRun); dry {
		return 0, &Error{Code: ReadOnly, Op: opRemoveBulks, Message: "a dry run removes no bulk runs"}
	}
	live, err := changingBulk(c, "remove", "")
	switch {
	case err != nil:
		return 0, err
	case o.Keep < 0:
		return 0, invalid(opRemoveBulks, "keep is %d; it can be 1 or more", o.Keep)
	case o.Keep == 0 && o.OlderThan.IsZero():
		return 0, invalid(opRemoveBulks, "either older_than or keep is needed")
	}
	before := int64(math.MaxInt64)
	if !o.OlderThan.IsZero() {
		before = o.OlderThan.UnixMilli()
	}
	old, err := live.oldBulks(o.Keep, before)
	if err != nil {
		return 0, failure(opRemoveBulks, err)
	}
	for ids := range slices.Chunk(old, removedAtOnce) {
		var count int64
		args := query.Args{"ids": ids, "before": before}
		err := live.recordBulk(live.ctx, func(b *db.Batch) {
			b.Exec(removeBulkPages, args, nil)
			b.Exec(removeBulks, args, &count)
		})
		if removed += count; err != nil {
			return removed, failure(opRemoveBulks, err)
		}
	}
	return removed, nil
}

// oldBulks returns the ids of the runs that were done before a time, in Unix milliseconds, without
// the last keep of all that are done and without runs that must be kept.
func (c *systemClient) oldBulks(keep int, before int64) ([]string, error) {
	var done []Bulk
	err := c.read(opRemoveBulks, func(b *db.Batch) {
		db.Collect(b, &done, selectDoneBulks, query.Args{}, func(row db.Row) (run Bulk, err error) {
			var ended int64
			err = row.Scan(&run.ID, &ended, &run.Limits)
			run.UpdatedAt = time.UnixMilli(ended)
			return run, err
		})
	})
	if err != nil {
		return nil, err
	}
	var ids []string
	now := time.UnixMilli(c.now())
	for i, run := range done {
		limits, err := limitsOf(&run)
		if err != nil {
			return nil, err
		}
		if i >= keep && run.UpdatedAt.UnixMilli() < before && !now.Before(limits.KeepUntil) {
			ids = append(ids, run.ID)
		}
	}
	return ids, nil
}
