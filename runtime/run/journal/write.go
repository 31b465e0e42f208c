package journal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// maxDepth is how deep a result may be nested. The bridge allows scripts no deeper data.
const maxDepth = 200

// mark is the key of an object that stands for a value which JSON does not have. Its value is the
// kind; the value itself has the key "v".
const mark = "$"

// A writer writes Go values as JSON, by their types. A value whose type is an interface is written
// so that its text shows the type.
type writer struct {
	types *typePlans
	out   []byte
	depth int
	// brief writes arguments for their hash: whatever is no data is written as its type.
	brief bool
	made  map[any]int // the steps that made objects which are no data
}

// write puts the outcome of a call into a step.
func (j *Journal) write(s *Step, p *plan, result any, failed error) error {
	if failed != nil {
		text, err := j.writeError(failed)
		s.Error = text
		return err
	}
	if p.result == nil || p.replay == declare.ReplayCall {
		return nil
	}
	w := &writer{types: &j.types}
	if err := w.typed(p.result, result); err != nil {
		return fmt.Errorf("%s: its result cannot be recorded: %w", s, err)
	}
	s.Result = w.out
	return nil
}

// typed writes a value as its declared type, which may be an interface.
func (w *writer) typed(t reflect.Type, value any) error {
	place := reflect.New(t).Elem()
	if value != nil {
		place.Set(reflect.ValueOf(value))
	}
	return w.value(place)
}

func (w *writer) text(text string) { w.out = append(w.out, text...) }

// value writes a value by the static type of its place.
func (w *writer) value(v reflect.Value) error {
	if w.depth++; w.depth > maxDepth {
		return errors.New("it is nested too deeply")
	}
	defer func() { w.depth-- }()
	switch t := v.Type(); t {
	case typeTime:
		w.out = v.Interface().(time.Time).UTC().AppendFormat(append(w.out, '"'), time.RFC3339Nano)
		w.text(`"`)
		return nil
	case typeNumber:
		return w.quoted(v.String())
	case typeBig:
		w.integer(v.Interface().(*big.Int))
		return nil
	case typeMembers:
		return w.members(v.Interface().(declare.Members))
	default:
		if class := w.types.class(t); class != nil && class.Replay() != declare.NotRecorded {
			return w.object(class, v)
		}
	}
	return w.plain(v)
}

func (w *writer) integer(i *big.Int) {
	if i == nil {
		w.text("null")
		return
	}
	w.out = i.Append(w.out, 10)
}

// object writes an object by its class.
func (w *writer) object(class *declare.Class, v reflect.Value) error {
	if isNil(v) {
		w.text("null")
		return nil
	}
	if class.Replay() == declare.ReplayData {
		return w.typed(class.DataType(), class.DataOf(v.Interface()))
	}
	if w.brief {
		return w.quoted(fmt.Sprintf("%s %d", class.Name, w.made[v.Interface()]))
	}
	return fmt.Errorf("a %s is no data", class.Name)
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		return v.IsNil()
	}
	return false
}

