package run

import (
	"context"

	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// Replay runs a script against the steps of a run that has ended, and returns whether it makes
// the same calls: nil, or a *journal.NonDeterministicError with the first difference. Calls are
// not made, except those of pure functions and those that open a database. The script prints as
// in a first run, but emits and logs nothing, because these are steps. An error that the script
// raises is no difference if it came to the end of its steps. Environment.Journal of config has
// the Run and the Began of the run; its Record is not used. Any other error is that of New, or of
// a script that was stopped, for example by its limits.
func Replay(ctx context.Context, config Config, s Source, steps []journal.Step) error {
	var settings journal.Config
	if given := config.Environment.Journal; given != nil {
		settings = *given
	}
	settings.Record, settings.Finished = journal.MemoryOf(steps), true
	config.Environment.Journal = &settings
	r, err := New(ctx, config)
	if err != nil {
		return err
	}
	err = r.Execute(s)
	closed := r.Close()
	if failed := r.journal.Failed(); failed != nil {
		return failed
	}
	if interrupted(err) {
		return err
	}
	return closed
}
