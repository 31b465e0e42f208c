package main

import (
	"io"
	"log/slog"
	"os"

	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// coloured tells whether w takes colours; NO_COLOR is the usual way to refuse them.
func coloured(w io.Writer) bool {
	return terminal.Is(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// format is what --output says, else a table for a person and lines of JSON for a program.
func (a *app) format() (render.Format, error) {
	switch {
	case a.options.output != "":
		return render.ParseFormat(a.options.output)
	case terminal.Is(a.out):
		return render.Table, nil
	}
	return render.NDJSON, nil
}

func (a *app) logger() *slog.Logger { return a.loggerTo(a.err) }

// loggerTo returns a logger that writes as to standard error.
func (a *app) loggerTo(out io.Writer) *slog.Logger {
	level := slog.LevelInfo
	if a.options.verbose {
		level = slog.LevelDebug
	}
	return slog.New(terminal.NewLog(out, terminal.LogOptions{Level: level, Colour: coloured(a.err), Layout: terminal.StampLayout(terminal.Is(a.err))}))
}
