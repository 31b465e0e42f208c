package run

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// Replay runs a script against the steps of a run that has ended, and returns whether it makes
// the same calls: err is nil, or a *journal.NonDeterministicError with the first difference. Calls
// are not made, except those of pure functions, and no database is opened. The script prints as in
// a first run, but emits and logs nothing, because these are steps. ended is the error with which
// the script ended, which is no difference if it came to the end of its steps. Environment.Journal
// of config has the Run, the Began, the Sleep and the Matched of the replay; its Record is not
// used. output is the value that the script of a workflow has returned, as in Run.Output. Any other
// err is that of New, or of a script that was stopped, for example by its limits.
func Replay(ctx context.Context, config Config, s Source, steps []journal.Step) (output any, ended, err error) {
	var settings journal.Config
	if given := config.Environment.Journal; given != nil {
		settings = *given
	}
	settings.Record, settings.Finished = journal.MemoryOf(steps), true
	config.Environment.Journal = &settings
	r, err := New(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	ended = r.Execute(s)
	closed := r.Close()
	if failed := r.journal.Failed(); failed != nil {
		return nil, ended, failed
	}
	if interrupted(ended) {
		return nil, ended, ended
	}
	return r.Output(), ended, closed
}

// replays returns true if the run is a replay.
func (r *Run) replays() bool {
	return r.config.Environment.Journal != nil && r.config.Environment.Journal.Finished
}

// noClient stands in the place of each connection of a replay, which calls none of its methods.
type noClient struct{ client.Client }
