package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/scripttest"
	"github.com/dbos-script/dbos-script/runtime/scripttest/report"
	"github.com/dbos-script/dbos-script/runtime/scripttest/testbed"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// file runs the tests of a script that are wanted. It returns an error if standard input holds no
// script. A file that cannot be read is a test that failed, because there may be others.
func (t *tester) file(ctx context.Context, path string) (report.File, error) {
	script, err := t.app.readScript(ctx, path)
	switch {
	case err != nil && isStandardInput(path):
		return report.File{}, err
	case err != nil:
		return report.File{Path: path, Results: []report.Result{{Name: "is loaded", File: path, State: report.Failed, Failure: err.Error()}}}, nil
	}
	return t.scriptFile(ctx, script), nil
}

func (t *tester) scriptFile(ctx context.Context, script *script) report.File {
	path := script.name
	file := report.File{Path: path}
	described, failed := t.described(ctx, script)
	if failed != nil {
		file.Results = []report.Result{*failed}
		return file
	}
	for _, tests := range t.units(described) {
		if ctx.Err() != nil {
			return file
		}
		if t.options.list {
			for _, test := range tests {
				fmt.Fprintf(t.app.out, "%s:%d: %s\n", path, test.Line, test.Name)
				file.Results = append(file.Results, report.Result{State: report.Pending})
			}
			continue
		}
		file.Results = append(file.Results, t.unit(ctx, script, tests)...)
	}
	return file
}

// described are the tests of a script. One that cannot be loaded is a test that failed.
func (t *tester) described(ctx context.Context, script *script) ([]*scripttest.Test, *report.Result) {
	b := t.bench(ctx, script)
	defer b.close()
	err := b.err
	if err == nil {
		err = b.run.DescribeTests(script.source())
	}
	if err == nil && len(b.suite.Tests()) == 0 {
		err = errors.New("it describes no test")
	}
	if err != nil {
		return nil, b.result(&scripttest.Test{Name: "is loaded", File: script.name}, time.Now(), err)
	}
	return b.suite.Tests(), nil
}

// units are the tests that run in one state: each alone, or a group that shares a database.
func (t *tester) units(all []*scripttest.Test) (units [][]*scripttest.Test) {
	shared := map[int]int{} // group → its unit
	wanted := map[int]bool{}
	for _, test := range all {
		if test.Shared > 0 && t.wanted.MatchString(test.Name) {
			wanted[test.Shared] = true
		}
	}
	for _, test := range all {
		if test.Shared == 0 {
			if t.wanted.MatchString(test.Name) {
				units = append(units, []*scripttest.Test{test})
			}
			continue
		}
		if !wanted[test.Shared] {
			continue
		}
		at, known := shared[test.Shared]
		if !known {
			at = len(units)
			shared[test.Shared] = at
			units = append(units, nil)
		}
		units[at] = append(units[at], test)
	}
	return units
}

// unit runs tests in a state of their own.
func (t *tester) unit(ctx context.Context, script *script, tests []*scripttest.Test) (results []report.Result) {
	b := t.bench(ctx, script)
	defer b.close()
	loaded := b.err
	if loaded == nil {
		loaded = b.run.DescribeTests(script.source())
	}
	for _, test := range tests {
		b.out.Reset()
		b.log.Reset()
		began := time.Now()
		err := loaded
		if err == nil {
			err = b.test(test)
		}
		results = append(results, *b.result(test, began, err))
	}
	return results
}

// A bench is the state and the world of one test.
type bench struct {
	tester   *tester
	path     string // of the test script, in positions
	folder   string // where its runbooks lie
	app      *app
	suite    *scripttest.Suite
	world    *testbed.World
	run      *run.Run
	err      error // why there is no run
	out, log bytes.Buffer
}

