package codec

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// ValueError reports a value that JSON cannot hold.
type ValueError struct {
	Root   string // the name of the value, such as "input" or "message"
	Path   string // the place within it, such as ".items[3].price"; indexes from 0
	Reason string // such as "NaN cannot be stored as JSON"
	cause  error
}

// Error returns the place and the reason, as in "input.items[3].price: NaN cannot be stored as
// JSON".
func (e *ValueError) Error() string { return e.Root + e.Path + ": " + e.Reason }

// Unwrap returns the error of encoding/json, or nil if there is none.
func (e *ValueError) Unwrap() error { return e.cause }

// locate turns a failed encoding into an error that names the place. Only
// failures pay for the search, so the writer tracks no path.
func locate(v any, root string, cause error) error {
	var known *ValueError
	if errors.As(cause, &known) {
		return cause
	}
	s := locator{}
	if s.visit(reflect.ValueOf(v)) {
		return &ValueError{Root: root, Path: s.path(), Reason: s.reason, cause: cause}
	}
	return &ValueError{Root: root, Reason: cause.Error(), cause: cause}
}

// A locator walks a value to the first part that JSON cannot hold.
type locator struct {
	steps  []string
	open   []container // that enclose the current value
	reason string
}

// A container is a map, a slice or a pointer. It has a type because a struct and its first field
// have the same address.
type container struct {
	at uintptr
	of reflect.Type
}

// path returns the place; if it is very long, its beginning and its end.
func (s *locator) path() string {
	const shown = 16
	if len(s.steps) <= 2*shown {
		return strings.Join(s.steps, "")
	}
	head, tail := s.steps[:shown], s.steps[len(s.steps)-shown:]
	return strings.Join(head, "") + " … " + strings.Join(tail, "")
}

func (s *locator) found(format string, args ...any) bool {
	s.reason = fmt.Sprintf(format, args...)
	return true
}

// visit reports whether it found something, and leaves its place in steps.
func (s *locator) visit(v reflect.Value) bool {
	if len(s.steps) > maxDepth {
		return s.found("nested more than %d levels deep", maxDepth)
	}
	if !v.IsValid() || encodesItself(v) {
		return false
	}
	switch v.Kind() {
	case reflect.Interface:
		return s.visit(v.Elem())
	case reflect.Pointer, reflect.Map, reflect.Slice:
		return s.container(v)
	case reflect.Array:
		return s.elements(v)
	case reflect.Struct:
		return s.fields(v)
	}
	return s.scalar(v)
}

func encodesItself(v reflect.Value) bool {
	if !v.CanInterface() {
		return false
	}
	switch v.Interface().(type) {
	case PortableWorkflowArgs, *PortableWorkflowArgs:
		return false
	case json.Marshaler, encoding.TextMarshaler:
		return true
	}
	return false
}

func (s *locator) scalar(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return s.found("%s cannot be stored as JSON", floatName(f))
		}
	case reflect.String:
		return s.badString(v)
	case reflect.Func, reflect.Chan, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
		return s.found("a %s cannot be stored as JSON", kindName(v.Kind()))
	}
	return false
}

func (s *locator) badString(v reflect.Value) bool {
	if v.Type() == reflect.TypeFor[json.Number]() && !isNumber(v.String()) {
		return s.found("%q is not a JSON number", v.String())
	}
	if !utf8.ValidString(v.String()) {
		return s.found("text that is not UTF-8 cannot be stored as JSON")
	}
	return false
}

func floatName(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return "NaN"
}

func kindName(kind reflect.Kind) string {
	switch kind {
	case reflect.Func:
		return "function"
	case reflect.Chan:
		return "channel"
	case reflect.UnsafePointer:
		return "pointer"
	}
	return "complex number"
}

func (s *locator) container(v reflect.Value) bool {
	if v.IsNil() || v.Kind() == reflect.Slice && v.Len() == 0 {
		return false
	}
	this := container{v.Pointer(), v.Type()}
	if slices.Contains(s.open, this) {
		return s.found("the value contains itself")
	}
	s.open = append(s.open, this)
	if s.content(v) {
		return true
	}
	s.open = s.open[:len(s.open)-1]
	return false
}

func (s *locator) content(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return s.visit(v.Elem())
	case reflect.Map:
		return s.members(v)
	}
	return s.elements(v)
}

func (s *locator) step(name string, v reflect.Value) bool {
	s.steps = append(s.steps, name)
	if s.visit(v) {
		return true
	}
	s.steps = s.steps[:len(s.steps)-1]
	return false
}

func (s *locator) elements(v reflect.Value) bool {
	for i := range v.Len() {
		if s.step(fmt.Sprintf("[%d]", i), v.Index(i)) {
			return true
		}
	}
	return false
}

func (s *locator) members(v reflect.Value) bool {
	for _, key := range sortedKeys(v) {
		name := fmt.Sprint(key)
		if !utf8.ValidString(name) {
			return s.found("the key %q is not UTF-8 and cannot be stored as JSON", name)
		}
		if s.step(memberStep(name), v.MapIndex(key)) {
			return true
		}
	}
	return false
}

func sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
	return keys
}

func memberStep(name string) string {
	if isWord(name) {
		return "." + name
	}
	return fmt.Sprintf("[%q]", name)
}

func isWord(name string) bool {
	for i, c := range name {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

func (s *locator) fields(v reflect.Value) bool {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tag == "-" || !field.IsExported() && !field.Anonymous {
			continue
		}
		if field.Anonymous && tag == "" {
			if s.visit(v.Field(i)) {
				return true
			}
		} else if s.step(memberStep(fieldName(tag, field)), v.Field(i)) {
			return true
		}
	}
	return false
}

func fieldName(tag string, field reflect.StructField) string {
	if tag != "" {
		return tag
	}
	return field.Name
}
