package stdlib

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Chunk is a part of the library that is written in Lua, because it walks tables of any shape
// or returns functions that run in the script. The host runs it once in a state, with two
// functions: raise(func, argument, message), which raises a declare.ArgumentError, and
// missing(func, argument, field, fields, near), which raises the error of MissingField. The chunk
// returns one function, which the Go handler of the declared function calls.
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

// MissingField returns the error for a field that no row has. fields are the fields of one of the
// rows. If near is true, it returns nil unless a name is near.
func MissingField(function, argument, field string, fields []string, near bool) error {
	suggestion := declare.DidYouMean(field, fields)
	if suggestion == "" {
		if near {
			return nil
		}
		if len(fields) > 0 {
			suggestion = "; they have " + strings.Join(fields[:min(len(fields), shownFields)], ", ")
		}
	}
	return &declare.ArgumentError{Func: function, Argument: argument, Message: fmt.Sprintf("no item has the field %q%s", field, suggestion)}
}

// shownFields is how many fields of a row an error names.
const shownFields = 12

var errNoLua = errors.New("this program runs no Lua of the library")

// Call calls the function of a chunk.
func (h Host) Call(ctx context.Context, chunk Chunk, args ...any) ([]declare.Raw, error) {
	if h.Lua == nil {
		return nil, errNoLua
	}
	function, err := h.Lua(ctx, chunk)
	if err != nil {
		return nil, err
	}
	return function.Call(ctx, args...)
}

// items returns the items of an array or an iterator, while the call lasts.
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
	if sequence, ours := iterator.Sequence(ctx); ours {
		return sequence
	}
	return func(yield func(declare.Raw, error) bool) {
		for {
			results, err := h.Call(ctx, seqChunk, "next", iterator)
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
