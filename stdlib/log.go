package stdlib

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/dbos-script/dbos-script/runtime/spec"
)

func logModule(host Host) spec.Module {
	return spec.Module{
		Name: "log",
		Doc:  "Writes to the log, which goes to standard error, with the script's line.",
		Funcs: []spec.Func{
			logAt(host, slog.LevelDebug, "debug", "Logs what only matters when looking for a mistake; shown with --verbose."),
			logAt(host, slog.LevelInfo, "info", "Logs what happens."),
			logAt(host, slog.LevelWarn, "warn", "Logs what somebody should look at."),
			logAt(host, slog.LevelError, "error", "Logs what went wrong."),
		},
	}
}

func logAt(host Host, level slog.Level, name, doc string) spec.Func {
	type args struct {
		Message string   `arg:"message" doc:"What to say."`
		Fields  spec.Raw `arg:"fields,optional" doc:"A table of values to add, by name."`
	}
	return spec.Do(name, doc, func(ctx context.Context, a args) error {
		attributes, err := logAttributes(a.Fields)
		if err != nil {
			return err
		}
		if at, known := spec.Caller(ctx); known {
			attributes = append(attributes, slog.String("at", fmt.Sprintf("%s:%d", at.File, at.Line)))
		}
		host.Logger.LogAttrs(ctx, level, a.Message, attributes...)
		return nil
	}).
		Example(fmt.Sprintf(`log.%s("resumed", {count = 200, queue = "slow"})`, name))
}

func logAttributes(fields spec.Raw) ([]slog.Attr, error) {
	if fields == nil {
		return nil, nil
	}
	value, err := fields.Ordered()
	if err != nil {
		return nil, err
	}
	members, ok := value.(spec.Members)
	if !ok {
		return nil, &spec.ArgumentError{Func: "log", Argument: "fields", Message: fmt.Sprintf("table of names and values expected, got %s", fields.Type())}
	}
	attributes := make([]slog.Attr, len(members))
	for i, m := range members {
		attributes[i] = slog.Any(m.Key, m.Value)
	}
	return attributes, nil
}
