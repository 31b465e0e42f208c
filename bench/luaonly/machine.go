// Package luaonly measures the Lua part of this project without a database: the benchmark's own scripts, and the pieces
// they are made of, on a client that answers at once from memory.
package luaonly

import (
	"context"
	"io"
	"log/slog"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// A machine is a VM with the modules that the command gives to scripts.
type machine struct {
	vm      *vm.VM
	exposer *bridge.Exposer
}

// newMachine joins a VM to a client. What scripts emit and print goes to out.
func newMachine(c client.Client, arguments []string, out io.Writer) *machine {
	connection := bindings.NewConnection(c)
	own := bindings.Module(bindings.Host{
		Default: func(context.Context) (*bindings.Connection, error) { return connection, nil },
	})
	printer := render.NewPrinter(out, render.NDJSON, render.Kinds{Summary: bindings.Summaries(), Fields: bindings.Fields()})
	library := stdlib.Modules(stdlib.Host{
		Arguments: arguments, Stdout: out, Stderr: io.Discard, Output: printer,
		Logger: slog.New(slog.DiscardHandler), Clock: time.Now,
	})
	registry := declare.NewRegistry(append([]declare.Module{own}, library...)...).WithClock(time.Now)
	m := &machine{}
	m.vm = vm.New(vm.Config{Stdout: out, Globals: m.globals(registry), Loaders: map[string]vm.Loader{}})
	m.exposer = bridge.New(m.vm.L(), registry, bridge.Options{Call: m.vm.Call})
	return m
}

// globals are the modules, and the functions of the module that is for global functions.
func (m *machine) globals(registry *declare.Registry) map[string]vm.Loader {
	all := map[string]vm.Loader{}
	for _, module := range registry.Modules() {
		if !module.Global {
			all[module.Name] = func(*lua.LState) lua.LValue { return m.exposer.Open(module) }
			continue
		}
		for _, f := range module.Funcs {
			all[f.Name] = func(*lua.LState) lua.LValue { return m.vm.L().GetField(m.exposer.Open(module), f.Name) }
		}
	}
	return all
}

// function is what a chunk returns, as a Go function.
func (m *machine) function(ctx context.Context, source string) (func(count int) error, error) {
	results, err := m.vm.RunString(ctx, "=bench", source)
	if err != nil {
		return nil, err
	}
	return func(count int) error {
		_, err := m.vm.RunString(ctx, "=call", "local f, n = ... f(n)", results[0], lua.LNumber(count))
		return err
	}, nil
}

func (m *machine) close() {
	m.exposer.Close()
	m.vm.Close()
}
