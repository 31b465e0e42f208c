package bridge

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"runtime"
	"weak"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// iteration is a Go sequence that a loop draws from.
type iteration struct {
	next func() (reflect.Value, reflect.Value, bool)
	stop func()

	function weak.Pointer[lua.LFunction] // that a script draws with
	several  bool                        // a turn has several values
}

// loop is held by the Lua function alone: once the function is garbage, the loop was left.
type loop struct{ it *iteration }

func (x *Exposer) iteratorEncoder() encoder {
	return func(v reflect.Value) (lua.LValue, error) {
		if v.IsNil() {
			return lua.LNil, nil
		}
		if err := x.bound(); err != nil {
			return nil, err
		}
		it := pull(v)
		l := &loop{it: it}
		x.iterators[it] = weak.Make(l)
		f := x.state.NewFunction(func(L *lua.LState) int { return x.advance(L, l) })
		it.function = weak.Make(f)
		return f, nil
	}
}

func pull(v reflect.Value) *iteration {
	it := &iteration{several: declare.Splits(v.Type().In(0).In(0))}
	if v.Type().CanSeq2() {
		it.next, it.stop = iter.Pull2(v.Seq2())
		return it
	}
	next, stop := iter.Pull(v.Seq())
	it.stop = stop
	it.next = func() (reflect.Value, reflect.Value, bool) {
		value, ok := next()
		return value, reflect.Value{}, ok
	}
	return it
}

// advance returns the values of the next turn, or nil at the end.
func (x *Exposer) advance(L *lua.LState, l *loop) int {
	values, err := x.draw(l.it)
	if err != nil {
		x.Raise(L, err)
	}
	for _, v := range values {
		L.Push(v)
	}
	return len(values)
}

func (x *Exposer) draw(it *iteration) (values []lua.LValue, err error) {
	defer func() {
		if failure := x.recovered(recover()); failure != nil {
			err = failure
		}
		if err != nil {
			x.end(it)
		}
	}()
	value, failure, ok := it.next()
	if !ok {
		x.end(it)
		return []lua.LValue{lua.LNil}, nil
	}
	if failure.IsValid() && !failure.IsNil() {
		return nil, failure.Interface().(error)
	}
	return x.turn(value)
}

// iterationOf returns the sequence that a function draws from, or nil if it is the script's own or
// the sequence has ended.
func (x *Exposer) iterationOf(v lua.LValue) *iteration {
	f, ok := v.(*lua.LFunction)
	if !ok || !f.IsG {
		return nil
	}
	wanted := weak.Make(f)
	for it := range x.iterators {
		if it.function == wanted {
			return it
		}
	}
	return nil
}

// Sequence draws without a call of Lua. Of several values a part of the library makes one.
func (r *raw) Sequence(ctx context.Context) (iter.Seq2[declare.Raw, error], bool) {
	it := r.x.iterationOf(r.value)
	if it == nil || it.several {
		return nil, false
	}
	return func(yield func(declare.Raw, error) bool) {
		for ctx.Err() == nil {
			values, err := r.x.draw(it)
			if err != nil {
				yield(nil, err)
				return
			}
			if values[0] == lua.LNil || !yield(&raw{x: r.x, state: r.state, spent: &spending{}, value: values[0]}, nil) {
				runtime.KeepAlive(r.value)
				return
			}
		}
		yield(nil, context.Cause(ctx))
	}, true
}

// turn encodes the yielded values. A nil as first value becomes json.null, because nil would end
// the loop.
func (x *Exposer) turn(value reflect.Value) ([]lua.LValue, error) {
	parts := []reflect.Value{value}
	if declare.Splits(value.Type()) {
		parts = parts[:0]
		for _, part := range declare.Split(value.Interface()) {
			parts = append(parts, reflect.ValueOf(&part).Elem())
		}
	}
	values := make([]lua.LValue, len(parts))
	for i, part := range parts {
		v, err := x.encoder(part.Type())(part)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	values[0] = x.orNull(values[0])
	return values, nil
}

func (x *Exposer) end(it *iteration) {
	delete(x.iterators, it)
	it.stop()
}

// reap ends the sequences of loops that were left, as far as the collector has found them.
func (x *Exposer) reap() {
	for it, l := range x.iterators {
		if l.Value() == nil {
			x.end(it)
		}
	}
}

// maxIterators is how many sequences a run may be in the middle of: each may hold a file or a
// connection.
const maxIterators = 256

// bound ends the sequences of loops that were left, and returns an error if too many remain.
func (x *Exposer) bound() error {
	x.reap()
	if len(x.iterators) >= maxIterators {
		runtime.GC() // after it, no function that is garbage is reachable
		x.reap()
	}
	if len(x.iterators) >= maxIterators {
		return fmt.Errorf("a run has at most %d unfinished iterators at a time: let loops run to their end, or set the variables of their iterators to nil", maxIterators)
	}
	return nil
}
