package stdlib

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/backoff"
)

// A Durable makes the steps of a durable run that are no calls of other functions. Its errors are
// those of the record, which end the run, and those of the calls.
type Durable interface {
	// Step runs a function as one step, or returns the recorded result.
	Step(ctx context.Context, name string, do func(context.Context) (any, error)) (any, error)
	// Recv returns a message on a topic, which may be "". After the timeout its error has the code
	// Timeout.
	Recv(ctx context.Context, topic string, timeout time.Duration) (any, error)
	// SetEvent publishes a value under a key of the run.
	SetEvent(ctx context.Context, key string, value any) error
	// WriteStream appends a value to a stream of the run.
	WriteStream(ctx context.Context, key string, value any) error
	// Patch returns true if the run is to do what a changed script does anew.
	Patch(ctx context.Context, name string) (bool, error)
}

type stepArgs struct {
	Name    string           `arg:"name" doc:"The name of the step, which the steps of the run show." nonempty:"true"`
	Options declare.Raw      `arg:"opts" doc:"A table of options, which may be left out: retries, interval, max_interval."`
	Fn      declare.Callback `arg:"fn,optional" doc:"The function. It may stand in place of the options."`
}

type stepOptions struct {
	Retries  int            `json:"retries" doc:"How often it is called again if it raises an error." default:"0" min:"0"`
	Interval *time.Duration `json:"interval" doc:"The wait before the first of these calls; each wait is twice as long as the one before." default:"1s" min:"0"`
	Longest  time.Duration  `json:"max_interval" doc:"The longest wait." default:"30s" min:"0"`
}

func step(host Host) declare.Func {
	return declare.Fn("step", "Runs a function as one step of a durable run.",
		func(ctx context.Context, a stepArgs) (any, error) {
			o, err := a.complete()
			if err != nil {
				return nil, err
			}
			do := func(ctx context.Context) (any, error) { return host.tried(ctx, a, o) }
			if host.Durable == nil {
				return do(ctx)
			}
			return host.Durable.Step(ctx, a.Name, do)
		}).Changes().RecordsItself().
		Returning("what the function returned: one value, which is data").
		Raises(declare.CodeInvalidArgument).
		Notes("In a durable run the result is recorded, and a run that goes on after a crash gets it without calling the function " +
			"again. The calls inside the function are not recorded one by one: if the process ends before the function has " +
			"returned, all of them are made again, so none may do harm if it happens twice. Outside of them, a call " +
			"of `dbos` is a step already and needs no `step`. What the function assigns to variables around it is " +
			"missing after a crash; only its result is kept. A step inside a step is a part of it. In a run that is not " +
			"durable the function is simply called.").
		Example("local total = step(\"count what waits\", {retries = 3}, function()\n  local sum = 0\n  for _, queue in ipairs{\"orders\", \"mails\"} do\n    sum = sum + dbos.count{queue_name = queue}\n  end\n  return sum\nend)\nprint(total)")
}

// complete reads the options, and checks the name.
func (a *stepArgs) complete() (o stepOptions, err error) {
	lower := strings.ToLower(a.Name)
	if strings.HasPrefix(lower, "dbos.") {
		return o, declare.BadArgument("name", "%q is kept for the steps of functions: take a name that does not begin with %q", a.Name, a.Name[:len("dbos.")])
	}
	switch a.Options.Type() {
	case "function":
		if a.Fn != nil {
			return o, declare.BadArgument("opts", "table of options expected, got function")
		}
		return o, a.Options.Into(&a.Fn)
	case "nil":
	default:
		if err := a.Options.Into(&o); err != nil {
			return o, err
		}
	}
	if a.Fn == nil {
		return o, declare.BadArgument("fn", "is missing")
	}
	return o, nil
}

func (o stepOptions) plan() backoff.Plan {
	p := backoff.Plan{First: time.Second, Most: orDefault(o.Longest, 30*time.Second), Jitter: 0.5}
	if o.Interval != nil {
		p.First = *o.Interval
	}
	return p
}

// tried calls the function until it raises no error, or the tries are used up.
func (h Host) tried(ctx context.Context, a stepArgs, o stepOptions) (any, error) {
	plan := o.plan()
	for try := 1; ; try++ {
		results, err := a.Fn.Call(ctx)
		if err == nil {
			return stepResult(a.Name, results)
		}
		if try > o.Retries || ctx.Err() != nil {
			return nil, err
		}
		wait := plan.After(try)
		h.Logger.LogAttrs(ctx, slog.LevelInfo, "trying the step again", slog.String("step", a.Name), slog.Int("failed", try), slog.Duration("wait", wait), slog.String("error", err.Error()))
		if err := h.sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// stepResult returns the one result as data.
func stepResult(name string, results []declare.Raw) (any, error) {
	switch len(results) {
	case 0:
		return nil, nil
	case 1:
	default:
		return nil, &declare.ArgumentError{Func: "step", Message: fmt.Sprintf("the function of %q returns %d values: a step has one result", name, len(results)), Hint: "return a table"}
	}
	if results[0].Type() == "nil" {
		return nil, nil
	}
	value, err := results[0].Value()
	if err != nil {
		return nil, &declare.ArgumentError{Func: "step", Message: fmt.Sprintf("the result of %q cannot be recorded: %s", name, err), Hint: "return data, such as ids"}
	}
	return value, nil
}
