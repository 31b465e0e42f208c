package client

import (
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// The statements that change the row of a run from another process. They wait for the batch under
// way, and the process that works on the run sees them before its next one.
const (
	// pauseBulk forgets the limit for which the process waits. Without a process the reason says
	// why that has left.
	pauseBulk = `
UPDATE {dbos_script_bulks} SET state = 'paused', reason = CASE WHEN holder IS NULL THEN reason END, updated_at = :now WHERE bulk_id = :bulk AND state = 'running'`
	unpauseBulk = `UPDATE {dbos_script_bulks} SET state = 'running', updated_at = :now WHERE bulk_id = :bulk AND state = 'paused'`
	stopBulk    = `UPDATE {dbos_script_bulks} SET state = 'stopped', reason = :reason, updated_at = :now WHERE bulk_id = :bulk AND state IN ('running', 'paused')`
	rateBulk    = `UPDATE {dbos_script_bulks} SET rate = :rate, updated_at = :now WHERE bulk_id = :bulk AND state <> 'done'`
)

// PauseBulk pauses a run that is running, and returns it as it is then. The batch under way ends
// before. A run in another state stays as it is. It returns InvalidOption if there is none of the
// id, and Unsupported if the database has no tables for bulk runs.
func PauseBulk(c Client, id string) (*Bulk, error) {
	return controlBulk(c, id, pauseBulk, query.Args{})
}

// UnpauseBulk lets a paused run go on, in the process that works on it, and returns it as
// PauseBulk does. If none does, ContinueBulk goes on with it.
func UnpauseBulk(c Client, id string) (*Bulk, error) {
	return controlBulk(c, id, unpauseBulk, query.Args{})
}

// StopBulk stops a run that is running or paused, for a reason, and returns it as PauseBulk does.
func StopBulk(c Client, id, reason string) (*Bulk, error) {
	return controlBulk(c, id, stopBulk, query.Args{"reason": reason})
}

// SetBulkRate sets the largest number of workflows that a run changes in a second, 0 for no limit,
// and returns the run as PauseBulk does. It takes effect after the batch under way. It returns
// InvalidOption if that is more than BulkInput.MaxRPS of the run.
func SetBulkRate(c Client, id string, rps int) (*Bulk, error) {
	if rps < 0 {
		return nil, invalid(opBulk, "rps is %d; it can be 0, for no limit, or more", rps)
	}
	if _, err := changingBulk(c, "control", id); err != nil {
		return nil, err
	}
	run, err := GetBulk(c, id)
	if err != nil {
		return nil, err
	}
	kept, err := limitsOf(run)
	if err != nil {
		return nil, err
	}
	if most := kept.MaxRPS; most > 0 && (rps == 0 || rps > most) {
		return nil, &Error{Code: InvalidOption, Op: opBulk, Message: fmt.Sprintf("the bulk run %q may change at most %d workflows in a second, because no more was signed", id, most),
			Hint: fmt.Sprintf("write %d or less, or make a new plan and have it signed", most)}
	}
	return controlBulk(c, id, rateBulk, query.Args{"rate": int64(rps)})
}

// changingBulk returns the client that changes the row of a run. It returns Unsupported if the
// database has no tables for bulk runs, and ReadOnly if the client is read-only or in a dry run.
func changingBulk(c Client, verb, id string) (*systemClient, error) {
	live, err := bulkClient(c, opBulk)
	if err != nil {
		return nil, err
	}
	if _, dry := c.(*dryRun); dry {
		return nil, &Error{Code: ReadOnly, Op: opBulk, Message: fmt.Sprintf("a dry run does not %s the bulk run %q", verb, id)}
	}
	return live, live.writable(opBulk)
}

func controlBulk(c Client, id, statement string, args query.Args) (*Bulk, error) {
	live, err := changingBulk(c, "control", id)
	if err != nil {
		return nil, err
	}
	args["bulk"], args["now"] = id, live.now()
	var found []Bulk
	err = live.recordBulk(live.ctx, func(b *db.Batch) {
		b.Exec(statement, args, nil)
		db.Collect(b, &found, selectBulk, args, scanBulk)
	})
	if err != nil {
		return nil, failure(opBulk, err)
	}
	if len(found) == 0 {
		return live.bulk(id)
	}
	return &found[0], nil
}
