package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
)

// A starter starts a workflow with an input in JSON, and returns its id.
type starter func(app dbos.Context, input json.RawMessage, options ...dbos.WorkflowOption) (string, error)

// register registers the workflows that the application of every SDK has, and returns their
// starters by name.
func register(app dbos.Context) map[string]starter {
	return map[string]starter{
		"same":    add(app, "same", same),
		"echo":    add(app, "echo", echo),
		"shape":   add(app, "shape", shape),
		"kinds":   add(app, "kinds", kinds),
		"hold":    add(app, "hold", hold),
		"journey": add(app, "journey", journey),
		"broken":  add(app, "broken", broken),
		"stumble": add(app, "stumble", stumble),
		"report":  add(app, "report", report),
		"brood":   add(app, "brood", brood),
		"nest":    add(app, "nest", nest),
		"ask":     add(app, "ask", ask),
		"trial":   add(app, "trial", new(trials).run),
		"tick":    add(app, "tick", tick),
		"charge":  add(app, "charge", charge),
		"mend":    add(app, "mend", mend),
	}
}

func add[P, R any](app dbos.Context, name string, run dbos.Workflow[P, R]) starter {
	dbos.RegisterWorkflow(app, run, dbos.WithWorkflowName(name))
	return func(app dbos.Context, text json.RawMessage, options ...dbos.WorkflowOption) (string, error) {
		var input P
		if len(text) > 0 {
			if err := json.Unmarshal(text, &input); err != nil {
				return "", err
			}
		}
		handle, err := dbos.RunWorkflow(app, run, input, options...)
		if err != nil {
			return "", err
		}
		return handle.GetWorkflowID(), nil
	}
}

// same returns its input.
func same(_ dbos.Context, input any) (any, error) { return input, nil }

// echo does the same, under another name that some tests use.
func echo(ctx dbos.Context, input any) (any, error) { return same(ctx, input) }

// An order is an input with the types of an ordinary application.
type order struct {
	ID    int64
	Text  string
	Price float64
	At    time.Time
	Lines []struct{ SKU string }
	Note  *string
}

// shape returns the content of each field of its input, in words.
func shape(_ dbos.Context, o order) (string, error) {
	note := "none"
	if o.Note != nil {
		note = *o.Note
	}
	at := o.At.UTC().Format(time.RFC3339)
	return fmt.Sprint(o.ID, " ", o.Text, " ", o.Price, " ", at, " ", len(o.Lines), " ", o.Lines[0].SKU, " ", note), nil
}

// kinds returns one of every kind of value that the SDK's serializer keeps.
func kinds(dbos.Context, string) (any, error) {
	return map[string]any{
		"at": time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC), "big": int64(1)<<60 + 1, "bytes": []byte("hi\xff"), "none": nil,
		"nested": map[string]any{"list": []any{1, []any{2, nil}}, "text": "ünïcode \u2028 \"quoted\" 🚀"}, "fraction": 0.1,
	}, nil
}

// hold runs until somebody sends it a message, which it returns.
func hold(ctx dbos.Context, _ string) (any, error) {
	return dbos.Recv[any](ctx, "release", time.Minute)
}

// journey takes a number of steps. Each returns the id of the workflow in which it really ran,
// which shows the steps that a fork copied.
func journey(ctx dbos.Context, count int) ([]any, error) {
	id, err := dbos.GetWorkflowID(ctx)
	visited := []any{}
	for i := 0; i < count && err == nil; i++ {
		var stop any
		stop, err = dbos.RunAsStep(ctx, func(context.Context) (any, error) {
			return map[string]any{"stop": i, "by": id}, nil
		}, dbos.WithStepName(fmt.Sprint("stop", i)))
		visited = append(visited, stop)
	}
	return visited, err
}

// broken fails after a step.
func broken(ctx dbos.Context, message string) (any, error) {
	if _, err := dbos.RunAsStep(ctx, func(context.Context) (string, error) { return "before", nil }, dbos.WithStepName("before")); err != nil {
		return nil, err
	}
	return nil, errors.New(message)
}

