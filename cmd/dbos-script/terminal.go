package main

import (
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/lmittmann/tint"
	"golang.org/x/term"

	"github.com/dbos-script/dbos-script/stdlib/render"
)

// isTerminal tells whether somebody is looking at what is written.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// coloured tells whether w takes colours; NO_COLOR is the usual way to refuse them.
func coloured(w io.Writer) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// format is what --output says, else a table for a person and lines of JSON for a program.
func (a *app) format() (render.Format, error) {
	switch {
	case a.options.output != "":
		return render.ParseFormat(a.options.output)
	case isTerminal(a.out):
		return render.Table, nil
	}
	return render.NDJSON, nil
}

func (a *app) logger() *slog.Logger {
	level := slog.LevelInfo
	if a.options.verbose {
		level = slog.LevelDebug
	}
	return slog.New(tint.NewTextHandler(a.err, &tint.Options{Level: level, TimeFormat: time.TimeOnly, NoColor: !coloured(a.err)}))
}
