package bridge

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A directRead reads JSON data from the Go value of a record's field, without making the Lua value
// of it first. It returns nil if the field has no value, and false if the data can only be read
// from the Lua value.
type directRead func(r *dataReader, v reflect.Value) (any, bool)

// directOf returns the directRead for a field's type, or nil if data of this type can only be read
// from the Lua value.
func (x *Exposer) directOf(t reflect.Type) directRead {
	typ := declare.ResultType(t)
	if typ.Kind == declare.KindObject || x.objectType(t, typ) || typ.Optional {
		return nil
	}
	switch {
	case typ.Kind == declare.KindString && t.Kind() == reflect.String:
		return func(_ *dataReader, v reflect.Value) (any, bool) { return v.String(), true }
	case typ.Kind == declare.KindBool:
		return func(_ *dataReader, v reflect.Value) (any, bool) { return v.Bool(), true }
	case typ.Kind == declare.KindInteger && reflect.Int <= t.Kind() && t.Kind() <= reflect.Int64:
		return func(_ *dataReader, v reflect.Value) (any, bool) { return v.Int(), true }
	case typ.Kind == declare.KindDuration:
		return func(_ *dataReader, v reflect.Value) (any, bool) {
			return floatData(time.Duration(v.Int()).Seconds()), true
		}
	case typ.Kind == declare.KindTime:
		return directTime
	case typ.Kind == declare.KindAny, t == reflect.TypeFor[map[string]any](), t == reflect.TypeFor[[]string]():
		return directData
	}
	return nil
}

func directTime(_ *dataReader, v reflect.Value) (any, bool) {
	at, ok := v.Interface().(time.Time)
	return at.UTC(), ok
}

// directData reads JSON data, or a Lazy value. If the reader takes texts, a stored value becomes
// its text, so that its value need not be computed.
func directData(r *dataReader, v reflect.Value) (any, bool) {
	if v.Kind() == reflect.Interface && v.IsNil() {
		return nil, true
	}
	value := v.Interface()
	lazy, isLazy := value.(declare.Lazy)
	if !isLazy || r.x.reg.Declared(reflect.TypeOf(value)) != nil {
		return r.plain(value, 0)
	}
	if stored, ok := value.(declare.Stored); ok && r.texts {
		if text, ok := stored.Shown(); ok {
			return text, true
		}
	}
	computed, err := lazy.Value()
	if err != nil {
		return nil, false
	}
	return r.plain(computed, 0)
}

// maxShallow is the nesting up to which plain copies data. Deeper data is read from the Lua values,
// because that way refuses data deeper than maxDepth.
const maxShallow = 500

// plain copies JSON data, in which objects become Members. It returns false for other values, and
// for data that is nested deeper than maxShallow.
func (r *dataReader) plain(value any, depth int) (any, bool) {
	if depth > maxShallow {
		return nil, false
	}
	switch v := value.(type) {
	case nil, bool, string, int64:
		return v, true
	case float64:
		return floatData(v), true
	case time.Time:
		return v.UTC(), true
	case []string:
		list := make([]any, len(v))
		for i, text := range v {
			list[i] = text
		}
		return list, true
	case []any:
		return r.plainList(v, depth)
	case map[string]any:
		return r.plainMembers(v, depth)
	}
	return nil, false
}

func (r *dataReader) plainList(values []any, depth int) (any, bool) {
	list := make([]any, len(values))
	for i, value := range values {
		item, ok := r.plain(value, depth+1)
		if !ok {
			return nil, false
		}
		list[i] = item
	}
	return list, true
}

func (r *dataReader) plainMembers(values map[string]any, depth int) (any, bool) {
	members := make(declare.Members, 0, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		item, ok := r.plain(values[key], depth+1)
		if !ok {
			return nil, false
		}
		members = append(members, declare.Member{Key: key, Value: item})
	}
	return members, true
}

// floatData returns a whole number as int64 and any other as it is, as a dataReader does with a Lua
// number.
func floatData(f float64) any {
	if isWhole(f) {
		return int64(f)
	}
	return f
}
