package codec

import (
	"encoding/json"
	"reflect"
	"strings"
)

// unmarshal decodes JSON as encoding/json does, but numbers in members of type any become int64,
// *big.Int or float64, as DecodeJSON returns them.
func unmarshal(text string, target reflect.Value) error {
	target.SetZero()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(target.Addr().Interface()); err != nil {
		return err
	}
	refine(target)
	return nil
}

// refine replaces each json.Number in v, at any depth, that a field or element of type any holds.
func refine(v reflect.Value) {
	// A type with a decoder of its own decides about its numbers itself.
	if _, ok := v.Addr().Interface().(json.Unmarshaler); ok {
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		refineAny(v)
	case reflect.Pointer:
		if !v.IsNil() {
			refine(v.Elem())
		}
	case reflect.Struct:
		refineFields(v)
	case reflect.Slice, reflect.Array:
		refineElements(v)
	case reflect.Map:
		refineMembers(v)
	}
}

// refineAny replaces the value of an interface, if it is any: one with methods holds no number.
func refineAny(v reflect.Value) {
	if v.NumMethod() == 0 && !v.IsNil() {
		v.Set(reflect.ValueOf(refined(v.Interface())))
	}
}

// refined converts the numbers in a value that encoding/json decoded into an any.
func refined(value any) any {
	switch v := value.(type) {
	case json.Number:
		return number(v)
	case []any:
		for i := range v {
			v[i] = refined(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = refined(v[name])
		}
	}
	return value
}

// number returns the text as int64, *big.Int or float64, or unchanged if it is no number.
func number(text json.Number) any {
	p := parser{text: string(text)}
	value, err := p.number()
	if err != nil {
		return text
	}
	return value
}

func refineFields(v reflect.Value) {
	for i := range v.NumField() {
		if field := v.Field(i); field.CanSet() {
			refine(field)
		}
	}
}

func refineElements(v reflect.Value) {
	if !mayHoldAny(v.Type().Elem()) {
		return
	}
	for i := range v.Len() {
		refine(v.Index(i))
	}
}

// refineMembers refines a copy of each member, because the members of a map cannot be set in place.
func refineMembers(v reflect.Value) {
	if !mayHoldAny(v.Type().Elem()) {
		return
	}
	for _, key := range v.MapKeys() {
		member := reflect.New(v.Type().Elem()).Elem()
		member.Set(v.MapIndex(key))
		refine(member)
		v.SetMapIndex(key, member)
	}
}

// mayHoldAny returns false for types that hold no any, so that a long list of texts is not walked.
func mayHoldAny(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Struct, reflect.Slice, reflect.Array, reflect.Map:
		return true
	}
	return false
}
