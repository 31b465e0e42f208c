package main

import (
	"cmp"
	"fmt"
	"log/slog"

	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// format returns the format of --output, by default a table for people and lines of JSON for
// programs.
func (a *app) format() (render.Format, error) {
	switch {
	case a.options.output != "":
		return render.ParseFormat(a.options.output)
	case terminal.Is(a.out):
		return render.Table, nil
	}
	return render.NDJSON, nil
}

// logger returns a logger that writes to standard error.
func (a *app) logger() *slog.Logger {
	if log := a.jsonLog(); log != nil {
		return slog.New(log.Handler())
	}
	return slog.New(terminal.NewLog(a.err, terminal.LogOptionsFor(a.err, a.options.verbose)))
}

// The formats of standard error.
const (
	logText = "text"
	logJSON = "json"
)

// openLog makes standard error a log of JSON records, if --log-format asks for it.
func (a *app) openLog() {
	if a.options.logFormat == logJSON && a.jsonLog() == nil {
		a.err = terminal.NewJSONLog(a.err, a.options.verbose)
	}
}

// jsonLog returns the log of JSON records that standard error is, or nil if it is text.
func (a *app) jsonLog() *terminal.JSONLog {
	log, _ := a.err.(*terminal.JSONLog)
	return log
}

// identified returns the app of one run. If its log is JSON, each record has the id of the run.
// finish writes text that has no end of line yet.
func (a *app) identified() (own *app, finish func()) {
	log := a.jsonLog()
	if log == nil {
		return a, func() {}
	}
	copied := *a
	copied.environment.ID = cmp.Or(a.environment.ID, run.NewID())
	log = log.With("run", copied.environment.ID)
	copied.err = log
	return &copied, func() { _ = log.Close() }
}

// logFormat is a flag that names the format of standard error.
type logFormat string

func (f *logFormat) String() string { return string(*f) }

func (f *logFormat) Type() string { return "FORMAT" }

func (f *logFormat) Set(text string) error {
	if text != logText && text != logJSON {
		return fmt.Errorf("there is no log format %q: it is text or json", text)
	}
	*f = logFormat(text)
	return nil
}
