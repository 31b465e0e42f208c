// Package luaonly measures the Lua part of this project without a database: the benchmark's own
// scripts, and the pieces they are made of, on a client that answers at once from memory.
//
// Start with Script in script.go and Units in unit.go.
package luaonly

import (
	"context"
	"fmt"
	"io"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run"
)

// newRun makes a run on a client. The output of scripts is written to out.
func newRun(ctx context.Context, c client.Client, script string, arguments []string, out io.Writer) (*run.Run, error) {
	return run.New(ctx, run.Config{
		Script: script, Arguments: arguments, Streams: run.Streams{Stdout: out}, Environment: run.Environment{Client: c},
	})
}

// workFunction runs a source that defines the Lua function "work", and returns a Go function that
// calls it with a number. The names of the sources begin with "=", so that positions in errors show
// them as they are.
func workFunction(r *run.Run, source string) (func(count int) error, error) {
	if err := r.Execute(run.Text("=bench", source)); err != nil {
		return nil, err
	}
	return func(count int) error { return r.Execute(run.Text("=call", fmt.Sprintf("work(%d)", count))) }, nil
}
