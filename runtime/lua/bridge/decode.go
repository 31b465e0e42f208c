package bridge

import (
	"errors"
	"math/big"
	"reflect"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// scope holds the parts of a call that decoding needs.
type scope struct {
	x     *Exposer
	state *lua.LState // the thread that calls, for callbacks
	spent *spending

	longText int // how many bytes a text may have; 0 for no bound
}

// decoder stores a Lua value, which is not nil, into a Go value of the type it was made for.
type decoder func(s scope, v lua.LValue, to reflect.Value) *mismatch

// paramDecoder makes the decoder of an argument or key, with its bounds and allowed values.
func (x *Exposer) paramDecoder(p *declare.Param) decoder {
	return x.decoder(p.Type, p)
}

// decoder makes the decoder of a type. p has the rules for the scalars in it; it may be nil.
func (x *Exposer) decoder(t *declare.Type, p *declare.Param) decoder {
	if c := x.reg.Declared(pointerTo(t)); c != nil && t.Optional {
		return objectDecoder(c)
	}
	decode := x.plainDecoder(t, p)
	if !t.Optional {
		return decode
	}
	return func(s scope, v lua.LValue, to reflect.Value) *mismatch {
		target := reflect.New(t.Go)
		if m := decode(s, v, target.Elem()); m != nil {
			return m
		}
		to.Set(target)
		return nil
	}
}

func pointerTo(t *declare.Type) reflect.Type {
	if t.Go == nil {
		return nil
	}
	return reflect.PointerTo(t.Go)
}

func (x *Exposer) plainDecoder(t *declare.Type, p *declare.Param) decoder {
	switch t.Kind {
	case declare.KindList:
		return x.listDecoder(t, p)
	case declare.KindMap:
		return x.mapDecoder(t, p)
	case declare.KindStruct:
		return x.structDecoder(t)
	case declare.KindObject:
		return x.interfaceDecoder(t)
	case declare.KindAny:
		return decodeData
	case declare.KindRaw:
		return rawDecoder(p)
	case declare.KindCallback:
		return decodeCallback
	case declare.KindError:
		return decodeError
	}
	return scalarDecoder(t, p)
}

func scalarDecoder(t *declare.Type, p *declare.Param) decoder {
	switch t.Kind {
	case declare.KindString:
		return stringDecoder(t, p)
	case declare.KindBool:
		return decodeBool
	case declare.KindInteger:
		return integerDecoder(t, p)
	case declare.KindNumber:
		return numberDecoder(p)
	case declare.KindDuration:
		return durationDecoder(p)
	case declare.KindTime:
		return timeDecoder(p)
	}
	return func(scope, lua.LValue, reflect.Value) *mismatch {
		return wrong("no script value stands for a %s", t.Go)
	}
}

func decodeBool(_ scope, v lua.LValue, to reflect.Value) *mismatch {
	b, ok := v.(lua.LBool)
	if !ok {
		return expected(declare.KindBool.Name(), v)
	}
	to.SetBool(bool(b))
	return nil
}

func timeDecoder(p *declare.Param) decoder {
	parse := declare.ParseTime
	if p != nil && p.Past {
		parse = declare.ParsePast
	}
	return func(s scope, v lua.LValue, to reflect.Value) *mismatch {
		t, m := s.x.toTime(v, parse)
		if m != nil {
			return m
		}
		to.Set(reflect.ValueOf(t))
		return nil
	}
}

// toTime returns the time that a value stands for; parse reads a text.
func (x *Exposer) toTime(v lua.LValue, parse func(string, time.Time) (time.Time, error)) (time.Time, *mismatch) {
	var t time.Time
	var err error
	switch value := v.(type) {
	case lua.LNumber:
		t, err = declare.Unix(float64(value))
	case lua.LString:
		t, err = parse(string(value), x.reg.Now().UTC())
	default:
		if held, ok := native(v).(time.Time); ok {
			return held, nil
		}
		return t, hinted(expected(declare.KindTime.Name(), v), declare.TimeHint)
	}
	if err != nil {
		return t, hinted(wrong("%s", err), declare.TimeHint)
	}
	return t, nil
}

func durationDecoder(p *declare.Param) decoder {
	return func(_ scope, v lua.LValue, to reflect.Value) *mismatch {
		d, m := toDuration(v)
		if m == nil {
			m = within(p, d.Seconds(), d.String())
		}
		if m == nil {
			to.SetInt(int64(d))
		}
		return m
	}
}

func toDuration(v lua.LValue) (d time.Duration, m *mismatch) {
	var err error
	switch value := v.(type) {
	case lua.LNumber:
		d, err = declare.Seconds(float64(value))
	case lua.LString:
		d, err = declare.ParseDuration(string(value))
	default:
		return 0, hinted(expected(declare.KindDuration.Name(), v), declare.DurationHint)
	}
	if err != nil {
		return 0, hinted(wrong("%s", err), declare.DurationHint)
	}
	return d, nil
}

func hinted(m *mismatch, hint string) *mismatch {
	m.hint = hint
	return m
}

func decodeData(s scope, v lua.LValue, to reflect.Value) *mismatch {
	data, m := s.x.data(s.spent, v, form{})
	if m != nil {
		return m
	}
	if data == nil {
		return nil
	}
	if value := reflect.ValueOf(data); value.Type().AssignableTo(to.Type()) {
		to.Set(value)
		return nil
	}
	return expected("no", v)
}

// rawDecoder makes a decoder that keeps the Lua value with the name of its argument, because an
// error about the value names that.
func rawDecoder(p *declare.Param) decoder {
	name := "value"
	if p != nil {
		name = p.Name
	}
	return func(s scope, v lua.LValue, to reflect.Value) *mismatch {
		*to.Addr().Interface().(*declare.Raw) = &raw{x: s.x, state: s.state, spent: s.spent, value: v, argument: name}
		return nil
	}
}

func decodeCallback(s scope, v lua.LValue, to reflect.Value) *mismatch {
	f, ok := v.(*lua.LFunction)
	if !ok {
		return expected(declare.KindCallback.Name(), v)
	}
	to.Set(reflect.ValueOf(&callback{x: s.x, state: s.state, function: f}))
	return nil
}

func decodeError(_ scope, v lua.LValue, to reflect.Value) *mismatch {
	if text, ok := v.(lua.LString); ok {
		to.Set(reflect.ValueOf(errors.New(string(text))))
		return nil
	}
	e, ok := native(v).(*Error)
	if !ok {
		return expected(declare.KindError.Name(), v)
	}
	to.Set(reflect.ValueOf(e.Unwrap()))
	return nil
}

// native returns the Go value of an object, or nil for any other value.
func native(v lua.LValue) any {
	if ud, ok := v.(*lua.LUserData); ok {
		if o, ok := ud.Value.(*object); ok {
			return o.value
		}
	}
	return nil
}

func bigOf(v lua.LValue) (*big.Int, bool) {
	i, ok := native(v).(*big.Int)
	return i, ok
}
