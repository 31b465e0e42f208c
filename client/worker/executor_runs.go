package worker

import (
	"context"
	"time"
)

// wake ends the runs that are not the executor's own any more, and finds those whose wait is over.
func (x *Executor) wake(l look) {
	for _, e := range x.dropLost(l) {
		e.kill()
	}
	x.mutex.Lock()
	defer x.mutex.Unlock()
	for _, id := range l.sampled {
		if p := x.parked.runs[id]; p != nil && l.owners[id] != p.token {
			x.parked.remove(id)
		}
	}
	x.parked.wake(x.worker.Load().now(), l.arrived)
}

// dropLost forgets the runs that were cancelled, or taken from this executor, and returns those
// that rested. The others end at their next boundary.
func (x *Executor) dropLost(l look) (rested []*execution) {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	for id, e := range l.checked {
		if x.runs[id] != e || l.owners[id] == e.token {
			continue
		}
		delete(x.runs, id)
		e.lose(errCancelled(id))
		if x.resting[id] == e {
			delete(x.resting, id)
			rested = append(rested, e)
		}
	}
	return rested
}

// goOn lets runs go on that rested or were parked, and claims new ones. A run that is stopped stays
// where it is.
func (x *Executor) goOn(ctx context.Context, waiting []string) (started bool, err error) {
	if x.isStopping() {
		return false, nil
	}
	started = x.rouse()
	x.mutex.Lock()
	var ids []string
	ids, x.hungry = x.parked.woken(x.config.Slots - x.active)
	x.mutex.Unlock()
	unpark, err := x.unpark(ctx, ids)
	if err != nil {
		return started, err
	}
	claimed, err := x.take(ctx, waiting)
	var fresh []*execution
	if err == nil && len(claimed) > 0 {
		fresh, err = x.load(ctx, claimed)
	}
	x.unsure = x.unsure || err != nil
	for _, e := range fresh {
		x.begin(e)
	}
	return started || unpark || len(claimed) > 0, err
}

// rouse lets the resting runs whose time has come go on.
func (x *Executor) rouse() (roused bool) {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	now := x.worker.Load().now()
	for id, e := range x.resting {
		if now >= e.waiting.until.UnixMilli() || e.pastDeadline() {
			delete(x.resting, id)
			x.start(e)
			roused = true
		}
	}
	return roused
}

// unpark lets parked runs go on, from their recorded steps.
func (x *Executor) unpark(ctx context.Context, ids []string) (bool, error) {
	if len(ids) == 0 {
		return false, nil
	}
	loaded, err := x.load(ctx, ids)
	if err != nil {
		return false, err
	}
	x.mutex.Lock()
	was := map[string]string{}
	for _, id := range ids {
		if p := x.parked.remove(id); p != nil {
			was[id] = p.token
		}
	}
	x.mutex.Unlock()
	for _, e := range loaded {
		if was[e.id] == e.token {
			x.begin(e)
		}
	}
	return true, nil
}

// begin starts a run that was just read.
func (x *Executor) begin(e *execution) {
	var ctx context.Context
	ctx, e.cancelled = context.WithCancelCause(x.base)
	e.ctx = ctx
	x.mutex.Lock()
	defer x.mutex.Unlock()
	if x.stopping {
		return
	}
	x.runs[e.id] = e
	x.start(e)
}

// start lets a goroutine advance a run until it waits or ends. The caller holds the mutex.
func (x *Executor) start(e *execution) {
	x.active++
	go func() {
		goesOn, err := x.drive(e)
		x.rest(e, goesOn, err)
	}()
}

// drive advances a run while it need not wait.
func (x *Executor) drive(e *execution) (goesOn bool, err error) {
	for {
		goesOn, err = e.advance(e.ctx)
		if !goesOn || err != nil || !e.waiting.over(e.worker.now()) {
			return goesOn, err
		}
	}
}

// over returns true if a wait for a time has ended, or for nothing.
func (w wait) over(now int64) bool {
	if w.leaves {
		return false
	}
	return w.until.IsZero() && w.on.kind == 0 || !w.until.IsZero() && now >= w.until.UnixMilli()
}

// rest puts a run that no goroutine advances any more where it belongs.
func (x *Executor) rest(e *execution, goesOn bool, err error) {
	if err != nil {
		e.worker.config.Logger.Warn("the database failed under a workflow, which goes on from its last step", "workflow", e.id, "error", err)
	}
	if !x.place(e, goesOn, err) {
		e.cancelled(nil)
		e.kill()
	}
	x.mutex.Lock()
	defer x.mutex.Unlock()
	x.advanced = true
	if x.active--; x.hungry && x.active <= x.config.Slots/2 {
		select {
		case x.freed <- struct{}{}:
		default:
		}
	}
	x.idle.Broadcast()
	select {
	case x.rested <- struct{}{}:
	default:
	}
}

// place returns true if a run stays in memory. One that waits for longer is parked, and one that
// the database failed goes on at once.
func (x *Executor) place(e *execution, goesOn bool, err error) (stays bool) {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	if x.runs[e.id] != e {
		return false
	}
	if stays = err == nil && goesOn && x.rests(e.waiting); stays {
		x.resting[e.id] = e
		return true
	}
	delete(x.runs, e.id)
	if err != nil || goesOn {
		p := &parked{id: e.id, queue: e.queue, partition: e.partition, token: e.token, on: e.waiting.on, again: err != nil}
		if !e.waiting.until.IsZero() {
			p.until = e.waiting.until.UnixMilli()
		}
		x.parked.add(p)
	}
	return false
}

// rests returns true if a run stays in memory while it waits: for a short time, if not as many do
// as there are slots.
func (x *Executor) rests(w wait) bool {
	if w.stays || w.leaves {
		return w.stays
	}
	short := w.on.kind == 0 && time.Duration(w.until.UnixMilli()-x.worker.Load().now())*time.Millisecond <= x.config.ParkAfter
	return short && len(x.resting) < x.config.Slots
}
