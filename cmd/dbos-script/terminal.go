package main

import (
	"log/slog"

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
	return slog.New(terminal.NewLog(a.err, terminal.LogOptionsFor(a.err, a.options.verbose)))
}
