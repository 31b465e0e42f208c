package journal

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"math/big"
	"reflect"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// dynamic writes a value of an interface.
func (w *writer) dynamic(v reflect.Value) error {
	switch value := v.Interface().(type) {
	case bool, string, int64, int:
		return w.plain(v)
	case float64:
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return w.marked("number", func() error { w.float(value); return nil })
		}
		w.float(value)
		return nil
	case []any:
		return w.list(v)
	case map[string]any:
		return w.data(value)
	case declare.Raw:
		return w.raw(value)
	}
	return w.other(v)
}

// data writes an object of JSON data. One with the key of a mark, or with a key that is no Unicode,
// is written as pairs.
func (w *writer) data(m map[string]any) error {
	if m == nil {
		return w.marked("pairs", func() error { w.text("[]"); return nil })
	}
	keys := slices.Sorted(maps.Keys(m))
	if _, found := m[mark]; found || slices.ContainsFunc(keys, func(key string) bool { return !utf8.ValidString(key) }) {
		return w.marked("pairs", func() error { return w.mapping(reflect.ValueOf(m)) })
	}
	w.text("{")
	for i, key := range keys {
		if i > 0 {
			w.text(",")
		}
		w.out = append(appendQuoted(w.out, key), ':')
		value := m[key]
		if err := w.value(reflect.ValueOf(&value).Elem()); err != nil {
			return err
		}
	}
	w.text("}")
	return nil
}

func (w *writer) other(v reflect.Value) error {
	switch value := v.Interface().(type) {
	case *big.Int:
		return w.marked("integer", func() error { w.integer(value); return nil })
	case time.Time, time.Duration, json.Number, declare.Members, declare.NullType, []byte, codec.Encoded:
		return w.marked(dynamicKinds[v.Type()], func() error { return w.value(v) })
	}
	if class := w.types.class(v.Type()); class != nil {
		return w.marked("class:"+class.Name, func() error { return w.value(v) })
	}
	if class := w.types.registry.Class(v.Type()); class != nil && class.Record && w.types.class(class.Go) != nil {
		return w.marked("class:"+class.Name, func() error { return w.value(v) })
	}
	switch value := v.Interface().(type) {
	case error:
		return w.failure(value)
	case declare.Lazy:
		return w.computed(value)
	case declare.Listed:
		return w.listing(value)
	}
	return w.anonymous(v)
}

// anyListing is a listing whose type is not declared, such as the result of dbos.backfill_schedule.
type anyListing = declare.Listing[any, any]

// listing writes the items and the object beside them as values of interfaces.
func (w *writer) listing(listed declare.Listed) error {
	items, about := listed.Parts()
	list := anyListing{Items: make([]any, reflect.ValueOf(items).Len()), About: about}
	for i := range list.Items {
		list.Items[i] = reflect.ValueOf(items).Index(i).Interface()
	}
	return w.marked("listing", func() error { return w.value(reflect.ValueOf(list)) })
}

// computed writes the value of a Lazy value.
func (w *writer) computed(lazy declare.Lazy) error {
	value, err := lazy.Value()
	if err != nil {
		return err
	}
	return w.value(reflect.ValueOf(&value).Elem())
}

// anonymous writes a value of a type that has no name here as data.
func (w *writer) anonymous(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return w.plain(v)
	case reflect.Slice, reflect.Array:
		items := make([]any, v.Len())
		for i := range items {
			items[i] = v.Index(i).Interface()
		}
		return w.list(reflect.ValueOf(items))
	}
	if w.brief && v.Kind() != reflect.Func {
		return w.plain(v)
	}
	return w.noData(v)
}

// raw writes a value of Lua for a hash.
func (w *writer) raw(value declare.Raw) error {
	if !w.brief {
		return errors.New("a value of Lua is no data")
	}
	if native := value.Native(); native != nil {
		return w.value(reflect.ValueOf(&native).Elem())
	}
	data, err := value.Shown()
	if err != nil {
		return w.quoted(value.Type())
	}
	return w.value(reflect.ValueOf(&data).Elem())
}
