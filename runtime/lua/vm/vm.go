package vm

import (
	"context"
	"io"
	"math/rand/v2"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm/pattern"
)

// The sizes of a state. The registry grows by steps to its maximum; the call stack of the main
// thread is fixed, because a growing one makes calls twice as slow: 80 bytes a call, 1.6 MB in
// all. It is as deep as in Lua 5.1. Threads (coroutines) are many and start small.
const (
	callStackSize    = 20000
	registrySize     = 512
	registryMaxSize  = 1 << 20
	registryGrowStep = 4096

	threadCallStackSize    = 8192
	threadRegistrySize     = 128
	threadRegistryMaxSize  = 1 << 18
	threadRegistryGrowStep = 512
)

// arrayLimit is the index from which a table keeps its integer keys in the hash part. Below it,
// storing one element fills the array up to it. So it limits the cost of t[60000000] = 1.
// gopher-lua has the limit in a variable that every table access reads, so it is set before any
// state exists.
var arrayLimit = setArrayLimit(1 << 22)

func setArrayLimit(limit int) int {
	lua.MaxArrayIndex = limit
	return limit
}

// VM is a Lua state with its limits. It is for one goroutine at a time; Abort alone may be called
// from others.
type VM struct {
	config Config
	state  *lua.LState
	stacks *stackPool // nil if the run is alone in the process

	programs programs // of a run alone in its process

	guards    []guard           // the protected calls under way, innermost last
	raised    *lua.LState       // the thread whose last error went through raise; nil if it was a Go panic
	last      raised            // the last error, to know it again when it is raised once more
	stopped   *trace            // where the run was when it was stopped
	throw     func(*lua.LState) // raise, as a value that threads share
	guard     *lua.LFunction    // guarded, as a Lua function
	yieldPath yieldPath         // of the last yield
	threads   int               // coroutines that are resumed inside each other
	running   *runContext
	cancel    atomic.Pointer[context.CancelCauseFunc]
	watchdog  atomic.Pointer[watchdog] // nil without a limit of memory
	asked     *inquiry                 // lets other runs of the process ask this one for its size; nil if it is alone
	output    *limitedWriter
	written   atomic.Int64 // bytes, by all outputs of the run
	started   time.Time
	random    *rand.Rand
	sources   map[string]string
	patterns  map[patternKey]*pattern.Pattern
	modules   modules
	prompt    *prompt         // nil until an input runs
	assigned  map[string]bool // names of globals that had a value, or were assigned nil
	walkers   walkers         // for next, pairs and ipairs
	numbers   numbers         // a block of numbers for values to point to
}

// New makes a state. It starts no goroutine; Close frees it.
func New(config Config) *VM {
	v := &VM{
		config:   config.effective(),
		sources:  map[string]string{},
		patterns: map[patternKey]*pattern.Pattern{},
	}
	v.stacks = v.config.stacks()
	v.state = v.stacks.newState(lua.Options{
		SkipOpenLibs: true, CallStackSize: callStackSize,
		RegistrySize: registrySize, RegistryMaxSize: registryMaxSize, RegistryGrowStep: registryGrowStep,
	})
	v.state.Options = lua.Options{ // of the threads that the state makes from now on
		SkipOpenLibs: true, CallStackSize: threadCallStackSize, MinimizeStackMemory: true,
		RegistrySize: threadRegistrySize, RegistryMaxSize: threadRegistryMaxSize, RegistryGrowStep: threadRegistryGrowStep,
	}
	v.state.G.MainThread, v.state.G.CurrentThread = v.state, v.state
	v.started = v.config.Clock()
	v.random = v.config.random()
	v.output = &limitedWriter{vm: v, to: v.config.Stdout}
	v.throw = v.raise
	v.guard = v.state.NewFunction(guarded)
	v.idle()
	v.openLibraries()
	v.openWalkers()
	return v
}

// L returns the Lua state, for the code that brings Go functions into it. The context of the state
// carries the VM, and ends with the run: a Go function that blocks has to wait with this context.
func (v *VM) L() *lua.LState { return v.state }

// MemoryLimit returns the limit of memory in bytes, 0 if there is none.
func (v *VM) MemoryLimit() int64 {
	if v.config.Limits.Memory >= unlimited {
		return 0
	}
	return v.config.Limits.Memory
}

// Stdout returns the writer for a script's output: the configured one, up to the limit of the run
// under way.
func (v *VM) Stdout() io.Writer { return v.output }

// Function returns a compiled program as a function of this state, for code of the host that is
// written in Lua.
func (v *VM) Function(program *Program) *lua.LFunction {
	v.sources[program.name] = program.source
	return v.state.NewFunctionFromProto(program.proto)
}

// Close frees the state. No other method may be called after it.
func (v *VM) Close() { v.stacks.close(v.state) }

// Abort ends the current run; no script can catch it. The run's error wraps the cause and has its
// message and code. Its kind is the kind of a *Stop, or named by the code (Internal, Timeout),
// else Interrupted. Between runs Abort does nothing.
func (v *VM) Abort(cause error) {
	if cancel := v.cancel.Load(); cancel != nil {
		(*cancel)(cause)
	}
}

// runContext is the context of a run. Its Done costs a field, not a lock, because it is asked
// often.
type runContext struct {
	context.Context
	done <-chan struct{}
	vm   *VM

	asked *inquiry // that of the VM; nil if no other run shares the process
}

func (c *runContext) Done() <-chan struct{} { return c.done }

type vmKey struct{}

func (c *runContext) Value(key any) any {
	switch key {
	case vmKey{}:
		return c.vm
	case declare.MemoryKey():
		return c.vm.Reserve
	}
	return c.Context.Value(key)
}

// vmOf finds the VM of a state, whose context may have been derived from ours.
func vmOf(L *lua.LState) *VM {
	if c, ok := L.Context().(*runContext); ok {
		return c.vm
	}
	return L.Context().Value(vmKey{}).(*VM)
}

// enter makes a context that of the main thread. SetContext installs gopher-lua's loop, so ours is
// set again after it.
func (v *VM) enter(ctx context.Context) {
	v.running = &runContext{Context: ctx, done: ctx.Done(), vm: v, asked: v.asked}
	v.state.SetContext(v.running)
	setLoop(v.state)
}

// idle enters the context between runs, which never ends.
func (v *VM) idle() { v.enter(context.Background()) }
