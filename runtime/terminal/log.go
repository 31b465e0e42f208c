package terminal

import (
	"context"
	"encoding"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// LogOptions say how log lines look.
type LogOptions struct {
	Level  slog.Level
	Colour bool
	// Layout is that of the time, which is in UTC.
	Layout string
}

// A logHandler writes a record as one line: time, level, message, then name=value for each field.
// A line break inside a message or a value is written \n, so that no value can forge a line.
type logHandler struct {
	out     io.Writer
	options LogOptions
	fields  string // of With, as they are written
	group   string // of the names that follow, with its dot
}

// NewLog returns a handler of log records for people.
func NewLog(out io.Writer, o LogOptions) slog.Handler {
	if o.Colour {
		out = Styled(out)
	}
	return &logHandler{out: out, options: o}
}

func (h *logHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= h.options.Level
}

func (h *logHandler) WithGroup(name string) slog.Handler {
	with := *h
	with.group += name + "."
	return &with
}

func (h *logHandler) WithAttrs(list []slog.Attr) slog.Handler {
	with := *h
	for _, a := range list {
		with.fields += field(h.group, a)
	}
	return &with
}

func (h *logHandler) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	b.WriteString(r.Time.UTC().Format(h.options.Layout) + " " + h.level(r.Level) + " " + Line(r.Message) + h.fields)
	r.Attrs(func(a slog.Attr) bool {
		b.WriteString(field(h.group, a))
		return true
	})
	_, err := io.WriteString(h.out, b.String()+"\n")
	return err
}

// Colours that can be read on white and on black alike: yellow, bright and dim text cannot.
const (
	red     = "\x1b[1;31m"
	magenta = "\x1b[1;35m"
	bold    = "\x1b[1m"
	reset   = "\x1b[0m"
)

func (h *logHandler) level(l slog.Level) string {
	word, colour := "DBG", ""
	switch {
	case l >= slog.LevelError:
		word, colour = "ERR", red
	case l >= slog.LevelWarn:
		word, colour = "WRN", magenta
	case l >= slog.LevelInfo:
		word, colour = "INF", bold
	}
	if !h.options.Colour || colour == "" {
		return word
	}
	return colour + word + reset
}

// field returns name=value with a blank before it, and for a group all its fields.
func field(group string, a slog.Attr) string {
	value := a.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		var b strings.Builder
		if a.Key != "" {
			group += a.Key + "."
		}
		for _, inner := range value.Group() {
			b.WriteString(field(group, inner))
		}
		return b.String()
	}
	if a.Key == "" {
		return ""
	}
	return " " + quoted(group+a.Key) + "=" + quoted(valueText(value))
}

// TimeLayout is RFC 3339 in UTC with milliseconds.
const TimeLayout = "2006-01-02T15:04:05.000Z07:00"

func valueText(v slog.Value) string {
	switch v.Kind() {
	case slog.KindTime:
		return v.Time().UTC().Format(TimeLayout)
	case slog.KindDuration:
		return CompactDuration(v.Duration())
	case slog.KindAny:
		return anyText(v.Any())
	}
	return v.String()
}

func anyText(v any) string {
	switch v := v.(type) {
	case error:
		return v.Error()
	case encoding.TextMarshaler:
		if text, err := v.MarshalText(); err == nil {
			return string(text)
		}
	}
	return fmt.Sprint(v)
}

// quoted returns text as it is if a reader sees where it ends; JSON is such a text.
func quoted(text string) string {
	if text == "" || strings.ContainsAny(text, " =\n\t") && !json(text) || strings.HasPrefix(text, `"`) {
		return quote(text)
	}
	return Line(text)
}

// json returns true for an object or an array, whose end is its closing bracket.
func json(text string) bool {
	return text[0] == '{' && text[len(text)-1] == '}' || text[0] == '[' && text[len(text)-1] == ']'
}

// StampLayout is the layout of log lines: the time alone for a person who watches, else with the
// date.
func StampLayout(watched bool) string {
	if watched {
		return "15:04:05Z"
	}
	return TimeLayout
}

// quote returns a text in quotes, with its own quotes and backslashes escaped.
func quote(text string) string {
	return `"` + Line(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)) + `"`
}

// LogOptionsFor returns how log lines look on w: colours and a short time if a person watches,
// debug messages if verbose is set.
func LogOptionsFor(w io.Writer, verbose bool) LogOptions {
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	return LogOptions{Level: level, Colour: Coloured(w), Layout: StampLayout(Is(w))}
}
