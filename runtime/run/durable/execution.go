package durable

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// An execution is the run of a session while its executor works.
type execution struct {
	session *Session
	ctx     context.Context
	script  func(context.Context, *Life) error
	begun   chan struct{} // closed when this process has the run
	lives   int
	ended   chan error // the error of the script
}

// live is the function of the workflow.
func (e *execution) live(r *worker.Run) (any, error) {
	if e.lives++; e.lives == 1 {
		close(e.begun)
	}
	l := &Life{run: r}
	err := e.life(l)
	if lost(r, l) { // the executor calls this function again
		return nil, err
	}
	output, failed := l.outcome(l.failed)
	if !l.executed || run.Unfinished(l.failed) {
		failed = r.Leave()
	}
	e.ended <- err
	return output, failed
}

// lost returns true if a life has ended because the database failed under it.
func lost(r *worker.Run, l *Life) bool {
	return r.Broken() != nil || journal.Stopped(l.failed) && r.Lost(l.failed)
}

// life executes the script once.
func (e *execution) life(l *Life) (err error) {
	if l.Plan, err = planOf(l.run); err != nil {
		return err
	}
	if l.bundle, err = e.session.bundle(e.ctx, l.Plan); err != nil {
		return err
	}
	ended := l.run.Context()
	ctx, cancel := context.WithCancelCause(e.ctx)
	defer cancel(nil)
	defer context.AfterFunc(ended, func() { cancel(context.Cause(ended)) })()
	err = e.script(ctx, l)
	if ended.Err() != nil {
		return errTaken(l.run.WorkflowID(), context.Cause(ended))
	}
	return err
}

// wait returns the error of the script, or the reason why it cannot begin.
func (e *execution) wait(rounds <-chan error, held *worker.Holder) error {
	if err := e.waitForRun(rounds, held); err != nil {
		return err
	}
	select {
	case err := <-e.ended:
		return err
	case err := <-rounds:
		return err
	}
}

// waitForRun waits until this process has the run. If another one has it, that one loses it once it
// has shown no sign of life for the time of a lease.
func (e *execution) waitForRun(rounds <-chan error, held *worker.Holder) error {
	ticker := time.NewTicker(lookInterval)
	defer ticker.Stop()
	told := false
	for {
		select {
		case <-e.begun:
			return nil
		case err := <-rounds:
			return err
		case <-e.ctx.Done():
			return context.Cause(e.ctx)
		case <-ticker.C:
		}
		now, err := e.session.found(e.ctx)
		switch {
		case err != nil:
			return err
		case now.ExecutorID == e.session.executor.ID(), now.Status != "PENDING":
			continue
		case now.Beat > held.Beat && now.ExecutorID == held.ExecutorID:
			return errHeld(e.session.id, now.ExecutorID)
		}
		held = now
		if waiting := e.session.config.Waiting; !told && waiting != nil {
			told = true
			waiting(now.ExecutorID, e.session.config.LeaseTime)
		}
	}
}

// lookInterval is the pause between two looks at a run that another process has.
const lookInterval = 200 * time.Millisecond

// bundle returns the script of a run.
func (s *Session) bundle(ctx context.Context, plan Plan) (Bundle, error) {
	found, err := s.sources.Sources(ctx, plan.Source)
	if err != nil {
		return Bundle{}, err
	}
	if len(found) == 0 {
		return Bundle{}, errNoSource(s.id, plan.Source)
	}
	return decodeBundle(found[0].Text)
}