// stumble fails in the second of three steps. Each step says in which workflow it really ran.
func stumble(ctx dbos.Context, _ string) (any, error) {
	id, err := dbos.GetWorkflowID(ctx)
	if err != nil {
		return nil, err
	}
	step := func(name string, failure error) error {
		_, err := dbos.RunAsStep(ctx, func(context.Context) (string, error) { return id, failure }, dbos.WithStepName(name))
		return err
	}
	if err := step("steady", nil); err != nil {
		return nil, err
	}
	failed := step("stumble", errors.New("stumbled in "+id))
	return nil, errors.Join(failed, step("onward", nil))
}

// mended is true when the provider of charge is back.
var mended atomic.Bool

// charge fails in the second of two steps, until mend has run. Each step says in which workflow it
// really ran.
func charge(ctx dbos.Context, _ any) (any, error) {
	id, err := dbos.GetWorkflowID(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := dbos.RunAsStep(ctx, func(context.Context) (string, error) { return id, nil }, dbos.WithStepName("reserve")); err != nil {
		return nil, err
	}
	return dbos.RunAsStep(ctx, func(context.Context) (string, error) {
		if !mended.Load() {
			return "", errors.New("the provider is down")
		}
		return id, nil
	}, dbos.WithStepName("pay"))
}

// mend brings the provider of charge back.
func mend(dbos.Context, any) (any, error) {
	mended.Store(true)
	return "mended", nil
}

// report sets each value as the event "progress", and writes it to the stream "numbers".
func report(ctx dbos.Context, values []any) (int, error) {
	for _, value := range values {
		if err := dbos.SetEvent(ctx, "progress", value); err != nil {
			return 0, err
		}
		if err := dbos.WriteStream(ctx, "numbers", value); err != nil {
			return 0, err
		}
	}
	return len(values), dbos.CloseStream(ctx, "numbers")
}

// brood runs a child and returns its result.
func brood(ctx dbos.Context, input any) (any, error) {
	handle, err := dbos.RunWorkflow(ctx, same, input)
	if err != nil {
		return nil, err
	}
	return handle.GetResult()
}

// nest runs a child that waits for a message, and waits for it.
func nest(ctx dbos.Context, id string) (any, error) {
	handle, err := dbos.RunWorkflow(ctx, hold, "", dbos.WithWorkflowID(id))
	if err != nil {
		return nil, err
	}
	return handle.GetResult()
}

// A question is the input of ask.
type question struct {
	Application, Queue, Workflow string
	Input                        any
}

// ask enqueues a workflow of another application, and returns its result.
func ask(ctx dbos.Context, q question) (any, error) {
	handle, err := dbos.Enqueue[any](ctx, q.Queue, q.Workflow, q.Input, dbos.WithEnqueueApplicationName(q.Application))
	if err != nil {
		return nil, err
	}
	return handle.GetResult()
}

// trials counts the steps that have really run.
type trials struct{ count atomic.Int64 }

// run publishes the count, waits for a message, counts again, and returns all three.
func (t *trials) run(ctx dbos.Context, _ string) (any, error) {
	count := func(name string) (int64, error) {
		return dbos.RunAsStep(ctx, func(context.Context) (int64, error) { return t.count.Add(1), nil }, dbos.WithStepName(name))
	}
	first, err := count("first")
	if err != nil {
		return nil, err
	}
	if err := dbos.SetEvent(ctx, "count", first); err != nil {
		return nil, err
	}
	told, err := dbos.Recv[any](ctx, "go", time.Minute)
	if err != nil {
		return nil, err
	}
	second, err := count("second")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(dbos.SetEvent(ctx, "count", second), dbos.WriteStream(ctx, "counts", second), dbos.CloseStream(ctx, "counts")); err != nil {
		return nil, err
	}
	return map[string]any{"first": first, "told": told, "second": second}, nil
}

// tick returns the input of a scheduled run.
func tick(_ dbos.Context, input dbos.ScheduledWorkflowInput) (any, error) {
	told, err := dbos.DecodeScheduleContext[any](input)
	at := input.ScheduledTime
	return map[string]any{"at": at.UTC().Format(time.RFC3339Nano), "year": at.Year(), "context": told}, err
}
