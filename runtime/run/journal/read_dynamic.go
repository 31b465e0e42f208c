package journal

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// dynamic sets an interface.
func (r *reader) dynamic(tree any, to reflect.Value) error {
	value, err := r.any(tree)
	if err != nil {
		return err
	}
	if value == nil {
		to.SetZero()
		return nil
	}
	v := reflect.ValueOf(value)
	if !v.Type().AssignableTo(to.Type()) {
		return wrong(tree, to.Type())
	}
	to.Set(v)
	return nil
}

// any returns the value of a text whose type is not declared.
func (r *reader) any(tree any) (any, error) {
	switch value := tree.(type) {
	case json.Number:
		return r.number(value)
	case []any:
		for i := range value {
			if err := r.value(value[i], reflect.ValueOf(&value[i]).Elem()); err != nil {
				return nil, err
			}
		}
		return value, nil
	case map[string]any:
		if _, found := value[mark]; found {
			return r.marked(value)
		}
		for key, item := range value {
			place := reflect.New(typeAny).Elem()
			if err := r.value(item, place); err != nil {
				return nil, err
			}
			value[key] = place.Interface()
		}
		return value, nil
	}
	return tree, nil
}

// number returns a float64 for a number with a point or an exponent, else an integer.
func (r *reader) number(n json.Number) (any, error) {
	if strings.ContainsAny(string(n), ".eE") {
		return strconv.ParseFloat(string(n), 64)
	}
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return i, nil
	}
	i, ok := exact(n)
	if !ok {
		return nil, wrong(n, typeBig)
	}
	return i, nil
}

// marked returns the value that an object stands for.
func (r *reader) marked(object map[string]any) (any, error) {
	kind, value, ok := markedValue(object)
	if !ok {
		return nil, fmt.Errorf("an object has the key %q and others", mark)
	}
	if name, isClass := strings.CutPrefix(kind, "class:"); isClass {
		return r.ofClass(name, value)
	}
	switch kind {
	case "bytes":
		return r.text(object, reflect.TypeFor[string]())
	case "pairs":
		var m map[string]any
		err := r.mapping(value, reflect.ValueOf(&m).Elem())
		return m, err
	}
	t, found := dynamicTypes[kind]
	if !found {
		return nil, fmt.Errorf("a value of the kind %q is unknown", kind)
	}
	place := reflect.New(t).Elem()
	if err := r.value(value, place); err != nil {
		return nil, err
	}
	switch made := place.Interface().(type) {
	case failureData:
		return &Failure{made}, nil
	case declare.ArgumentError:
		return &made, nil
	}
	return place.Interface(), nil
}

// ofClass returns an object or a record; of a record, the pointer that a script's object holds.
func (r *reader) ofClass(name string, value any) (any, error) {
	class := r.types.named(name)
	if class == nil {
		return nil, fmt.Errorf("there is no class %q", name)
	}
	place := reflect.New(class.Go)
	if err := r.value(value, place.Elem()); err != nil {
		return nil, err
	}
	if class.Record {
		return place.Interface(), nil
	}
	return place.Elem().Interface(), nil
}
