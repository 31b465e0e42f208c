package journal

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A reader makes Go values of the JSON that a writer has written.
type reader struct {
	types *typePlans
	owner func() (any, error) // the object that the call was made on; nil if there is none
	depth int
}

// readResult returns the recorded result of a step. A record that cannot be read ends the run.
func (j *Journal) readResult(ctx context.Context, c *declare.Call, p *plan, s *Step) (any, error) {
	if p.result == nil {
		return nil, nil
	}
	result := reflect.New(p.result).Elem()
	r := &reader{types: &j.types, owner: func() (any, error) { return c.Owner(ctx) }}
	text, err := j.shown(s, s.Result)
	if err != nil {
		return nil, err
	}
	if err := r.read(text, result); err != nil {
		return nil, j.fail(&recordError{*s, fmt.Errorf("its result cannot be read: %w", err)})
	}
	return result.Interface(), nil
}

// read sets a place to the value of a text.
func (r *reader) read(text []byte, to reflect.Value) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("there is more than one value")
	}
	return r.value(tree, to)
}

// wrong is the error of a text that no writer has written.
func wrong(tree any, to reflect.Type) error {
	return fmt.Errorf("a %s does not fit a %s", jsonKind(tree), to)
}

func jsonKind(tree any) string {
	switch tree.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "list"
	}
	return "object"
}

// value sets a place by its static type.
func (r *reader) value(tree any, to reflect.Value) error {
	if r.depth++; r.depth > maxDepth {
		return errors.New("it is nested too deeply")
	}
	defer func() { r.depth-- }()
	switch t := to.Type(); t {
	case typeTime:
		return r.time(tree, to)
	case typeNumber:
		return r.plain(tree, to)
	case typeBig:
		return r.integer(tree, to)
	case typeMembers:
		return r.members(tree, to)
	default:
		if class := r.types.class(t); class != nil && class.Replay() == declare.ReplayData {
			return r.object(class, tree, to)
		}
	}
	return r.plain(tree, to)
}

func (r *reader) time(tree any, to reflect.Value) error {
	text, ok := tree.(string)
	if !ok {
		return wrong(tree, to.Type())
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return err
	}
	to.Set(reflect.ValueOf(at.UTC()))
	return nil
}

// maxDigits bounds integers, because reading one takes the square of its digits.
const maxDigits = 100_000

func (r *reader) integer(tree any, to reflect.Value) error {
	if tree == nil {
		to.SetZero()
		return nil
	}
	i, ok := exact(tree)
	if !ok {
		return wrong(tree, to.Type())
	}
	to.Set(reflect.ValueOf(i))
	return nil
}

func exact(tree any) (*big.Int, bool) {
	n, ok := tree.(json.Number)
	if !ok || len(n) > maxDigits {
		return nil, false
	}
	return new(big.Int).SetString(string(n), 10)
}

// object makes an object of its recorded data.
func (r *reader) object(class *declare.Class, tree any, to reflect.Value) error {
	if tree == nil {
		to.SetZero()
		return nil
	}
	data := reflect.New(class.DataType()).Elem()
	if err := r.value(tree, data); err != nil {
		return err
	}
	var owner any
	if r.owner != nil {
		found, err := r.owner()
		if err != nil {
			return err
		}
		owner = found
	}
	object, err := class.Restore(owner, data.Interface())
	if err != nil {
		return err
	}
	to.Set(reflect.ValueOf(object))
	return nil
}

func (r *reader) plain(tree any, to reflect.Value) error {
	switch to.Kind() {
	case reflect.Bool:
		b, ok := tree.(bool)
		if !ok {
			return wrong(tree, to.Type())
		}
		to.SetBool(b)
		return nil
	case reflect.String:
		text, err := r.text(tree, to.Type())
		to.SetString(text)
		return err
	case reflect.Float32, reflect.Float64:
		f, ok := floatOf(tree)
		if !ok {
			return wrong(tree, to.Type())
		}
		to.SetFloat(f)
		return nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return whole(tree, to)
	}
	return r.composed(tree, to)
}

// text returns a text, which is marked if it is no Unicode.
func (r *reader) text(tree any, t reflect.Type) (string, error) {
	if text, ok := tree.(string); ok {
		return text, nil
	}
	kind, value, ok := markedValue(tree)
	encoded, isText := value.(string)
	if !ok || kind != "bytes" || !isText {
		return "", wrong(tree, t)
	}
	text, err := base64.StdEncoding.DecodeString(encoded)
	return string(text), err
}

