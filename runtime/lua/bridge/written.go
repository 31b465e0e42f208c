package bridge

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A show returns what a dataReader reads for a Go value, without making the script's value of it;
// false if only that one can be read. Nil stands for none.
type show func(r *dataReader, v reflect.Value) (any, bool)

// showOf returns the show of a field's type, or nil if its values are always read as a script
// sees them.
func (x *Exposer) showOf(t reflect.Type) show {
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
		return showTime
	case typ.Kind == declare.KindAny, t == reflect.TypeFor[map[string]any](), t == reflect.TypeFor[[]string]():
		return showData
	}
	return nil
}

func showTime(_ *dataReader, v reflect.Value) (any, bool) {
	at, ok := v.Interface().(time.Time)
	return at.UTC(), ok
}

// showData is for data, and for a value that is computed when it is read.
func showData(r *dataReader, v reflect.Value) (any, bool) {
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

// maxShallow is the nesting up to which data is copied without the script's values. Deeper data
// goes through them, which have the limit of depth.
const maxShallow = 500

// plain copies JSON data. It returns false for other values.
func (r *dataReader) plain(value any, depth int) (any, bool) {
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
		if !ok || depth > maxShallow {
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
		if !ok || depth > maxShallow {
			return nil, false
		}
		members = append(members, declare.Member{Key: key, Value: item})
	}
	return members, true
}

// floatData is a number as the database has it, whole if it is.
func floatData(f float64) any {
	if isWhole(f) {
		return int64(f)
	}
	return f
}
