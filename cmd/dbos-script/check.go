package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/check"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/scripttest"
	"github.com/dbos-script/dbos-script/stdlib"
)

func (a *app) checkCommand() *cobra.Command {
	durable := false
	cmd := &cobra.Command{
		Use:   "check [FILE|DIR]...",
		Short: "Find mistakes in scripts without running them",
		Long: "Finds mistakes without running anything: syntax that is not Lua 5.1, undefined globals, unknown functions, options and fields,\n" +
			"wrong arguments and wrong numbers of them, unused locals. A folder stands for all scripts below it (*.lua, without hidden folders,\n" +
			"node_modules, testdata and files of types, which begin with ---@meta), and - for standard input. The default is this folder.\n\n" +
			"It reports a mistake only if it is sure. The comment -- check: ignore silences it for a line.\n" +
			"With --output json, or another format, the findings are data. If there are mistakes, the exit code is 1.\n\n" +
			"--durable also lists the calls that a durable run (run --durable) refuses, because it cannot record them: they would call a function of\n" +
			"the script while they are under way, and not in a replay. And it lists the calls that act on something other than the database of the\n" +
			"run, such as a file, a host or the terminal: a durable run cannot record such a call in the transaction that makes it. If the run is\n" +
			"killed after the call, the call may happen again. These calls are no mistakes. Calls inside a step are listed only if the step refuses them.",
		Example:           "  dbos-script check bulk_resume.lua\n  dbos-script check --output json runbooks\n  dbos-script check --durable bulk_resume.lua",
		ValidArgsFunction: scriptFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			return a.check(cmd.Context(), args, durable)
		},
	}
	cmd.Flags().BoolVar(&durable, "durable", false, "also list the calls that a durable run refuses, and those that may happen twice in one")
	return cmd
}

// check writes the mistakes in the scripts that the arguments name, and if durable is set, the
// calls that a durable run refuses and those that may happen twice. The exit code is that of a
// script that failed if there are mistakes.
func (a *app) check(ctx context.Context, args []string, durable bool) error {
	out, err := a.findings()
	if err != nil {
		return err
	}
	sources, err := a.sources(ctx, args)
	if err != nil {
		return err
	}
	checkers, count, bad, acts, refused := newCheckers(), 0, 0, 0, 0
	for _, s := range sources {
		found := append(checkers.of(s.name).Check(s.name, s.text, s.folders...), a.checkNeeds(s)...)
		out.add(found)
		count += len(found)
		if len(found) > 0 {
			bad++
		}
		if durable {
			twice := checkers.of(s.name).Acts(s.name, s.text, s.folders...)
			out.add(twice)
			for _, found := range twice {
				if found.Code == check.NotRecordable {
					refused++
				} else {
					acts++
				}
			}
		}
	}
	if err := out.done(); err != nil {
		return err
	}
	if durable {
		if refused > 0 {
			fmt.Fprintf(a.err, "dbos-script: %s cannot be recorded in a durable run\n", countOf(refused, "call"))
		}
		fmt.Fprintf(a.err, "dbos-script: %s may happen twice in a durable run\n", countOf(acts, "call"))
	}
	if count > 0 {
		return &stdlib.ExitRequest{Status: stdlib.ExitScriptError, Message: fmt.Sprintf("%s in %d of %s", countOf(count, "mistake"), bad, countOf(len(sources), "script"))}
	}
	fmt.Fprintf(a.err, "dbos-script: no mistakes in %s\n", countOf(len(sources), "script"))
	return nil
}

// checkNeeds shows what a script needs, and returns a mistake in that.
func (a *app) checkNeeds(s source) []check.Finding {
	needs, line, err := declaredNeeds(s.name, s.text)
	if err != nil {
		return []check.Finding{{File: s.name, Line: line, Code: check.WrongArgument, Message: err.Error()}}
	}
	if !needs.Empty() {
		fmt.Fprintf(a.err, "dbos-script: %s needs %s\n", s.name, strings.Join(list(needs.Flags(), audit.Mask), " "))
	}
	return nil
}

// checkers holds the checker of scripts, and that of tests, which have more modules.
type checkers struct{ scripts, tests *check.Checker }

// newCheckers names the module assert of tests, because it replaces Lua's function of that name.
func newCheckers() checkers {
	tests := append(run.Modules(), append(run.TestModules(), scripttest.Globals(&scripttest.Suite{}))...)
	return checkers{check.New(declare.NewRegistry(run.Modules()...)), check.New(declare.NewRegistry(tests...), scripttest.AssertName)}
}

// of returns the checker for a script of this name.
func (c checkers) of(name string) *check.Checker {
	if strings.HasSuffix(name, testSuffix) {
		return c.tests
	}
	return c.scripts
}

// countOf returns a number of things in words: "1 script", "2 scripts".
func countOf(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
