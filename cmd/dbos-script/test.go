package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/plainfile"
	"github.com/dbos-script/dbos-script/runtime/scripttest/report"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib"
)

// testOptions are the flags of the command test.
type testOptions struct {
	pattern  string
	format   string
	coverage bool
	lcov     string
	list     bool
}

func (a *app) testCommand() *cobra.Command {
	var o testOptions
	cmd := &cobra.Command{
		Use:   "test [FILE|FOLDER]...",
		Short: "Run the tests of scripts",
		Long: "Runs the scripts whose name ends in _test.lua: the given ones, those below the given folders, or those below this folder; - is standard input.\n" +
			"Each test gets an empty system database of its own, a simulated application to run workflows, and a clock that stands\n" +
			"still until the test moves it or a script waits. The environment and profiles are ignored, so no other database is touched.",
		Example: "  dbos-script test\n" +
			"  dbos-script test runbooks --run 'bulk resume' --coverage\n" +
			"  dbos-script test --format junit > report.xml",
		ValidArgsFunction: scriptFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := a.newTester(o)
			if err != nil {
				return usage(cmd, err)
			}
			files, err := testFiles(args)
			if err != nil {
				return err
			}
			return t.run(cmd.Context(), files)
		},
		Annotations: map[string]string{lateFlags: "test"},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.pattern, "run", "", "only tests whose full name matches this regular expression; -run works too")
	flags.StringVar(&o.format, "format", "report", "report, tap or junit")
	flags.BoolVar(&o.coverage, "coverage", false, "name the lines of the scripts under test that did not run")
	flags.StringVar(&o.lcov, "lcov", "", "write the coverage into this file, in lcov's format")
	flags.BoolVar(&o.list, "list", false, "only list the tests")
	return cmd
}

// withRunFlag replaces -run by --run behind the word test, because -run is the flag of go test.
func withRunFlag(args []string) []string {
	if !slices.Contains(args, "test") {
		return args
	}
	args = slices.Clone(args)
	for i := slices.Index(args, "test"); i < len(args) && args[i] != "--"; i++ {
		if args[i] == "-run" || strings.HasPrefix(args[i], "-run=") {
			args[i] = "-" + args[i]
		}
	}
	return args
}

// A tester runs test scripts, one after the other.
type tester struct {
	app      *app
	options  testOptions
	wanted   *regexp.Regexp // of --run
	reporter report.Reporter
	coverage *vm.Coverage // nil without --coverage and --lcov
	totals   report.Totals
}

func (a *app) newTester(o testOptions) (*tester, error) {
	wanted, err := regexp.Compile(o.pattern)
	if err != nil {
		return nil, fmt.Errorf("--run: %w", err)
	}
	reporter, err := report.NewReporter(o.format, a.testReport(o.format), report.Style{Coloured: terminal.Coloured(a.out), Verbose: a.options.verbose})
	if err != nil {
		return nil, err
	}
	t := &tester{app: a, options: o, wanted: wanted, reporter: reporter}
	if o.coverage || o.lcov != "" {
		t.coverage = vm.NewCoverage()
	}
	return t, nil
}

// testFiles returns the given scripts, and the test scripts in the given folders.
func testFiles(given []string) ([]string, error) {
	if len(given) == 0 {
		given = []string{"."}
	}
	var files []string
	for _, path := range given {
		if isStandardInput(path) {
			files = append(files, path)
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, &usageError{
				message: fmt.Sprintf("there is no test script and no folder %s%s", path, declare.DidYouMean(path, slices.Concat(testsBeside(path), foldersBeside(path)))),
				hint:    "in a folder, files that end in _test.lua are run; without an argument, the folder is the working directory",
			}
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		found, err := testsBelow(path)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		return nil, &usageError{message: "there are no tests in " + strings.Join(given, ", "), hint: "the name of a test script ends in _test.lua"}
	}
	return files, nil
}

// testSuffix ends the name of a test script.
const testSuffix = "_test.lua"

// testsBelow returns the test scripts in a folder and its subfolders. It leaves out hidden folders,
// and files that are not regular, because reading a pipe could block for ever.
func testsBelow(folder string) (files []string, err error) {
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != folder && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.IsDir() && strings.HasSuffix(entry.Name(), testSuffix) && plainfile.Is(path):
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// run runs the tests of all files and writes the report. Its error carries the exit status.
func (t *tester) run(ctx context.Context, files []string) error {
	for _, path := range files {
		file, err := t.file(ctx, path)
		if err != nil {
			return err
		}
		if len(file.Results) == 0 {
			continue
		}
		t.totals.Add(file)
		if !t.options.list {
			if err := t.reporter.File(file); err != nil {
				return err
			}
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return errors.Join(t.end(), t.verdict())
}

// end writes the totals, and the coverage if it was asked for.
func (t *tester) end() error {
	if t.options.list {
		return nil
	}
	return errors.Join(t.reporter.End(t.totals), t.writeCoverage())
}

// verdict returns the exit status as an error: of a timeout if --timeout ended a test, of a failed
// script if a test failed, and of wrong usage if --run selects no test; nil if all passed.
func (t *tester) verdict() error {
	switch {
	case t.totals.Overdue > 0:
		return &stdlib.ExitRequest{Status: stdlib.ExitTimeout}
	case t.totals.Failed > 0:
		return &stdlib.ExitRequest{Status: stdlib.ExitScriptError}
	case t.totals.Passed+t.totals.Pending == 0:
		return &usageError{message: fmt.Sprintf("no test's name matches %q", t.options.pattern)}
	}
	return nil
}

// testReport returns the stream of a report. The report for people escapes the control characters
// of its texts itself, so that its colours are not escaped.
func (a *app) testReport(format string) io.Writer {
	if format == "report" {
		return terminal.Styled(a.out)
	}
	return a.out
}
