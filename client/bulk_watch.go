package client

import (
	"context"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A BulkUntil is what WatchBulk waits for.
type BulkUntil string

// The ends of a watch.
const (
	// UntilEnded waits until each workflow has ended. It is the default.
	UntilEnded BulkUntil = "ended"
	// UntilTaken waits until none of them is ENQUEUED or DELAYED.
	UntilTaken BulkUntil = "taken"
)

// BulkWatchOptions are the options of WatchBulk.
type BulkWatchOptions struct {
	Until   BulkUntil     // what it waits for; "" is UntilEnded
	Timeout time.Duration // stops following after this time; 0 is no limit
	Once    bool          // looks once, as after a timeout of 0
	// Each is called after each look. It must not change anything in the database. Its error ends
	// the call.
	Each func(ctx context.Context, end BulkEnd) error
}

// A BulkEnd is what has become of the workflows that a bulk run has changed.
type BulkEnd struct {
	RunID     string   `json:"run_id,omitempty" doc:"The id of the bulk run; nil if it has none."`
	Reached   bool     `json:"reached" doc:"Whether all of them have come where until_state says."`
	Reason    string   `json:"reason,omitempty" doc:"The reason why it does not follow them on: the timeout, or why nothing runs them; nil if they have come there."`
	Followed  int64    `json:"followed" doc:"How many workflows the run has changed, or started as forks."`
	Succeeded int64    `json:"succeeded" doc:"How many of them ended in SUCCESS."`
	Failed    int64    `json:"failed" doc:"How many ended in ERROR or as dead letters."`
	Cancelled int64    `json:"cancelled" doc:"How many are CANCELLED."`
	Deleted   int64    `json:"deleted" doc:"How many do not exist any more."`
	Waiting   int64    `json:"waiting" doc:"How many are ENQUEUED or DELAYED."`
	Running   int64    `json:"running" doc:"How many are PENDING."`
	FailedIDs []string `json:"failed_ids" doc:"The ids of those that failed, 1,000 at most."`
}

// mostFailedIDs is how many ids of failed workflows a watch collects.
const mostFailedIDs = 1000

// WatchBulk follows the workflows that a bulk run has changed, and returns what has become of them:
// once all have ended, or have been taken, at the timeout, or when nothing runs them, in which case
// Reason says why. A run that is not done is followed as far as it has come. In a dry run it
// returns at once. It returns InvalidOption if an option is wrong, or if the database has no such
// run.
func WatchBulk(c Client, run *Bulk, o BulkWatchOptions) (*BulkEnd, error) {
	live, err := liveClient(c, opBulk)
	switch {
	case err != nil:
		return nil, err
	case o.Until != "" && o.Until != UntilEnded && o.Until != UntilTaken:
		return nil, invalid(opBulk, "until_state is %q; it can be ended or taken", o.Until)
	case o.Timeout < 0:
		return nil, invalid(opBulk, "timeout is %s; it can be 0 or more", o.Timeout)
	}
	w := &bulkWatch{work: &bulkWork{client: live, run: run}, options: o, end: BulkEnd{RunID: run.ID, FailedIDs: []string{}}}
	if _, dry := c.(*dryRun); dry {
		w.end.Reason = "a dry run has changed nothing that could be followed"
		return &w.end, nil
	}
	if err := w.begin(); err != nil {
		return nil, err
	}
	return w.follow()
}

// A bulkWatch follows the changed workflows of a bulk run.
type bulkWatch struct {
	work    *bulkWork // which never changes anything
	options BulkWatchOptions
	end     BulkEnd
}

// begin collects the changed workflows.
func (w *bulkWatch) begin() error {
	now := w.work.client.config.Clock()
	f := &bulkFollow{moved: now}
	w.work.touched = f
	for result, err := range w.work.run.Outcomes(w.work.client) {
		if err != nil {
			return err
		}
		f.add(f.next, []ChangeResult{result}, now)
	}
	w.end.Followed = int64(len(f.open))
	return nil
}

// follow looks at the open workflows until they are where they are wanted.
func (w *bulkWatch) follow() (*BulkEnd, error) {
	client := w.work.client
	began := client.config.Clock()
	for {
		if err := w.look(); err != nil || w.end.Reached {
			return &w.end, err
		}
		var t bulkTurn
		if err := w.work.stopsIfNothingRuns(&t); err != nil || t.stop != "" {
			w.end.Reason = t.stop
			return &w.end, err
		}
		pause := w.work.pause()
		if w.options.Timeout > 0 || w.options.Once {
			left := w.options.Timeout - client.config.Clock().Sub(began)
			if left <= 0 || w.options.Once {
				w.end.Reason = "the timeout of " + w.options.Timeout.String()
				return &w.end, nil
			}
			pause = min(pause, left)
		}
		if err := client.poller().Pause(client.ctx, pause); err != nil {
			return &w.end, failure(opBulk, err)
		}
	}
}

// look reads the states of all open workflows.
func (w *bulkWatch) look() error {
	f := w.work.touched
	waiting, running := int64(0), int64(0)
	firstWaiting, firstRunning := "", ""
	for left := len(f.open); left > 0; left -= followedAtOnce {
		if err := f.read(w.work.client); err != nil {
			return err
		}
		waiting, running = waiting+f.waiting, running+f.running
		if firstWaiting == "" {
			firstWaiting = f.firstWaiting
		}
		if firstRunning == "" {
			firstRunning = f.firstRunning
		}
	}
	f.waiting, f.running, f.firstWaiting, f.firstRunning = waiting, running, firstWaiting, firstRunning
	return w.see()
}

// see takes over what a look has found.
func (w *bulkWatch) see() error {
	f, e := w.work.touched, &w.end
	e.Succeeded, e.Failed, e.Cancelled, e.Deleted = f.ends.succeeded, f.ends.failed, f.ends.cancelled, f.ends.gone
	e.Waiting, e.Running = 0, 0
	for _, o := range f.open {
		if o.status == WorkflowStatusPending {
			e.Running++
		} else {
			e.Waiting++
		}
	}
	e.FailedIDs = slices.Clone(f.failed)
	if e.FailedIDs == nil {
		e.FailedIDs = []string{}
	}
	e.Reached = e.Waiting == 0 && (e.Running == 0 || w.options.Until == UntilTaken)
	if w.options.Each == nil {
		return nil
	}
	return w.options.Each(context.WithValue(db.OutsideTransaction(w.work.client.ctx), duringChange{}, true), *e)
}
