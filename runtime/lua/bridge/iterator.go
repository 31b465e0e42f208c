package bridge

import (
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
		return x.state.NewFunction(func(L *lua.LState) int { return x.advance(L, l) }), nil
	}
}

func pull(v reflect.Value) *iteration {
	it := &iteration{}
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
		return fmt.Errorf("a run is in the middle of at most %d iterators at a time: let loops come to their end, or forget their iterators", maxIterators)
	}
	return nil
}
