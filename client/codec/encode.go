package codec

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
)

// PortableWorkflowArgs are the arguments of a workflow of any SDK. If they are the input of a
// workflow, it is encoded as portable_json.
type PortableWorkflowArgs struct {
	PositionalArgs []any          `json:"positionalArgs"` // nil is written as []
	NamedArgs      map[string]any `json:"namedArgs"`      // nil is written as {}; only Python has named arguments
}

// MarshalJSON writes both members, never null.
func (a PortableWorkflowArgs) MarshalJSON() ([]byte, error) {
	text, err := encodeJSON(a.object(), "args", "", timeMillis)
	return []byte(text), err
}

func (a PortableWorkflowArgs) object() map[string]any {
	positional, named := a.PositionalArgs, a.NamedArgs
	if positional == nil {
		positional = []any{}
	}
	if named == nil {
		named = map[string]any{}
	}
	return map[string]any{"positionalArgs": positional, "namedArgs": named}
}

// Encode returns v as DBOS_JSON or portable_json. It returns an error for any other serialization.
// A nil value, pointer, slice or map becomes __DBOS_NIL in DBOS_JSON and null in portable_json.
// Other values are converted as EncodeJSON does, with its errors.
func Encode(codec string, v any) (string, error) {
	return encodeAs(codec, v, "value")
}

// EncodeInput returns the input of a workflow as text, and the name of its serialization:
// portable_json for PortableWorkflowArgs or a pointer to it, js_superjson for TypeScriptArgs,
// py_pickle for PythonArgs, java_jackson for JavaArgs, and DBOS_JSON for any other value.
func EncodeInput(v any) (text, codecName string, err error) {
	codecName = DBOSJSON
	switch args := v.(type) {
	case TypeScriptArgs:
		text, err = EncodeSuperJSON([]any(args))
		return text, SuperJSON, err
	case PythonArgs:
		text, err = encodePythonArgs(args)
		return text, Pickle, err
	case JavaArgs:
		text, err = encodeJavaArgs(args)
		return text, Jackson, err
	case PortableWorkflowArgs:
		codecName = PortableJSON
	case *PortableWorkflowArgs:
		codecName = PortableJSON
		if args == nil {
			v = PortableWorkflowArgs{}
		}
	}
	text, err = encodeAs(codecName, v, "input")
	return text, codecName, err
}

func encodeAs(codec string, v any, root string) (string, error) {
	if codec != DBOSJSON && codec != PortableJSON {
		return "", fmt.Errorf("cannot write %s values: only %s and %s are written", codecLabel(codec), DBOSJSON, PortableJSON)
	}
	if isNil(v) {
		return nilText(codec), nil
	}
	text, err := encodeJSON(v, root, "", timeMillis)
	if err != nil || codec == PortableJSON {
		return text, err
	}
	return base64.StdEncoding.EncodeToString([]byte(text)), nil
}

func nilText(codec string) string {
	if codec == DBOSJSON {
		return NilMarker
	}
	return "null"
}

// isNil reports whether the Go SDK writes the value as its nil marker.
func isNil(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool, string, int64, float64, json.Number:
		return false
	case map[string]any:
		return v == nil
	}
	switch value := reflect.ValueOf(v); value.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return value.IsNil()
	}
	return false
}
