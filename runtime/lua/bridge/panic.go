package bridge

import (
	"fmt"
	"runtime/debug"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Panic is a Go panic of a handler: a bug of ours, never the script's doing.
type Panic struct {
	Value any
	Stack []byte // of the goroutine that panicked
}

// Error gives one line, without the stack.
func (p *Panic) Error() string { return fmt.Sprintf("internal error: %v", p.Value) }

// Code is Internal.
func (p *Panic) Code() string { return declare.CodeInternal }

// Unwrap gives the error that the panic was raised with, if it was one.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// recovered gives what a recover means: nothing, or a bug of which the host is told. A Lua error that
// passes through is raised on.
func (x *Exposer) recovered(value any) error {
	switch v := value.(type) {
	case nil:
		return nil
	case *lua.ApiError:
		panic(v)
	}
	p := &Panic{Value: value, Stack: debug.Stack()}
	if x.options.OnPanic != nil {
		x.options.OnPanic(p)
	}
	return p
}
