package bridge

import (
	"context"
	"errors"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// callback is a Lua function that a handler can call.
type callback struct {
	x        *Exposer
	state    *lua.LState
	function *lua.LFunction
}

// Call runs the function under ctx. If the function raises, the error is a *Thrown; if ctx ended
// it, the error of ctx.
func (c *callback) Call(ctx context.Context, args ...any) ([]declare.Raw, error) {
	L := c.state
	values := make([]lua.LValue, len(args))
	for i, arg := range args {
		v, err := c.x.encode(arg)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	restore := c.under(ctx)
	defer restore()
	results, err := c.x.options.Call(L, c.function, values...)
	if err != nil {
		return nil, c.failure(ctx, err)
	}
	raws := make([]declare.Raw, len(results))
	for i, result := range results {
		raws[i] = &raw{x: c.x, state: L, spent: &spending{}, value: result}
	}
	return raws, nil
}

// protectedCall is the state's own way to call a function.
func protectedCall(L *lua.LState, f lua.LValue, args ...lua.LValue) ([]lua.LValue, error) {
	top := L.GetTop()
	if err := L.CallByParam(lua.P{Fn: f, NRet: lua.MultRet, Protect: true}, args...); err != nil {
		return nil, err
	}
	results := make([]lua.LValue, 0, L.GetTop()-top)
	for i := top + 1; i <= L.GetTop(); i++ {
		results = append(results, L.Get(i))
	}
	L.SetTop(top)
	return results, nil
}

// Callback lets the handler of the call under way call a Lua function that no argument brought,
// on the thread of that call.
func (x *Exposer) Callback(ctx context.Context, f *lua.LFunction) declare.Callback {
	state := x.state
	if of, ok := ctx.Value(stateKey{}).(*lua.LState); ok {
		state = of
	}
	return &callback{x: x, state: state, function: f}
}

// under sets the thread's context to one that the handler derived, until the call returns.
func (c *callback) under(ctx context.Context) (restore func()) {
	before := c.state.Context()
	if call, ok := ctx.(*callContext); ok && call.state == c.state || ctx == nil || before == nil {
		return func() {}
	}
	c.state.SetContext(ctx)
	return func() { c.state.SetContext(before) }
}

func (c *callback) failure(ctx context.Context, err error) error {
	if ctx != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	raised, ok := errors.AsType[*lua.ApiError](err)
	if !ok {
		return err
	}
	return &Thrown{Value: raised.Object, text: c.x.display(raised.Object)}
}

// display is the text of a value without running Lua code.
func (x *Exposer) display(v lua.LValue) string {
	if ud, ok := v.(*lua.LUserData); ok {
		if o, ok := ud.Value.(*object); ok {
			return x.text(o)
		}
	}
	return x.options.Brief(v)
}
