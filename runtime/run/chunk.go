package run

import (
	"context"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/stdlib"
)

// library returns the function of a chunk, which is a part of the standard library that is written
// in Lua. The chunk is loaded when it is first needed.
func (r *Run) library(ctx context.Context, chunk stdlib.Chunk) (declare.Callback, error) {
	function, loaded := r.chunks[chunk.Name]
	if !loaded {
		var err error
		if function, err = r.loadChunk(chunk); err != nil {
			return nil, err
		}
		r.chunks[chunk.Name] = function
	}
	return r.exposer.Callback(ctx, function), nil
}

// loadChunk runs a chunk. As stdlib.Chunk demands, the chunk receives the two functions below, and
// returns one.
func (r *Run) loadChunk(chunk stdlib.Chunk) (*lua.LFunction, error) {
	program, err := vm.Compile(declare.Library+chunk.Name, chunk.Source)
	if err != nil {
		return nil, err
	}
	L := r.vm.L()
	results, err := r.vm.Call(L, r.vm.Function(program), L.NewFunction(r.raiseArgument), L.NewFunction(r.raiseMissing))
	if err != nil {
		return nil, err
	}
	function, ok := results[0].(*lua.LFunction)
	if !ok {
		return nil, fmt.Errorf("the library %s returns a %s", chunk.Name, results[0].Type())
	}
	return function, nil
}

// raiseArgument is how a chunk refuses an argument: raise(function, argument, message).
func (r *Run) raiseArgument(L *lua.LState) int {
	r.exposer.Raise(L, &declare.ArgumentError{Func: L.CheckString(1), Argument: L.CheckString(2), Message: L.CheckString(3)})
	return 0
}

// raiseMissing is how a chunk refuses a field that no row has:
// missing(function, argument, field, fields, near). If near is true, it refuses a field only if one
// of fields has a similar name.
func (r *Run) raiseMissing(L *lua.LState) int {
	var fields []string
	L.CheckTable(4).ForEach(func(_, name lua.LValue) { fields = append(fields, name.String()) })
	if err := stdlib.MissingField(L.CheckString(1), L.CheckString(2), L.CheckString(3), fields, L.CheckBool(5)); err != nil {
		r.exposer.Raise(L, err)
	}
	return 0
}
