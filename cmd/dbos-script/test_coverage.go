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

// covered shows which lines of the scripts ran, and writes them for other programs.
func (t *tester) covered() error {
	if t.coverage == nil {
		return nil
	}
	scripts := t.scripts()
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

// coverageOut returns standard error if another program reads standard output.
func (t *tester) coverageOut() io.Writer {
	if t.options.format == "report" {
		return t.app.out
	}
	return t.app.err
}

// scripts leaves out the tests themselves, and the parts of the library.
func (t *tester) scripts() (scripts []report.Covered) {
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

func printCoverage(out io.Writer, scripts []report.Covered) error {
	fmt.Fprintln(out)
	if len(scripts) == 0 {
		_, err := fmt.Fprintln(out, "no script was run: runbook.run runs one")
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
