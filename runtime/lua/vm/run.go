package vm

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/plainfile"
)

// RunFile compiles and runs a script file. Its arguments are the script's "…". It returns the
// values that the script returns. require looks in the folder of the file, unless the
// configuration names another folder. Errors are *ScriptError.
func (v *VM) RunFile(ctx context.Context, path string, args ...lua.LValue) ([]lua.LValue, error) {
	source, err := readScript(path)
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(path)
	if v.config.ScriptDir != "" {
		dir = v.config.ScriptDir
	}
	return v.runSource(ctx, path, source, dir, args)
}

// RunString compiles and runs a source text under a name that stands in positions, such as "-e".
// Errors are *ScriptError.
func (v *VM) RunString(ctx context.Context, chunkname, source string, args ...lua.LValue) ([]lua.LValue, error) {
	return v.runSource(ctx, chunkname, source, v.config.ScriptDir, args)
}

// RunText compiles and runs a source text that was read from somewhere: name stands in positions,
// and require looks in dir. Errors are *ScriptError.
func (v *VM) RunText(ctx context.Context, name, dir, source string, args ...lua.LValue) ([]lua.LValue, error) {
	return v.runSource(ctx, name, source, dir, args)
}

// Run runs a compiled program. Errors are *ScriptError.
func (v *VM) Run(ctx context.Context, program *Program, args ...lua.LValue) ([]lua.LValue, error) {
	return v.run(ctx, v.config.ScriptDir, v.state.G.Global, func(context.Context) (*Program, error) { return program, nil }, args)
}

// RunIn runs a compiled program as the file of a folder, where require looks too. Errors are
// *ScriptError.
func (v *VM) RunIn(ctx context.Context, dir string, program *Program, args ...lua.LValue) ([]lua.LValue, error) {
	return v.run(ctx, dir, v.state.G.Global, func(context.Context) (*Program, error) { return program, nil }, args)
}

func (v *VM) runSource(ctx context.Context, name, source, dir string, args []lua.LValue) ([]lua.LValue, error) {
	return v.run(ctx, dir, v.state.G.Global, func(ctx context.Context) (*Program, error) { return v.compile(ctx, name, source) }, args)
}

// readScript reads a script file. If there is none, the error names the nearest file.
func readScript(path string) (string, error) {
	text, err := plainfile.Read(path, MaxSource)
	if err == nil {
		return string(text), nil
	}
	failure := &ScriptError{Kind: NoFile, Code: NoFile.String(), Cause: err}
	var long *plainfile.TooLongError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		failure.Message = fmt.Sprintf("no such script %q%s", path, declare.DidYouMean(filepath.Base(path), scriptsBeside(path)))
	case errors.Is(err, syscall.EISDIR):
		failure.Message = fmt.Sprintf("%q is a folder, not a script", path)
	case errors.As(err, &long):
		failure.Message = fmt.Sprintf("%q has more than the %d bytes that a script may have", path, MaxSource)
	default:
		failure.Message = fmt.Sprintf("cannot read the script %q: %v", path, plainFileError(err))
	}
	return "", failure
}

func scriptsBeside(path string) []string {
	entries, _ := os.ReadDir(filepath.Dir(path))
	var names []string
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".lua") {
			names = append(names, entry.Name())
		}
	}
	return names
}

// run is one run: its context, its watchdog, its limits. env holds its globals.
func (v *VM) run(parent context.Context, dir string, env *lua.LTable, load func(context.Context) (*Program, error), args []lua.LValue) ([]lua.LValue, error) {
	ctx, leave := v.begin(parent, dir)
	defer leave()
	program, err := load(ctx)
	if ctx.Err() != nil {
		return nil, v.stopError()
	}
	if err != nil {
		return nil, err
	}
	v.sources[program.name] = program.source
	v.config.Coverage.know(program)
	function := v.state.NewFunctionFromProto(program.proto)
	function.Env = env
	results, err := v.Call(v.state, function, args...)
	if err != nil {
		return nil, v.scriptError(err)
	}
	return results, nil
}

// begin sets a run up; leave ends everything that it started.
func (v *VM) begin(parent context.Context, dir string) (ctx context.Context, leave func()) {
	ctx, cancel := context.WithCancelCause(parent)
	stop := func() {}
	if limit := v.config.Limits.Time; limit < unlimited {
		ctx, stop = context.WithTimeoutCause(ctx, limit, &Stop{Kind: Timeout, Message: fmt.Sprintf("the script ran longer than %s (--timeout)", limit)})
	}
	v.cancel.Store(&cancel)
	if v.config.Neighbours != nil && v.config.Limits.Memory < unlimited {
		v.asked = newInquiry(ctx)
	}
	v.enter(ctx)
	v.stopped, v.last, v.threads = nil, raised{}, 0
	v.written.Store(0)
	v.modules.dir, v.modules.shown = dir, dir
	dog, wait := v.watch(ctx, cancel)
	v.watchdog.Store(dog)
	ended := v.supervise(ctx)
	return ctx, func() {
		ended()
		v.cancel.Store(nil)
		stop()
		cancel(nil)
		wait()
		v.watchdog.Store(nil)
		v.asked = nil
		v.idle()
	}
}

// compile compiles in the background when it may take long, because the compiler cannot be
// interrupted: a run that is stopped leaves it behind, and it ends by itself.
func (v *VM) compile(ctx context.Context, name, source string) (*Program, error) {
	const quick = 32 << 10
	if len(source) <= quick {
		return v.compiled().compile(name, source)
	}
	type outcome struct {
		program *Program
		err     error
	}
	compiled := make(chan outcome, 1)
	go func() {
		program, err := Compile(name, source)
		compiled <- outcome{program, err}
	}()
	select {
	case result := <-compiled:
		return result.program, result.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
