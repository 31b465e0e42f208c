package main

import (
	"context"
	"errors"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/bindings/testbed"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/suite"
)

// testGlobals makes the module assert callable, and leaves the global of that name as it is: a test puts the module in
// its place.
func (h *host) testGlobals(modules, globals map[string]vm.Loader) {
	modules[stdlib.AssertName] = func(L *lua.LState) lua.LValue { return h.callableAssert() }
	delete(globals, stdlib.AssertName)
	if h.app.stage.suite == nil {
		onlyInTests(modules, globals)
	}
}

// onlyInTests says where the modules of tests are.
func onlyInTests(modules, globals map[string]vm.Loader) {
	for _, name := range testbed.Names() {
		load := func(L *lua.LState) lua.LValue {
			L.RaiseError("%s is for tests: a script whose name ends in _test.lua, run by `dbos-script test`, has it", name)
			return lua.LNil
		}
		modules[name], globals[name] = load, load
	}
}

// callableAssert is the module, which passes a call on to Lua's own function.
func (h *host) callableAssert() *lua.LTable {
	table := h.exposer.Open(*h.registry.Module(stdlib.AssertName))
	metatable := table.Metatable.(*lua.LTable)
	own, ok := h.vm.L().G.Global.RawGetString(stdlib.AssertName).(*lua.LFunction)
	if ok && metatable.RawGetString("__call") == lua.LNil {
		metatable.RawSetString("__call", h.vm.L().NewFunction(func(L *lua.LState) int {
			L.Remove(1)
			return own.GFunction(L)
		}))
	}
	return table
}

// load runs a test script, which describes its tests.
func (h *host) load(s *script) error {
	h.vm.L().G.Global.RawSetString(stdlib.AssertName, h.callableAssert())
	_, err := h.vm.RunText(h.ctx, s.name, s.folder, string(s.text))
	if errors.Is(err, suite.ErrFinished) {
		return nil
	}
	return err
}

// oneTest runs a test of those that were described, as a run of its own.
func (h *host) oneTest(i int) error {
	type args struct {
		Place int `arg:"place" doc:"The place of the test."`
	}
	runner := declare.Module{Name: "(tests)", Funcs: []declare.Func{
		declare.Do("run", "Runs a test.", func(ctx context.Context, a args) error { return h.app.stage.suite.Run(ctx, a.Place) }),
	}}
	program, err := vm.Compile(declare.Library+"test", "local tests, place = ... tests.run(place)")
	if err != nil {
		return err
	}
	_, err = h.vm.Run(h.ctx, program, h.exposer.Open(runner), lua.LNumber(i))
	return err
}
