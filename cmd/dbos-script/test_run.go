package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
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

// file runs the tests of a script that --run selects. A file that cannot be read becomes a failed
// test in the report, so that the other files still run. It returns an error if standard input
// holds no script.
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

// described returns the tests of a script, or the failed test "is loaded" if the script raises an
// error or describes no test.
func (t *tester) described(ctx context.Context, script *script) ([]*scripttest.Test, *report.Result) {
	b := t.newState(ctx, script)
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

// units groups the tests by the database that they share: most tests have their own and are alone
// in a group. It returns the groups with a test that --run selects. They are run as a whole,
// because a test may need the rows of the one before it.
func (t *tester) units(all []*scripttest.Test) (units [][]*scripttest.Test) {
	groups := map[int]int{} // number of a shared database → index of its unit
	for _, test := range all {
		i, known := groups[test.Shared]
		if test.Shared == 0 || !known {
			i = len(units)
			groups[test.Shared] = i
			units = append(units, nil)
		}
		units[i] = append(units[i], test)
	}
	return slices.DeleteFunc(units, func(tests []*scripttest.Test) bool {
		return !slices.ContainsFunc(tests, func(test *scripttest.Test) bool { return t.wanted.MatchString(test.Name) })
	})
}

// unit runs the tests of a unit in one new state.
func (t *tester) unit(ctx context.Context, script *script, tests []*scripttest.Test) (results []report.Result) {
	b := t.newState(ctx, script)
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

// A testState is the Lua state, the database and the clock of one unit of tests.
type testState struct {
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

func (t *tester) newState(ctx context.Context, script *script) *testState {
	b := &testState{tester: t, path: script.name, folder: script.folder, suite: &scripttest.Suite{Loaded: true}}
	b.app = &app{options: t.app.options, transport: t.app.transport, unaudited: true}
	b.app.options.yes = true // a test changes only its own database
	b.app.streams = streams{in: strings.NewReader(""), out: &b.out, err: &b.log}
	b.world = testbed.New(b.app.logger())
	b.app.environment = b.environment()
	b.app.environment.Suite, b.app.environment.Modules = b.suite, append(b.world.Modules(b.script), scripttest.Globals(b.suite))
	b.run, b.err = b.app.newRun(ctx, script.name)
	return b
}

// environment returns the clock and the database that scripts of the test use.
func (b *testState) environment() run.Environment {
	return run.Environment{Clock: b.world.Now, Sleep: b.world.Sleep, Database: b.world.Config, Coverage: b.tester.coverage,
		FakeHTTP: b.world.HTTP(), FakePrograms: b.world.Programs}
}

func (b *testState) close() {
	if b.run != nil {
		_ = b.run.Close()
	}
	_ = b.world.Close()
}

func (b *testState) test(test *scripttest.Test) error {
	place := b.suite.Find(test)
	if place < 0 {
		return errors.New("the script did not describe this test when it was run anew")
	}
	err := b.run.Test(place)
	unanswered := b.world.Unanswered()
	if err == nil {
		err = unanswered
	}
	return err
}

func (b *testState) result(test *scripttest.Test, began time.Time, err error) *report.Result {
	_ = b.flush() // rows of a table may still be buffered, and belong to the output of the test
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

func (b *testState) flush() error {
	if b.run == nil {
		return nil
	}
	return b.run.Flush()
}

// failureText returns an error with its line and the trace of the script, without the frames of our
// own library, where assert and its kind raise their errors.
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

// script runs a runbook for a test, and returns its outcome. The flags of the test command apply;
// flags of the runbook can only reduce what they allow.
func (b *testState) script(ctx context.Context, script string, words, flags []string) (*testbed.Outcome, error) {
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

// scriptFailure returns the error of a run, or nil if the script ended by exit, with any status.
func scriptFailure(err error) error {
	var exit *stdlib.ExitRequest
	if errors.As(err, &exit) {
		return nil
	}
	return err
}
