package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/dbos-script/dbos-script/runtime/monitor"
	"github.com/dbos-script/dbos-script/runtime/monitor/page"
	"github.com/dbos-script/dbos-script/runtime/schedule"
)

// byPage says who asked for a run, in the log, the audit log and on the page.
const byPage = "the page"

// steerPatience is how long the loop of a server has to answer a person. A database that does not
// answer may hold it up for five seconds.
const steerPatience = 8 * time.Second

// newPage returns the page of a server for people. Its times are in the zone of --tz.
func (a *app) newPage(f *folder, s *steering, shared bool) *page.Page {
	return page.New(page.Config{
		Source: s.history, Actions: s, Title: filepath.Base(f.path), Shared: shared, Now: s.history.now, Zone: a.options.tz.location(),
		Visit: func(r *http.Request) page.Visit {
			form, signedIn := monitor.Visit(r)
			return page.Visit{FormToken: form, SignedIn: signedIn}
		},
	})
}

// A steering starts and holds scripts for the page. It is a page.Actions.
type steering struct {
	history *runHistory
	server  atomic.Pointer[schedule.Server] // nil until the server runs
}

// steered returns a server that the page steers, if there is a page.
func (o *serveOptions) steered(config schedule.Config) *schedule.Server {
	server := schedule.New(config)
	if o.steering != nil {
		o.steering.server.Store(server)
	}
	return server
}

var errStarting = errors.New("the server is starting: try again in a moment")

// ask calls use with the server, and bounds how long it takes.
func (s *steering) ask(ctx context.Context, use func(context.Context, *schedule.Server) error) error {
	server := s.server.Load()
	if server == nil {
		return errStarting
	}
	late := fmt.Errorf("the server has not answered within %s: look again in a moment", steerPatience)
	ctx, cancel := context.WithTimeoutCause(ctx, steerPatience, late)
	defer cancel()
	return use(ctx, server)
}

// RunNow starts a run, which takes the way of a run for a tick.
func (s *steering) RunNow(ctx context.Context, script string) (id string, err error) {
	err = s.ask(ctx, func(ctx context.Context, server *schedule.Server) error {
		tick, err := server.RunNow(ctx, script, byPage)
		id = s.history.id(tick)
		return err
	})
	return id, err
}

// Pause holds the ticks of a script in this process.
func (s *steering) Pause(ctx context.Context, script string, paused bool) error {
	err := s.ask(ctx, func(ctx context.Context, server *schedule.Server) error { return server.Hold(ctx, script, paused) })
	if err != nil {
		return err
	}
	s.history.note(script, func(of *scriptHistory) { of.paused = paused })
	message := "paused by the page: no tick starts a run"
	if !paused {
		message = "resumed by the page"
	}
	s.history.app.logger().Warn(message, "script", script)
	return nil
}
