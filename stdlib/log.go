package stdlib

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

func logModule(host Host) declare.Module {
	return declare.Module{
		Name:    "log",
		Section: declare.ScriptSection,
		Guesses: map[string]string{"warning": "warn", "err": "error", "trace": "debug", "print": "info", "log": "info", "fatal": "error"},
		Doc:     "Writes to the log, which goes to standard error, with the script's line.",
		Funcs: []declare.Func{
			logAt(host, slog.LevelDebug, "debug", "Logs a detail for a person who looks for a mistake; shown with --verbose."),
			logAt(host, slog.LevelInfo, "info", "Logs a normal event."),
			logAt(host, slog.LevelWarn, "warn", "Logs an event that somebody should look at."),
			logAt(host, slog.LevelError, "error", "Logs an error."),
		},
	}
}

func logAt(host Host, level slog.Level, name, doc string) declare.Func {
	type args struct {
		Message string      `arg:"message" doc:"What to say."`
		Fields  declare.Raw `arg:"fields,optional" doc:"A table of values to add, by name. Values other than texts, numbers and times are written as JSON. A text of more than 64 KiB is cut, and of more than 100 fields the first ones are logged."`
	}
	return declare.Do(name, doc, func(ctx context.Context, a args) error {
		attributes, err := logAttributes("log."+name, a.Fields)
		if err != nil {
			return err
		}
		if at, known := declare.Caller(ctx); known {
			attributes = append(attributes, slog.String("at", fmt.Sprintf("%s:%d", at.File, at.Line)))
		}
		host.Logger.LogAttrs(ctx, level, briefly(a.Message), attributes...)
		return nil
	}).Outside().
		Example(fmt.Sprintf(`log.%s("resumed", {count = 200, queue = "slow"})`, name))
}

func logAttributes(function string, fields declare.Raw) ([]slog.Attr, error) {
	if fields == nil {
		return nil, nil
	}
	value, err := fields.Shown()
	if err != nil {
		return nil, err
	}
	members, ok := value.(declare.Members)
	if !ok {
		return nil, noFields(function, value, fields)
	}
	attributes := make([]slog.Attr, 0, min(len(members), maxLogged))
	for i, m := range members {
		if i == maxLogged {
			return append(attributes, slog.Int("fields_left_out", len(members)-maxLogged)), nil
		}
		attributes = append(attributes, slog.Attr{Key: briefly(m.Key), Value: logValue(m.Value)})
	}
	return attributes, nil
}

// noFields returns the error of a value that is no table of names and values.
func noFields(function string, value any, fields declare.Raw) error {
	got := fields.Type()
	if _, isList := value.([]any); isList {
		got = "a list, which has no names: write {name = value}"
	}
	return &declare.ArgumentError{Func: function, Argument: "fields", Message: "table of names and values expected, got " + got}
}

// Bounds of a log line, which is built in memory. One text may be as long as a string of a script.
const (
	longestLogged = 64 << 10 // bytes of the message, and of a field
	maxLogged     = 100      // fields
)

// briefly returns a text, without its end if it is too long for the log.
func briefly(text string) string {
	if len(text) <= longestLogged {
		return text
	}
	return fmt.Sprintf("%s… (%d bytes)", strings.ToValidUTF8(text[:longestLogged], ""), len(text))
}

// logValue keeps texts, numbers and times, and makes JSON of the rest. A log line never fails for
// a value.
func logValue(value any) slog.Value {
	switch v := value.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return slog.StringValue(codec.NumberText(v))
		}
		return slog.Float64Value(v)
	case string:
		return slog.StringValue(briefly(v))
	case bool, int64, time.Time:
		return slog.AnyValue(v)
	}
	return slog.AnyValue(data{value})
}

// data is logged as JSON.
type data struct{ value any }

func (d data) MarshalText() ([]byte, error) { return d.MarshalJSON() }

func (d data) MarshalJSON() ([]byte, error) {
	text, err := codec.BriefJSON(d.value, longestLogged)
	return []byte(text), err
}
