package stdlib

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/backoff"
)

func retryModule(host Host) declare.Module {
	return declare.Module{
		Name:    "retry",
		Section: declare.ScriptSection,
		Doc:     "Calls a function again if it fails, with longer waits each time.",
		Funcs:   []declare.Func{retryCall(host)},
	}
}

type retryArgs struct {
	Fn       declare.Callback `arg:"fn" doc:"A function, which is called with the number of the try."`
	Attempts int              `json:"attempts" doc:"The largest number of tries, including the first." default:"5" min:"1"`
	Backoff  *time.Duration   `json:"backoff" doc:"The wait after the first try; each wait is twice as long as the one before." default:"1s" min:"0"`
	Max      time.Duration    `json:"max" doc:"The longest wait." default:"30s" min:"0"`
	Jitter   *float64         `json:"jitter" doc:"The random part of a wait, from 0 to 1, so that many runs do not try at the same time." default:"0.5" min:"0" max:"1"`
	On       []string         `json:"on" doc:"The error codes after which to try again. Default: all codes but those for which another try cannot help."`
}

// hopeless are the codes of errors that another try cannot avoid.
var hopeless = []string{declare.CodeInvalidArgument, declare.CodeInvalidOption, "Denied", "ReadOnly", "Unsupported", declare.CodeInternal}

// retryCall is pure, because the tries are calls of the script and host.sleep waits between them: a
// durable run records both.
func retryCall(host Host) declare.Func {
	return declare.Fn("call", "Calls a function until it raises no error.",
		func(ctx context.Context, a retryArgs) (declare.Results, error) {
			plan := a.plan()
			for try := 1; ; try++ {
				results, err := a.Fn.Call(ctx, int64(try))
				if err == nil {
					return all(results), nil
				}
				if try >= orDefault(a.Attempts, 5) || ctx.Err() != nil || !a.again(err) {
					return nil, err
				}
				wait := plan.After(try)
				host.Logger.LogAttrs(ctx, slog.LevelInfo, "trying again", slog.Int("failed", try), slog.Duration("wait", wait), slog.String("error", err.Error()))
				if err := host.sleep(ctx, wait); err != nil {
					return nil, err
				}
			}
		}).Pure().
		Returning("what the function returned").
		Passing("fn", declare.Pass[int64]("try")).
		Notes("After the last try the function's error is raised as it is. Without `on`, these codes end the tries at once: `InvalidArgument`, " +
			"`InvalidOption`, `Denied`, `ReadOnly`, `Unsupported`. Ctrl-C and the end of the run's time interrupt a wait.").
		Example("local id = retry.call(function(try)\n  if try < 3 then error(\"not yet\") end\n  return \"w1\"\nend, {backoff = \"10ms\"})\nprint(id)")
}

// plan returns the waits between the tries.
func (a retryArgs) plan() backoff.Plan {
	p := backoff.Plan{First: time.Second, Most: orDefault(a.Max, 30*time.Second), Jitter: 0.5}
	if a.Backoff != nil {
		p.First = *a.Backoff
	}
	if a.Jitter != nil {
		p.Jitter = *a.Jitter
	}
	return p
}

// again returns true if the code of an error allows another try. An error without a code has "".
func (a retryArgs) again(err error) bool {
	code := ""
	var coder declare.Coder
	if errors.As(err, &coder) {
		code = coder.ErrorCode()
	}
	if a.On != nil {
		return slices.Contains(a.On, code)
	}
	return !slices.Contains(hopeless, code)
}

// all returns the values as the results of a function.
func all(values []declare.Raw) declare.Results {
	results := make(declare.Results, len(values))
	for i, value := range values {
		results[i] = value
	}
	return results
}