func (w *writer) plain(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Bool:
		w.out = strconv.AppendBool(w.out, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.out = strconv.AppendInt(w.out, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		w.out = strconv.AppendUint(w.out, v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		w.float(v.Float())
	case reflect.String:
		return w.quoted(v.String())
	default:
		return w.composed(v)
	}
	return nil
}

func (w *writer) composed(v reflect.Value) error {
	if isNil(v) {
		w.text("null")
		return nil
	}
	switch v.Kind() {
	case reflect.Interface:
		return w.dynamic(v.Elem())
	case reflect.Pointer:
		return w.value(v.Elem())
	case reflect.Slice, reflect.Array:
		return w.list(v)
	case reflect.Map:
		return w.mapping(v)
	case reflect.Struct:
		return w.fields(v)
	}
	return w.noData(v)
}

// noData refuses a value, or writes its type for a hash.
func (w *writer) noData(v reflect.Value) error {
	if w.brief {
		return w.quoted(v.Type().String())
	}
	return fmt.Errorf("a %s is no data", v.Type())
}

// float writes a number with a point or an exponent, so that it is read as a float again.
func (w *writer) float(f float64) {
	switch {
	case math.IsNaN(f):
		w.text(`"NaN"`)
		return
	case math.IsInf(f, 1):
		w.text(`"Inf"`)
		return
	case math.IsInf(f, -1):
		w.text(`"-Inf"`)
		return
	}
	start := len(w.out)
	w.out = strconv.AppendFloat(w.out, f, 'g', -1, 64)
	if !slices.ContainsFunc(w.out[start:], func(b byte) bool { return b == '.' || b == 'e' }) {
		w.text(".0")
	}
}

// quoted writes a text. JSON has only Unicode, so bytes that are none are marked.
func (w *writer) quoted(text string) error {
	if !utf8.ValidString(text) {
		w.marked("bytes", func() error {
			w.out = base64.StdEncoding.AppendEncode(append(w.out, '"'), []byte(text))
			w.text(`"`)
			return nil
		})
		return nil
	}
	w.out = appendQuoted(w.out, text)
	return nil
}

// appendQuoted leaves <, > and & as they are.
func appendQuoted(out []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			encoded, _ := codec.EncodeJSON(text, "") // valid UTF-8, which cannot fail
			return append(out, encoded...)
		}
	}
	return append(append(append(out, '"'), text...), '"')
}

// marked writes an object that stands for a value of a kind.
func (w *writer) marked(kind string, value func() error) error {
	w.text(`{"$":"`)
	w.text(kind)
	w.text(`","v":`)
	err := value()
	w.text("}")
	return err
}

func (w *writer) list(v reflect.Value) error {
	if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
		w.out = base64.StdEncoding.AppendEncode(append(w.out, '"'), v.Bytes())
		w.text(`"`)
		return nil
	}
	w.text("[")
	for i := range v.Len() {
		if i > 0 {
			w.text(",")
		}
		if err := w.value(v.Index(i)); err != nil {
			return err
		}
	}
	w.text("]")
	return nil
}

// mapping writes a map as pairs, sorted by their keys, because a key may be any text.
func (w *writer) mapping(v reflect.Value) error {
	if v.Type().Key().Kind() != reflect.String {
		return w.noData(v)
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return compare(a.String(), b.String()) })
	return w.pairs(len(keys), func(i int) (string, reflect.Value) { return keys[i].String(), v.MapIndex(keys[i]) })
}

func (w *writer) members(members declare.Members) error {
	if members == nil {
		w.text("null")
		return nil
	}
	return w.pairs(len(members), func(i int) (string, reflect.Value) {
		return members[i].Key, reflect.ValueOf(&members[i].Value).Elem()
	})
}

// pairs writes [[key, value], …].
func (w *writer) pairs(count int, pair func(int) (string, reflect.Value)) error {
	w.text("[")
	for i := range count {
		if i > 0 {
			w.text(",")
		}
		key, value := pair(i)
		w.text("[")
		_ = w.quoted(key) // fails never
		w.text(",")
		if err := w.value(value); err != nil {
			return err
		}
		w.text("]")
	}
	w.text("]")
	return nil
}

// fields writes the fields of a struct that are not zero.
func (w *writer) fields(v reflect.Value) error {
	p := w.types.structOf(v.Type())
	if p.hidden != "" && !w.brief {
		return fmt.Errorf("a %s has the field %s, which is no data", v.Type(), p.hidden)
	}
	w.text("{")
	first := true
	for i := range p.fields {
		field := v.Field(p.fields[i].index)
		if field.IsZero() {
			continue
		}
		if !first {
			w.text(",")
		}
		first = false
		w.text(p.fields[i].quoted)
		if err := w.value(field); err != nil {
			return err
		}
	}
	w.text("}")
	return nil
}
