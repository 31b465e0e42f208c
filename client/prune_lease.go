package client

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A prune has a lease for the time in which it deletes and pauses: a row of event_dispatch_kv, in
// which the SDKs let event receivers store values by key. Each batch renews it in its transaction.
// Advisory locks would not do: CockroachDB has none that work, one of a transaction ends with each
// batch, and one of a session does not hold behind a pooler.

// pruneLeaseTime is how long a lease lasts after the last batch, which is longer than a pause. A
// prune that was killed keeps others out for so long.
const pruneLeaseTime = 30 * time.Second

const (
	leaseKey = "kv.service_name = 'dbos-script' AND kv.workflow_fn_name = 'prune' AND kv.key = 'lease'"

	// selectOtherLease finds the lease of another prune.
	selectOtherLease = `SELECT 1 FROM {event_dispatch_kv} AS kv WHERE ` + leaseKey + ` AND kv.value <> :holder AND kv.update_time > :now`

	takeLease = `
INSERT INTO {event_dispatch_kv} AS kv (service_name, workflow_fn_name, key, value, update_time)
VALUES ('dbos-script', 'prune', 'lease', :holder, :until)
ON CONFLICT (service_name, workflow_fn_name, key) DO UPDATE SET value = :holder, update_time = :until
WHERE kv.value = :holder OR kv.update_time <= :now`

	// selectNoLease finds a row if another prune took the lease at the same moment.
	selectNoLease = `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {event_dispatch_kv} AS kv WHERE ` + leaseKey + ` AND kv.value = :holder)`

	selectLeaseHolder = `SELECT kv.value, CAST(kv.update_time AS BIGINT) FROM {event_dispatch_kv} AS kv WHERE ` + leaseKey

	dropLease = `DELETE FROM {event_dispatch_kv} AS kv WHERE ` + leaseKey + ` AND kv.value = :holder`
)

// errPruning is the error of a batch while another prune has the lease.
var errPruning = errors.New("another prune has the lease")

// A pruneLease is the lease of one call. It has no holder if the database has no table for it: an
// SQLite file of the Python SDK, where one transaction at a time writes anyway.
type pruneLease struct{ holder string }

func (c *systemClient) newPruneLease() pruneLease {
	if !c.shape.HasTable("event_dispatch_kv") {
		return pruneLease{}
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	began := c.config.Clock().UTC().Format(time.RFC3339)
	return pruneLease{fmt.Sprintf("process %d on %s, since %s (%s)", os.Getpid(), host, began, uuid.NewString())}
}

// take renews the lease in a batch. If another prune has it, the batch fails with errPruning.
func (l pruneLease) take(b *db.Batch, now int64) {
	if l.holder == "" {
		return
	}
	args := query.Args{"holder": l.holder, "now": now, "until": now + pruneLeaseTime.Milliseconds()}
	b.Guard(selectOtherLease, args, errPruning)
	b.Exec(takeLease, args, nil)
	b.Guard(selectNoLease, args, errPruning)
}

// release ends the lease. Without an answer it ends by itself.
func (l pruneLease) release(w *writer) {
	if l.holder == "" {
		return
	}
	err := w.tidy(func(b *db.Batch) { b.Exec(dropLease, query.Args{"holder": l.holder}, nil) })
	if err != nil {
		w.client.config.Logger.Debug("the lease of a prune ends by itself", "after", pruneLeaseTime, "error", err)
	}
}

// conflict returns Conflict, with the holder of the lease.
func (l pruneLease) conflict(c *systemClient) error {
	holder, until := "another process", int64(0)
	err := c.read(opPrune, func(b *db.Batch) {
		b.Query(selectLeaseHolder, noArgs, func(row db.Row) error { return row.Scan(&holder, &until) })
	})
	if err != nil {
		return err
	}
	failed := &Error{Code: Conflict, Op: opPrune, Message: "another prune is at work in this database: " + holder,
		Hint: "wait until it has ended"}
	if until > 0 {
		failed.Hint += fmt.Sprintf("; if it was killed, its lease ends at %s", time.UnixMilli(until).UTC().Format(time.RFC3339))
	}
	return failed
}
