package main

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/schedule"
	"github.com/dbos-script/dbos-script/stdlib/render"
	"github.com/dbos-script/dbos-script/stdlib/suite"
)

// A stage is what a run finds in place of the real world. The zero stage is the real one.
type stage struct {
	clock    func() time.Time
	sleep    func(context.Context, time.Duration) error
	database func(context.Context) (client.ClientConfig, error) // the only database there is
	modules  []declare.Module                                   // beside the usual ones
	suite    *suite.Suite                                       // of a test script, which has the functions of testing as globals
	coverage *vm.Coverage
	emitted  func([]render.Row)
	tick     time.Time           // that a scheduled run is for
	runID    string              // in the audit log; a new one if empty
	declared func(schedule.Plan) // where a schedule is read
}

func (s stage) now() time.Time {
	if s.clock != nil {
		return s.clock()
	}
	return clock()
}

// fine is now for a stopwatch: what os.clock measures may take less than a millisecond.
func (s stage) fine() time.Time {
	if s.clock != nil {
		return s.clock()
	}
	return time.Now()
}

// openStaged opens the database of a stage, under the flags of the run.
func (h *host) openStaged(ctx context.Context) (*bindings.Connection, error) {
	config, err := h.app.stage.database(h.ctx)
	if err != nil {
		return nil, err
	}
	asked := h.app.options.config(config.DatabaseURL)
	asked.Clock, asked.Idle = config.Clock, config.Idle
	asked.SDK = cmp.Or(asked.SDK, config.SDK)
	return h.open(ctx, asked)
}

// errElsewhere keeps a test from what is not its own.
var errElsewhere = &deniedError{errors.New("a test has the database of its fleet, and may open no other")}

// deniedError is what a run may not do.
type deniedError struct{ error }

func (e *deniedError) Code() string { return "Denied" }
