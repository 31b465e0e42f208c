package stdlib

import (
	"context"
	"fmt"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func inspectModule(host Host) declare.Module {
	return declare.Module{
		Name:    "inspect",
		Section: declare.DataSection,
		Doc:     "Shows the contents of a value, for a person who looks for a mistake.",
		Funcs:   []declare.Func{inspectDump(host)},
	}
}

// The defaults of inspect.dump. They equal the default tags of its options, which only the manual
// reads.
const (
	inspectDepth = 10
	inspectWidth = 80
	inspectItems = 100
)

func inspectDump(host Host) declare.Func {
	type args struct {
		Value declare.Raw `arg:"value" doc:"Any value: tables within tables, records, errors, functions."`
		Depth int64       `json:"depth" doc:"How many levels of tables to show." default:"10" min:"1" max:"100"`
		Width int64       `json:"width" doc:"How long a line may get before a table is broken into lines." default:"80" min:"1"`
		Items int64       `json:"items" doc:"How many entries of a table to show." default:"100" min:"1"`
	}
	return declare.Fn("dump", "Writes a value as text, with all its contents.",
		func(ctx context.Context, a args) (string, error) {
			return host.Inspect(ctx, a.Value, orDefault(a.Depth, inspectDepth), orDefault(a.Width, inspectWidth), orDefault(a.Items, inspectItems))
		}).Pure().
		Returning("the text, without a line end").
		Notes("The keys are in order: first the elements, then numbers, then names. A table that holds itself is shown as `<cycle to value.parent>`, " +
			"one that was shown before as `<the same as value.items[1]>`. `json.encode` writes data for other programs.").
		Example(`print(inspect.dump({id = "w1", steps = {"charge", "ship"}, done = false}))`)
}

// Inspect returns a value as inspect.dump writes it: at most depth levels of tables, and at most
// items entries of each. A table that does not fit into a line of width is broken into lines.
func (h Host) Inspect(ctx context.Context, value declare.Raw, depth, width, items int64) (string, error) {
	results, err := h.Call(ctx, inspectChunk, value, depth, width, items)
	if err != nil {
		return "", err
	}
	text, ok := results[0].Native().(string)
	if !ok {
		return "", fmt.Errorf("the text is a %s", results[0].Type())
	}
	return text, nil
}

// orDefault returns the value of an option, or fallback if it is the zero value, which an option
// has if it was not given.
func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}
