package worker

import (
	"context"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

const (
	// giveBack puts the workflows of this executor back on their queues. The attempt does not
	// count, because nothing has failed.
	giveBack = `
UPDATE {workflow_status} SET status = 'ENQUEUED', started_at_epoch_ms = NULL, owner_xid = NULL, updated_at = :now,
	recovery_attempts = CASE WHEN recovery_attempts > 0 THEN recovery_attempts - 1 ELSE 0 END,
	queue_name = COALESCE(NULLIF(NULLIF(queue_name, ''), CAST(:internal AS TEXT)), CAST(:fallback AS TEXT))
WHERE status = 'PENDING' AND executor_id = :executor AND application_name = CAST(:application AS TEXT)`

	endLease = `DELETE FROM {dbos_script_executors} WHERE executor_id = :executor`
)

// Stop ends the executor: it claims nothing more, waits until the context ends for the runs that go
// on now, and puts the others and those that wait back on their queues, where their attempt does
// not count. It returns nil if every run has ended or was put back; an error that counts them if
// runs still do not return from a step, whose outcome cannot count any more; and the error of the
// database if it stays unreachable, in which case other executors take over when the lease ends.
func (x *Executor) Stop(ctx context.Context) error {
	x.mutex.Lock()
	x.stopping = true
	x.mutex.Unlock()
	err := x.finishRuns(ctx)
	busy := x.abandon(errKilled)
	if failed := x.release(context.WithoutCancel(ctx)); failed != nil {
		return failed
	}
	if busy > 0 {
		return fmt.Errorf("%d runs were in a step when the executor stopped, and are back on their queues", busy)
	}
	return err
}

// finishRuns waits until no run goes on, or the context ends. The lease is kept meanwhile.
func (x *Executor) finishRuns(ctx context.Context) error {
	ticker := time.NewTicker(x.worker.Load().config.PollInterval)
	defer ticker.Stop()
	for {
		x.mutex.Lock()
		active := x.active
		x.mutex.Unlock()
		if active == 0 || ctx.Err() != nil {
			return nil
		}
		if _, err := x.round(ctx); err != nil && ctx.Err() == nil && !passing(err) {
			return err
		}
		select {
		case <-x.rested:
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

// release puts back what the executor has claimed, and ends its lease.
func (x *Executor) release(ctx context.Context) error {
	x.turn.Lock()
	defer x.turn.Unlock()
	if x.stopped {
		return nil
	}
	x.stopped = true
	w := x.worker.Load()
	args := w.ownArgs()
	args["executor"], args["fallback"], args["internal"] = w.config.ExecutorID, ownQueue(w.config.ApplicationName), client.InternalQueueName
	return w.db.Run(ctx, func(b *db.Batch) {
		b.Exec(giveBack, args, nil)
		b.Exec(endLease, args, nil)
	})
}
