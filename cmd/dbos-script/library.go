package main

import (
	"context"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/stdlib"
)

// library gives the function of a part of the standard library that is written in Lua. It is
// loaded when it is first needed.
func (h *host) library(ctx context.Context, chunk stdlib.Chunk) (declare.Callback, error) {
	function, loaded := h.chunks[chunk.Name]
	if !loaded {
		var err error
		if function, err = h.loadChunk(chunk); err != nil {
			return nil, err
		}
		h.chunks[chunk.Name] = function
	}
	return h.exposer.Callback(ctx, function), nil
}

func (h *host) loadChunk(chunk stdlib.Chunk) (*lua.LFunction, error) {
	program, err := vm.Compile(declare.Library+chunk.Name, chunk.Source)
	if err != nil {
		return nil, err
	}
	L := h.vm.L()
	results, err := h.vm.Call(L, h.vm.Function(program), L.NewFunction(h.raiseArgument), L.NewFunction(h.raiseMissing))
	if err != nil {
		return nil, err
	}
	function, ok := results[0].(*lua.LFunction)
	if !ok {
		return nil, fmt.Errorf("the library %s gives a %s", chunk.Name, results[0].Type())
	}
	return function, nil
}

// raiseArgument is what a chunk refuses an argument with: raise(function, argument, message).
func (h *host) raiseArgument(L *lua.LState) int {
	h.exposer.Raise(L, &declare.ArgumentError{Func: L.CheckString(1), Argument: L.CheckString(2), Message: L.CheckString(3)})
	return 0
}

// raiseMissing is what a chunk refuses a field of rows with: missing(function, argument, field, fields, near).
func (h *host) raiseMissing(L *lua.LState) int {
	var fields []string
	L.CheckTable(4).ForEach(func(_, name lua.LValue) { fields = append(fields, name.String()) })
	if err := stdlib.MissingField(L.CheckString(1), L.CheckString(2), L.CheckString(3), fields, L.CheckBool(5)); err != nil {
		h.exposer.Raise(L, err)
	}
	return 0
}
