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

// testGlobals makes the module assert callable, and leaves the global of that name as it is,
// because a test puts the module in its place.
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

// callableAssert returns the module, which passes a call on to Lua's own function assert.
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

// DescribeTests runs a test script, which adds its tests to Environment.Suite.
func (r *Run) DescribeTests(s Source) error {
	r.vm.L().G.Global.RawSetString(scripttest.AssertName, r.callableAssert())
	_, err := r.vm.RunText(r.ctx, s.Name, s.Folder, string(s.Text))
	if errors.Is(err, scripttest.ErrFinished) {
		return nil
	}
	return err
}

// Test runs one of the tests that were described, with limits of its own. It returns the error that
// the test failed with.
func (r *Run) Test(place int) error {
	type args struct {
		Place int `arg:"place" doc:"The place of the test."`
	}
	runner := declare.Module{Name: "(tests)", Funcs: []declare.Func{
		declare.Do("run", "Runs a test.", func(ctx context.Context, a args) error { return r.config.Environment.Suite.Run(ctx, a.Place) }),
	}}
	program, err := vm.Compile(declare.Library+"test", "local tests, place = ... tests.run(place)")
	if err != nil {
		return err
	}
	_, err = r.vm.Run(r.ctx, program, r.exposer.Open(runner), lua.LNumber(place))
	return err
}
