package run

import (
	"context"
	"errors"
	"time"

	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// Do makes a run, calls a function with it and ends it: it writes buffered output and the last
// line of the audit log, and closes connections. It returns the errors of the function and of the
// end, or the error of New. A panic is returned as a *bridge.Panic.
//
// If a stopped run does not end, because a call of it does not return, Do gives it up: the call
// goes on, and Do returns an error that wraps the *vm.Stop.
func Do(ctx context.Context, config Config, use func(*Run) error) error {
	if config.Abandoned.tooMany() {
		return errManyAbandoned
	}
	overdue := make(chan *vm.Stop, 1)
	r, err := newRun(ctx, config, func(stop *vm.Stop) { overdue <- stop })
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- Recover(func() error { return r.end(Recover(func() error { return use(r) })) }) }()
	select {
	case err := <-ended:
		return err
	case stop := <-overdue:
		config.Abandoned.add(ended)
		return r.giveUp(stop)
	}
}

// end ends a run that returned err or nil, and returns the error to report.
func (r *Run) end(err error) error {
	r.closeScreen()
	flushed := r.printer.Flush()
	return errors.Join(err, flushed, r.conclude(err), r.closeLog(err), r.Close())
}

func (r *Run) conclude(err error) error {
	if r.config.Conclude == nil {
		return nil
	}
	return r.config.Conclude(r, err)
}

func (r *Run) closeLog(err error) error {
	if r.log == nil {
		return nil
	}
	return r.log.Close(Outcome(err), ExitCode(err))
}

// givenUp is the end of a run whose call does not return.
type givenUp struct{ *vm.Stop }

func (e givenUp) Error() string {
	return e.Stop.Message + "; a call that it made does not return, so the run was given up"
}

// Unwrap returns why the run was stopped.
func (e givenUp) Unwrap() error { return e.Stop }

// giveUp ends a run whose call does not return: the audit log gets its last line and a person the
// summary, and nothing that the call may still use is closed.
func (r *Run) giveUp(stop *vm.Stop) error {
	const timeout = time.Second
	r.closeScreen()
	err := givenUp{stop}
	done := make(chan error, 1)
	go func() { done <- errors.Join(r.closeLog(err), r.conclude(err)) }() // a change under way holds them up
	select {
	case failed := <-done:
		return errors.Join(err, failed)
	case <-time.After(timeout):
		return err
	}
}
