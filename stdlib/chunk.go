package stdlib

import (
	"context"
	_ "embed"
	"errors"
	"iter"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Chunk is a part of the library that is written in Lua: what walks tables of any shape, or hands out functions
// that go on running in the script. The host runs it once in a state, with one argument: raise(func, argument,
// message), which raises a spec.ArgumentError. It returns one function, whose arguments are those that the Go
// handler of the declared function passes on.
type Chunk struct {
	Name   string // unlike that of every other chunk
	Source string
}

//go:embed lua/seq.lua
var seqSource string

//go:embed lua/inspect.lua
var inspectSource string

var (
	seqChunk     = Chunk{Name: "seq", Source: seqSource}
	inspectChunk = Chunk{Name: "inspect", Source: inspectSource}
	callChunk    = Chunk{Name: "call", Source: "return function(fn, ...) return fn(...) end"}
)

var errNoLua = errors.New("this program runs no Lua of the library")

// call calls what a chunk returned.
func (h Host) call(ctx context.Context, chunk Chunk, args ...any) ([]declare.Raw, error) {
	if h.Lua == nil {
		return nil, errNoLua
	}
	function, err := h.Lua(ctx, chunk)
	if err != nil {
		return nil, err
	}
	return function.Call(ctx, args...)
}

// items gives what is in an array or comes from an iterator, while the call lasts.
func (h Host) items(ctx context.Context, argument string, from declare.Raw) iter.Seq2[declare.Raw, error] {
	if from.Type() == "function" {
		return h.drawn(ctx, from)
	}
	return func(yield func(declare.Raw, error) bool) {
		list, ok := from.List()
		if !ok {
			yield(nil, declare.BadArgument(argument, "array or iterator expected, got %s", from.Type()))
			return
		}
		for _, item := range list {
			if !yield(item, nil) {
				return
			}
		}
	}
}

func (h Host) drawn(ctx context.Context, iterator declare.Raw) iter.Seq2[declare.Raw, error] {
	return func(yield func(declare.Raw, error) bool) {
		for {
			results, err := h.call(ctx, seqChunk, "next", iterator)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(results) == 0 || results[0].Type() == "nil" || !yield(results[0], nil) {
				return
			}
		}
	}
}
