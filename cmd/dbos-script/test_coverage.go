package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/scripttest/report"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// writeCoverage prints a table of the scripts under test with the lines that did not run, if
// --coverage is given, and writes the hits of all lines to the file of --lcov. It does nothing
// without these flags. It returns a usageError if the file cannot be made.
func (t *tester) writeCoverage() error {
	if t.coverage == nil {
		return nil
	}
	scripts := t.coveredScripts()
	if t.options.coverage {
		if err := printCoverage(t.coverageOut(), scripts); err != nil {
			return err
		}
	}
	if t.options.lcov == "" {
		return nil
	}
	file, err := os.Create(t.options.lcov)
	if err != nil {
		return &usageError{message: err.Error()}
	}
	defer file.Close()
	return report.WriteLCOV(file, scripts)
}

// coverageOut returns where the table is printed: below a report for people, but to standard error
// if the format is tap or junit, because a program reads standard output then.
func (t *tester) coverageOut() io.Writer {
	if t.options.format == "report" {
		return t.app.out
	}
	return t.app.err
}

// coveredScripts returns the coverage of the scripts that the tests ran or required, in the order
// of their names; nil if there are none. It leaves out the test scripts themselves, and the
// functions of dbos-script that are written in Lua.
func (t *tester) coveredScripts() (scripts []report.Covered) {
	for _, file := range t.coverage.Files() {
		if strings.HasSuffix(file.Name, testSuffix) || strings.HasPrefix(file.Name, declare.Library) {
			continue
		}
		c := report.Covered{Path: filepath.ToSlash(file.Name)}
		for _, line := range file.Lines {
			c.Lines = append(c.Lines, report.Line{Number: line.Line, Hits: line.Hits})
		}
		scripts = append(scripts, c)
	}
	return scripts
}

// printCoverage prints a row for each script, or a line that says what to do if there are none.
func printCoverage(out io.Writer, scripts []report.Covered) error {
	fmt.Fprintln(out)
	if len(scripts) == 0 {
		_, err := fmt.Fprintln(out, "the tests ran no script: runbook.run runs one, and require loads one")
		return err
	}
	rows := make([]render.Row, len(scripts))
	for i, c := range scripts {
		rows[i] = render.Row{Value: declare.Members{
			{Key: "script", Value: c.Path}, {Key: "lines", Value: len(c.Lines)}, {Key: "ran", Value: fmt.Sprintf("%.1f %%", c.Percent())},
			{Key: "did not run", Value: c.Missed()},
		}}
	}
	return printer(out, render.Table, render.Kinds{}).List(rows)
}
