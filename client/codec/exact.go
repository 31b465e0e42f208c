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

// refine replaces the json.Numbers below v that stand in members of type any.
func refine(v reflect.Value) {
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

// number returns the value of a number's text.
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

func mayHoldAny(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Struct, reflect.Slice, reflect.Array, reflect.Map:
		return true
	}
	return false
}
