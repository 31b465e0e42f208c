package journal

import (
	"reflect"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Reason returns why the results of a function cannot be recorded, or "".
func Reason(r *declare.Registry, f *declare.Func) string {
	j := &Journal{config: Config{Registry: r}, types: typePlans{registry: r}}
	return j.newPlan(f).reason
}

// Write returns the JSON of a value of a type.
func Write(r *declare.Registry, v reflect.Value) ([]byte, error) {
	w := &writer{types: &typePlans{registry: r}}
	err := w.value(v)
	return w.out, err
}

// Read sets a place to the value of a text.
func Read(r *declare.Registry, owner any, text []byte, to reflect.Value) error {
	return (&reader{types: &typePlans{registry: r}, owner: func() (any, error) { return owner, nil }}).read(text, to)
}
