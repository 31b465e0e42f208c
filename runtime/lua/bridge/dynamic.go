package bridge

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// encode returns the Lua value of a Go value whose type is known only at run time. Data is the
// frequent case.
func (x *Exposer) encode(v any) (lua.LValue, error) { return x.encodeAt(v, 0) }

func (x *Exposer) encodeAt(v any, depth int) (lua.LValue, error) {
	switch value := v.(type) {
	case nil:
		return lua.LNil, nil
	case bool:
		return lua.LBool(value), nil
	case string:
		return lua.LString(value), nil
	case int64:
		return x.integer(value), nil
	case float64:
		return lua.LNumber(value), nil
	case []any:
		return x.encodeArray(value, depth)
	case map[string]any:
		return x.encodeMap(value, depth)
	}
	return x.encodeOther(v, depth)
}

func (x *Exposer) encodeOther(v any, depth int) (lua.LValue, error) {
	switch value := v.(type) {
	case codec.Encoded:
		return x.readStored(value, depth)
	case codec.Source:
		return x.readSource(value)
	case nullValue:
		return x.null, nil
	case *big.Int:
		return x.bigInteger(value), nil
	case json.Number:
		return x.number(value), nil
	case time.Time:
		return x.timeObject(value), nil
	case declare.Members:
		return x.encodeMembers(value, depth)
	case lua.LValue:
		return value, nil
	case *raw:
		return value.value, nil
	case *callback:
		return value.function, nil
	case *Thrown:
		return value.Value, nil
	}
	return x.encodeObject(v, depth)
}

func (x *Exposer) encodeObject(v any, depth int) (lua.LValue, error) {
	t := reflect.TypeOf(v)
	if lazy, ok := v.(declare.Lazy); ok && x.reg.Declared(t) == nil {
		computed, err := lazy.Value()
		if err != nil {
			return nil, err
		}
		return x.encodeAt(computed, depth+1)
	}
	if failure, ok := v.(error); ok && x.reg.Class(t) == nil {
		return builtin[declare.Failure](x, x.stored(failure)), nil
	}
	return x.encoder(t)(reflect.ValueOf(v))
}

var errTooDeep = errors.New("data nested too deeply")

func (x *Exposer) encodeArray(list []any, depth int) (lua.LValue, error) {
	if depth > maxDepth {
		return nil, errTooDeep
	}
	table := x.newArray(len(list))
	for _, item := range list {
		v, err := x.encodeAt(item, depth+1)
		if err != nil {
			return nil, err
		}
		table.Append(x.orNull(v))
	}
	return table, nil
}

// encodeMap sets the keys in their order, so that a script's pairs is the same in every run.
func (x *Exposer) encodeMap(m map[string]any, depth int) (lua.LValue, error) {
	members := make(declare.Members, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		members = append(members, declare.Member{Key: key, Value: m[key]})
	}
	return x.encodeMembers(members, depth)
}

func (x *Exposer) encodeMembers(members declare.Members, depth int) (lua.LValue, error) {
	if depth > maxDepth {
		return nil, errTooDeep
	}
	table := x.state.CreateTable(0, len(members))
	for _, m := range members {
		v, err := x.encodeAt(m.Value, depth+1)
		if err != nil {
			return nil, err
		}
		table.RawSetString(m.Key, x.orNull(v))
	}
	return table, nil
}

func (x *Exposer) newArray(n int) *lua.LTable {
	table := x.state.CreateTable(n, 0)
	table.Metatable = x.arrayMark
	return table
}

func (x *Exposer) timeObject(t time.Time) lua.LValue { return builtin[timeValue](x, t.UTC()) }

// integer is a number as far as numbers are exact.
func (x *Exposer) integer(i int64) lua.LValue {
	if i >= -maxExact && i <= maxExact {
		return lua.LNumber(i)
	}
	return x.exactInteger(big.NewInt(i))
}

func (x *Exposer) unsigned(u uint64) lua.LValue {
	if u <= maxExact {
		return lua.LNumber(u)
	}
	return x.exactInteger(new(big.Int).SetUint64(u))
}

func (x *Exposer) bigInteger(i *big.Int) lua.LValue {
	switch {
	case i == nil:
		return lua.LNil
	case i.IsInt64():
		return x.integer(i.Int64())
	}
	return x.exactInteger(new(big.Int).Set(i))
}

// maxDigits bounds the integers that are read: the time that takes grows with the square of the
// digits.
const maxDigits = 4096

// number returns the value of a JSON number: an integer, a float with the same digits, or else
// the text itself.
func (x *Exposer) number(n json.Number) lua.LValue {
	if len(n) <= maxDigits {
		if i, ok := new(big.Int).SetString(string(n), 10); ok {
			return x.bigInteger(i)
		}
	}
	if f, err := strconv.ParseFloat(string(n), 64); err == nil && !math.IsInf(f, 0) && (f != 0 || isZero(n)) {
		return lua.LNumber(f)
	}
	return builtin[decimalValue](x, n)
}

// isZero returns true if the number is written as zero, and false if it is only too small for a
// float.
func isZero(n json.Number) bool {
	for _, r := range n {
		if r == 'e' || r == 'E' {
			return true
		}
		if r >= '1' && r <= '9' {
			return false
		}
	}
	return true
}
