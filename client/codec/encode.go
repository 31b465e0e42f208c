package codec

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
)

// PortableWorkflowArgs are the arguments of a workflow of any SDK. As an
// input they select portable_json. Members that are nil are written as [] and
// {}, which every SDK reads.
type PortableWorkflowArgs struct {
	PositionalArgs []any          `json:"positionalArgs"`
	NamedArgs      map[string]any `json:"namedArgs"`
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

// Encode writes v in DBOS_JSON or portable_json; the other serialisations are
// only read, and asking for one is an error. nil, and a nil pointer, slice or
// map, is __DBOS_NIL or null. Conversions and errors are those of EncodeJSON.
func Encode(codec string, v any) (string, error) {
	return encodeAs(codec, v, "value")
}

// EncodeInput writes a workflow's input and names the serialisation:
// portable_json for PortableWorkflowArgs or a pointer to it, js_superjson for
// TypeScriptArgs, py_pickle for PythonArgs, java_jackson for JavaArgs, else
// DBOS_JSON.
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

// isNil reports what the Go SDK writes as its nil marker.
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
