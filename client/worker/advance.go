package worker

import (
	"context"
	"slices"
	"time"
)

// Step advances the worker by one unit, and returns true if there was one. The unit is the first
// of these that has anything to do:
//
//  1. every unfinished workflow that is past its deadline is cancelled, once a second at most, if
//     the tables have owners of runs;
//  2. every DELAYED workflow that is due is put on its queue;
//  3. a round of claims: each queue once, as many workflows as its limits allow;
//  4. one claimed workflow goes on to its next boundary. The boundaries lie before each step (and
//     each other call of a Run that takes a step number), before each retry of a step, and at a
//     wait that is not over. The first advance counts the attempt and runs the function up to its
//     first boundary; the one after the last step runs to the end and records the outcome.
//     A workflow past its deadline is cancelled instead.
//
// The workflow that was advanced goes to the end of the line, so running workflows take turns.
// Given the database and the clock, the order is always the same. A test can do anything between
// two units, such as cancel a workflow between two of its steps.
func (w *Worker) Step(ctx context.Context) (progress bool, err error) {
	s, err := w.survey(ctx)
	if err == nil && s.overdue {
		progress, err = w.sweep(ctx)
	}
	if err == nil && !progress && s.due {
		progress, err = w.release(ctx)
	}
	if err == nil && !progress {
		progress, err = w.dequeue(ctx, s.queues)
	}
	if err == nil && !progress {
		progress, err = w.advanceOne(ctx)
	}
	return progress, err
}

// Drain advances the worker until nothing can be done now. Workflows that wait for a time, a
// message or another workflow are left waiting.
func (w *Worker) Drain(ctx context.Context) error {
	_, err := w.Work(ctx)
	return err
}

// Work is Drain, and returns true if anything was done.
func (w *Worker) Work(ctx context.Context) (progress bool, err error) {
	for {
		polled, err := w.poll(ctx)
		if err != nil {
			return progress, err
		}
		advanced, err := w.advanceAll(ctx)
		if err != nil || !polled && !advanced {
			return progress, err
		}
		progress = true
	}
}

// Run works like an application until the context ends: it polls the database every PollInterval,
// and in between advances the workflows that it has claimed. It returns an error if the database
// stays unreachable, and nil if the context ended.
func (w *Worker) Run(ctx context.Context) error {
	ticker := time.NewTicker(w.config.PollInterval)
	defer ticker.Stop()
	for {
		_, err := w.poll(ctx)
		for progress := true; progress && err == nil; {
			progress, err = w.advanceAll(ctx)
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// poll releases delayed workflows that are due, and claims. Released workflows are claimed with
// the next poll.
func (w *Worker) poll(ctx context.Context) (progress bool, err error) {
	s, err := w.survey(ctx)
	if err != nil {
		return false, err
	}
	if s.overdue {
		if progress, err = w.sweep(ctx); err != nil {
			return progress, err
		}
	}
	if s.due {
		released, err := w.release(ctx)
		if progress = progress || released; err != nil {
			return progress, err
		}
	}
	claimed, err := w.dequeue(ctx, s.queues)
	return progress || claimed, err
}

// advanceOne advances the first workflow in the line that need not wait.
func (w *Worker) advanceOne(ctx context.Context) (bool, error) {
	for i, e := range w.running {
		ready, err := e.ready(ctx)
		if err != nil {
			return false, err
		}
		if ready {
			w.running = slices.Delete(w.running, i, i+1)
			return true, w.advance(ctx, e)
		}
	}
	return false, nil
}

// advanceAll advances each workflow in the line once, unless it waits.
func (w *Worker) advanceAll(ctx context.Context) (bool, error) {
	progress := false
	for _, e := range slices.Clone(w.running) {
		ready, err := e.ready(ctx)
		if err == nil && ready {
			progress = true
			w.running = slices.DeleteFunc(w.running, func(other *execution) bool { return other == e })
			err = w.advance(ctx, e)
		}
		if err != nil {
			return progress, err
		}
	}
	return progress, nil
}

// advance takes an execution that is out of the line, and puts it back unless it ended.
func (w *Worker) advance(ctx context.Context, e *execution) error {
	goesOn, err := e.advance(ctx)
	if goesOn {
		w.running = append(w.running, e)
	}
	return err
}
