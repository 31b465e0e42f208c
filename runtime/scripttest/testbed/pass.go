package testbed

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// Idle is how a wait for the database lets time pass: the fleet works, and when it has nothing to
// do now, the clock moves to when it has, or to the end of the wait. A wait without an end for
// something that cannot come is an error.
func (w *World) Idle(ctx context.Context, until time.Time) error {
	if progress, err := w.work(ctx); progress || err != nil {
		return err
	}
	next, err := w.next(ctx)
	switch {
	case err != nil:
		return err
	case !next.IsZero() && (until.IsZero() || next.Before(until)):
		w.clock.Set(next)
	case !until.IsZero():
		w.clock.Set(until)
	default:
		return w.endless(ctx)
	}
	_, err = w.work(ctx)
	return err
}

// Sleep moves the clock by a duration, and lets the fleet work at each time at which it has
// something to do.
func (w *World) Sleep(ctx context.Context, duration time.Duration) error {
	return w.pass(ctx, w.Now().Add(max(duration, 0)), true)
}

// pass lets the fleet work until a time. The clock then stands at that time if it is to reach it,
// else where the fleet had nothing left to do; no time is as long as that takes.
func (w *World) pass(ctx context.Context, until time.Time, reach bool) error {
	for {
		if _, err := w.work(ctx); err != nil {
			return err
		}
		next, err := w.next(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || !until.IsZero() && next.After(until) {
			break
		}
		w.clock.Set(next)
	}
	if reach {
		w.clock.Set(until)
	}
	return context.Cause(ctx)
}

// work makes the fleet do everything that is due now.
func (w *World) work(ctx context.Context) (progress bool, err error) {
	if w.worker == nil || w.stopped || ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	return w.worker.Work(ctx)
}

func (w *World) next(ctx context.Context) (time.Time, error) {
	if w.worker == nil || w.stopped {
		return time.Time{}, nil
	}
	return w.worker.Next(ctx)
}

// endless describes the event for which a wait would wait for ever.
func (w *World) endless(ctx context.Context) error {
	rows, err := w.database.Records(ctx, "workflow_status", "status IN ('ENQUEUED', 'PENDING', 'DELAYED')", nil)
	if err != nil {
		return err
	}
	failed := &client.Error{Code: client.Interrupted, Message: "this wait would never end: the fleet has nothing left to do",
		Hint: "give the wait a timeout, or let the test's fleet bring what it waits for"}
	const most = 3
	for i, row := range rows {
		if i == most {
			failed.Message += fmt.Sprintf("; and %d more", len(rows)-most)
			break
		}
		failed.Message += "; " + w.stuck(row)
	}
	return failed
}

// stuck says why a workflow does not go on.
func (w *World) stuck(row map[string]any) string {
	id, name, queue := text(row["workflow_uuid"]), text(row["name"]), text(row["queue_name"])
	key := played{name, text(row["class_name"]), text(row["config_name"])}
	switch {
	case w.stopped:
		return fmt.Sprintf("%s waits, and the fleet is stopped", id)
	case text(row["status"]) == "ENQUEUED" && queue != client.InternalQueueName && !w.queues[queue]:
		return fmt.Sprintf("%s waits on the queue %q, which the fleet does not have (fleet.queue)", id, queue)
	case !w.registered[key]:
		return fmt.Sprintf("%s is a %s, which the fleet does not have (fleet.define)", id, strings.TrimSpace(name+" "+key.class))
	}
	return fmt.Sprintf("%s is %s", id, text(row["status"]))
}

func text(value any) string {
	s, _ := value.(string)
	return s
}
