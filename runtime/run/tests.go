package run

import (
	"context"
	"errors"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/scripttest"
	"github.com/dbos-script/dbos-script/runtime/scripttest/testbed"
)

// testGlobals changes the modules and the globals of a run for scripts of tests. require "assert"
// returns the callable module in every script, while the global assert stays Lua's function: only
// DescribeTests puts the module there. Without a suite, the modules that need one raise an error.
func (r *Run) testGlobals(modules, globals map[string]vm.Loader) {
	modules[scripttest.AssertName] = func(L *lua.LState) lua.LValue { return r.callableAssert() }
	delete(globals, scripttest.AssertName)
	if r.config.Environment.Suite == nil {
		onlyInTests(modules, globals)
	}
}

// onlyInTests makes the modules of tests raise an error that says which scripts have them.
func onlyInTests(modules, globals map[string]vm.Loader) {
	for _, name := range testbed.Names() {
		load := func(L *lua.LState) lua.LValue {
			L.RaiseError("%s is for tests: a script whose name ends in _test.lua, run by `dbos-script test`, has it", name)
			return lua.LNil
		}
		modules[name], globals[name] = load, load
	}
}

// callableAssert returns the module assert. A call of it, as in assert(x == 1), is passed on to
// Lua's function, which it finds in the global. When the module is there already, it is callable
// too.
func (r *Run) callableAssert() *lua.LTable {
	table := r.exposer.Open(*r.registry.Module(scripttest.AssertName))
	metatable := table.Metatable.(*lua.LTable)
	original, ok := r.vm.L().G.Global.RawGetString(scripttest.AssertName).(*lua.LFunction)
	if ok && metatable.RawGetString("__call") == lua.LNil {
		metatable.RawSetString("__call", r.vm.L().NewFunction(func(L *lua.LState) int {
			L.Remove(1)
			return original.GFunction(L)
		}))
	}
	return table
}

// DescribeTests runs a test script, which adds its tests to Environment.Suite. A script that calls
// testing.finish, for a run without a runner of tests, ends there without an error.
func (r *Run) DescribeTests(s Source) error {
	r.vm.L().G.Global.RawSetString(scripttest.AssertName, r.callableAssert())
	_, err := r.vm.RunText(r.ctx, s.Name, s.Folder, string(s.Text))
	if errors.Is(err, scripttest.ErrFinished) {
		return nil
	}
	return err
}

// Test runs the test at a place of the suite, from 0. It returns the error with which the test
// failed. The call goes through Lua, as a run of its own, so that the limits begin anew for each
// test and an error has the script's trace.
func (r *Run) Test(place int) error {
	type args struct {
		Place int `arg:"place" doc:"The place of the test."`
	}
	runner := declare.Module{Name: "(tests)", Funcs: []declare.Func{
		declare.Do("run", "Runs a test.", func(ctx context.Context, a args) error { return r.config.Environment.Suite.Run(ctx, a.Place) }).Outside(),
	}}
	program, err := vm.Compile(declare.Library+"test", "local tests, place = ... tests.run(place)")
	if err != nil {
		return err
	}
	_, err = r.vm.Run(r.ctx, program, r.exposer.Open(runner), lua.LNumber(place))
	return err
}
