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
	Text  string // of the value, as it may be shown
	Stack []byte // of the goroutine that panicked
}

// Error returns one line, without the stack.
func (p *Panic) Error() string { return "internal error: " + p.Text }

// ErrorCode returns Internal.
func (p *Panic) ErrorCode() string { return declare.CodeInternal }

// ErrorHint says that the fault is not the script's.
func (p *Panic) ErrorHint() string { return "this is a bug of dbos-script, not of the script" }

// Unwrap returns the value of the panic if it was an error, else nil.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// recovered handles the value of a recover. It returns nil without a panic, and reports a bug of
// ours to the host. A Lua error is raised again.
func (x *Exposer) recovered(value any) error {
	switch v := value.(type) {
	case nil:
		return nil
	case *lua.ApiError:
		panic(v)
	}
	p := &Panic{Value: value, Text: fmt.Sprint(value), Stack: debug.Stack()}
	if x.options.Conceal != nil {
		p.Text = x.options.Conceal(value)
	}
	if x.options.OnPanic != nil {
		x.options.OnPanic(p)
	}
	return p
}
