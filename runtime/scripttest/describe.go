package scripttest

import (
	"context"
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib"
)

func testingModule(host Host) declare.Module {
	return declare.Module{
		Name:    "testing",
		Section: declare.TestsSection,
		Doc: "Describes tests. In a script that `dbos-script test` runs, a file whose name ends in `_test.lua`, these functions are global " +
			"ones: `describe`, `it`, `before_each`, `after_each`. In other scripts `finish` runs the tests.\n\n" +
			"`dbos-script test` runs each test in its own Lua state: the file is run again for each, and the test has a database, a fleet and a clock " +
			"that no other test has touched.",
		Funcs: []declare.Func{testingDescribe(host), testingIt(host), testingBefore(host), testingAfter(host), testingFinish(host)},
	}
}

// Globals returns the functions of the module testing as globals, which is how a file that
// `dbos-script test` runs calls them. They add tests to the suite.
func Globals(s *Suite) declare.Module {
	host := Host{Suite: s}
	return declare.Module{
		Name: "tests", Global: true,
		Doc:   "The functions that describe tests, in a script that `dbos-script test` runs.",
		Funcs: []declare.Func{testingDescribe(host), testingIt(host), testingBefore(host), testingAfter(host)},
	}
}

func testingDescribe(host Host) declare.Func {
	type args struct {
		Name     string           `arg:"name" doc:"The name of the tested thing."`
		Fn       declare.Callback `arg:"fn" doc:"A function that describes the tests of the group. It is called at once."`
		Database string           `json:"database" doc:"Whether each test of the group has a database of its own, or all share one." enum:"fresh,shared" default:"fresh"`
	}
	return declare.Do("describe", "Describes a group of tests.",
		func(ctx context.Context, a args) error {
			return host.Suite.Describe(ctx, a.Name, a.Database == "shared", a.Fn)
		}).Outside().
		Notes("The tests of a group with `database = \"shared\"` run one after the other in one state, with one database, fleet and clock. When " +
			"one of them is asked for, all run.").
		Example("describe(\"totals\", function()\n  it(\"add up\", function() assert.equal(3, 1 + 2) end)\nend)").
		Example("describe(\"an order\", function()\n" +
			"  it(\"is there\", function() fleet.workflow{id = \"order-1\", name = \"process_order\"} end)\n" +
			"  it(\"is still there\", function() assert.same({ENQUEUED = 1}, fleet.counts()) end)\nend, {database = \"shared\"})")
}

func testingIt(host Host) declare.Func {
	type args struct {
		Name string           `arg:"name" doc:"The name of the test: a sentence that holds."`
		Fn   declare.Callback `arg:"fn,optional" doc:"The test, which fails by raising an error. Without it the test is still to be written."`
	}
	return declare.Do("it", "Adds a test.",
		func(ctx context.Context, a args) error {
			at, _ := declare.Caller(ctx)
			return host.Suite.It(a.Name, at, a.Fn)
		}).Outside().
		Example("it(\"adds\", function() assert.equal(3, 1 + 2) end)\nit(\"subtracts\")")
}

type hookArgs struct {
	Fn declare.Callback `arg:"fn" doc:"A function."`
}

func testingBefore(host Host) declare.Func {
	return declare.Do("before_each", "Calls a function before each test of the group, and of the groups inside it.",
		func(_ context.Context, a hookArgs) error {
			host.Suite.Before(a.Fn)
			return nil
		}).Outside().
		Example("before_each(function() fleet.workflow{id = \"order-1\", name = \"process_order\"} end)\n" +
			"it(\"has an order\", function() assert.same({ENQUEUED = 1}, fleet.counts()) end)")
}

func testingAfter(host Host) declare.Func {
	return declare.Do("after_each", "Calls a function after each test of the group, and of the groups inside it, also when the test failed.",
		func(_ context.Context, a hookArgs) error {
			host.Suite.After(a.Fn)
			return nil
		}).Outside().
		Example("after_each(function() assert.equal(nil, fleet.counts().ERROR) end)\nit(\"leaves no errors\", function() fleet.run() end)")
}

func testingFinish(host Host) declare.Func {
	return declare.Do("finish", "Runs the tests that were described, in the state and with the database of the script, and ends the script; an error is raised when a test fails.",
		func(ctx context.Context, _ declare.None) error { return host.finish(ctx) }).Outside().
		Notes("This is for a test that is run by `dbos-script run`, against an existing database. `dbos-script test` runs the tests " +
			"itself, each with a database of its own. Statements after it do not run.").
		Example("local t = require(\"testing\")\nt.it(\"adds\", function() assert(1 + 2 == 3) end)\nt.finish()")
}

// finish runs the tests of a script that `dbos-script run` started, then ends the script. Under
// `dbos-script test` it only stops loading the file, because the runner calls the tests itself.
func (h Host) finish(ctx context.Context) error {
	if h.Suite.Loaded {
		return ErrFinished
	}
	tests := h.Suite.Tests()
	if len(tests) == 0 {
		return fmt.Errorf("testing.finish: no test was described")
	}
	failed := 0
	for i, t := range tests {
		err := h.Suite.Run(ctx, i)
		switch {
		case ctx.Err() != nil:
			return err
		case err != nil:
			failed++
			fmt.Fprintf(h.Stdout, "not ok - %s\n%s\n", t.Name, placed(err))
		default:
			fmt.Fprintf(h.Stdout, "ok - %s\n", t.Name)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d tests failed", failed, len(tests))
	}
	fmt.Fprintf(h.Stdout, "%d passed\n", len(tests))
	return h.End(&stdlib.ExitRequest{})
}

// placed returns the text of an error with its line in front. The text of an error without a line
// is returned unchanged, because a script that raised one has put its line there.
func placed(err error) string {
	if failure, ok := errors.AsType[declare.Failure](err); ok && failure.Where() != "" {
		return failure.Where() + ": " + failure.Message()
	}
	return err.Error()
}