func (t *tester) bench(ctx context.Context, script *script) *bench {
	b := &bench{tester: t, path: script.name, folder: script.folder, suite: &scripttest.Suite{Loaded: true}}
	b.app = &app{options: t.app.options, transport: t.app.transport, unaudited: true}
	b.app.options.yes = true // a test changes only its own database
	b.app.streams = streams{in: strings.NewReader(""), out: &b.out, err: &b.log}
	b.world = testbed.New(b.app.logger())
	b.app.environment = b.environment()
	b.app.environment.Suite, b.app.environment.Modules = b.suite, append(b.world.Modules(b.script), scripttest.Globals(b.suite))
	b.run, b.err = b.app.newRun(ctx, script.name)
	return b
}

// environment returns the world as a script finds it.
func (b *bench) environment() run.Environment {
	return run.Environment{Clock: b.world.Now, Sleep: b.world.Sleep, Database: b.world.Config, Coverage: b.tester.coverage}
}

func (b *bench) close() {
	if b.run != nil {
		_ = b.run.Close()
	}
	_ = b.world.Close()
}

func (b *bench) test(test *scripttest.Test) error {
	place := b.suite.Find(test)
	if place < 0 {
		return errors.New("the script did not describe this test when it was run anew")
	}
	return b.run.Test(place)
}

func (b *bench) result(test *scripttest.Test, began time.Time, err error) *report.Result {
	_ = b.flush()
	r := &report.Result{Name: test.Name, File: b.path, Line: test.Line, State: report.Passed, Took: time.Since(began)}
	switch {
	case err != nil:
		r.State, r.Failure, r.Overdue = report.Failed, failureText(err), run.TimedOut(err)
	case test.Pending():
		r.State = report.Pending
	}
	r.Output, r.Log = b.out.String(), b.log.String()
	return r
}

func (b *bench) flush() error {
	if b.run == nil {
		return nil
	}
	return b.run.Flush()
}

// failureText is an error with the line and the trace of the script.
func failureText(err error) string {
	var failure *vm.ScriptError
	if !errors.As(err, &failure) {
		return err.Error()
	}
	shown := *failure
	if exit := (*stdlib.ExitRequest)(nil); errors.As(err, &exit) {
		shown.Message = fmt.Sprintf("the test called exit (status %d)", exit.Status)
	}
	shown.Traceback = nil
	for _, frame := range failure.Traceback {
		if !strings.HasPrefix(frame.File, declare.Library) {
			shown.Traceback = append(shown.Traceback, frame)
		}
	}
	var text strings.Builder
	_ = vm.Format(&text, &shown, false)
	return text.String()
}

// script runs a runbook for a test. The flags of the test command apply; flags of the runbook can
// only reduce what they allow.
func (b *bench) script(ctx context.Context, script string, words, flags []string) (*testbed.Outcome, error) {
	var out, log bytes.Buffer
	a := &app{options: b.app.options, transport: b.app.transport, unaudited: true, streams: streams{in: strings.NewReader(""), out: &out, err: &log}}
	if !filepath.IsAbs(script) {
		script = filepath.Join(b.folder, script)
	}
	if err := b.mayRun(script); err != nil {
		return nil, err
	}
	if _, err := readScriptFile(script); err != nil {
		return nil, err
	}
	if err := a.takeTestFlags(flags); err != nil {
		return nil, err
	}
	outcome := &testbed.Outcome{Rows: []any{}}
	a.environment = b.environment()
	a.environment.Emitted = func(rows []render.Row) {
		for _, row := range rows {
			outcome.Rows = append(outcome.Rows, row.Selected())
		}
	}
	err := a.runFile(ctx, script, words)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	outcome.Status = a.report(err)
	outcome.Output, outcome.Log = out.String(), log.String()
	outcome.Error = scriptFailure(err)
	return outcome, nil
}

// scriptFailure is the error behind a run's end; an exit is none.
func scriptFailure(err error) error {
	var exit *stdlib.ExitRequest
	if errors.As(err, &exit) {
		return nil
	}
	return err
}