// markedValue returns the parts of an object that stands for a value, or false if it is another
// one.
func markedValue(tree any) (kind string, value any, ok bool) {
	object, _ := tree.(map[string]any)
	kind, ok = object[mark].(string)
	if !ok || len(object) > 2 {
		return "", nil, false
	}
	return kind, object["v"], true
}

func floatOf(tree any) (float64, bool) {
	switch value := tree.(type) {
	case json.Number:
		f, err := strconv.ParseFloat(string(value), 64)
		return f, err == nil
	case string:
		switch value {
		case "NaN":
			return math.NaN(), true
		case "Inf":
			return math.Inf(1), true
		case "-Inf":
			return math.Inf(-1), true
		}
	}
	return 0, false
}

// whole sets an integer, within the range of its type.
func whole(tree any, to reflect.Value) error {
	n, ok := tree.(json.Number)
	if !ok {
		return wrong(tree, to.Type())
	}
	if to.CanInt() {
		i, err := strconv.ParseInt(string(n), 10, 64)
		if err != nil || to.OverflowInt(i) {
			return wrong(tree, to.Type())
		}
		to.SetInt(i)
		return nil
	}
	u, err := strconv.ParseUint(string(n), 10, 64)
	if err != nil || to.OverflowUint(u) {
		return wrong(tree, to.Type())
	}
	to.SetUint(u)
	return nil
}

func (r *reader) composed(tree any, to reflect.Value) error {
	if tree == nil && to.Kind() != reflect.Struct && to.Kind() != reflect.Array {
		to.SetZero()
		return nil
	}
	switch to.Kind() {
	case reflect.Interface:
		return r.dynamic(tree, to)
	case reflect.Pointer:
		elem := reflect.New(to.Type().Elem())
		if err := r.value(tree, elem.Elem()); err != nil {
			return err
		}
		to.Set(elem)
		return nil
	case reflect.Slice:
		return r.list(tree, to)
	case reflect.Map:
		return r.mapping(tree, to)
	case reflect.Struct:
		return r.fields(tree, to)
	}
	return wrong(tree, to.Type())
}

func (r *reader) list(tree any, to reflect.Value) error {
	if text, ok := tree.(string); ok && to.Type().Elem().Kind() == reflect.Uint8 {
		data, err := base64.StdEncoding.DecodeString(text)
		to.Set(reflect.ValueOf(data).Convert(to.Type()))
		return err
	}
	items, ok := tree.([]any)
	if !ok {
		return wrong(tree, to.Type())
	}
	list := reflect.MakeSlice(to.Type(), len(items), len(items))
	for i, item := range items {
		if err := r.value(item, list.Index(i)); err != nil {
			return err
		}
	}
	to.Set(list)
	return nil
}

// pairs calls a function for each pair of a list of pairs.
func (r *reader) pairs(tree any, t reflect.Type, each func(key string, value any) error) error {
	items, ok := tree.([]any)
	if !ok {
		return wrong(tree, t)
	}
	for _, item := range items {
		pair, _ := item.([]any)
		if len(pair) != 2 {
			return wrong(item, t)
		}
		key, err := r.text(pair[0], t)
		if err != nil {
			return err
		}
		if err := each(key, pair[1]); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) mapping(tree any, to reflect.Value) error {
	t := to.Type()
	if t.Key().Kind() != reflect.String {
		return wrong(tree, t)
	}
	m := reflect.MakeMap(t)
	err := r.pairs(tree, t, func(key string, value any) error {
		item := reflect.New(t.Elem()).Elem()
		if err := r.value(value, item); err != nil {
			return err
		}
		m.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), item)
		return nil
	})
	to.Set(m)
	return err
}

func (r *reader) members(tree any, to reflect.Value) error {
	if tree == nil {
		to.SetZero()
		return nil
	}
	members := declare.Members{}
	err := r.pairs(tree, typeMembers, func(key string, value any) error {
		m := declare.Member{Key: key}
		err := r.value(value, reflect.ValueOf(&m.Value).Elem())
		members = append(members, m)
		return err
	})
	to.Set(reflect.ValueOf(members))
	return err
}

func (r *reader) fields(tree any, to reflect.Value) error {
	object, ok := tree.(map[string]any)
	if !ok {
		return wrong(tree, to.Type())
	}
	p := r.types.structOf(to.Type())
	if p.hidden != "" {
		return wrong(tree, to.Type())
	}
	to.SetZero()
	for name, value := range object {
		index, found := p.byName[name]
		if !found {
			return fmt.Errorf("a %s has no field %q", to.Type(), name)
		}
		if err := r.value(value, to.Field(index)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
