package codec

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/big"
	"slices"
	"strconv"
	"time"
	"unsafe"
)

const (
	// timeMillis is the layout in which the Python and TypeScript SDKs write a time into JSON.
	timeMillis = "2006-01-02T15:04:05.000Z"
	timeNanos  = "2006-01-02T15:04:05.999999999Z"
)

// maxEncoded is the most bytes of a text to store. It is a limit of its own because escapes and
// indentation can make the text many times longer than its values.
const maxEncoded = 256 << 20

// maxShown is the most bytes of a text for display or for a script: no text in a script is longer.
const maxShown = 64 << 20

// typicalText and typicalMembers are about how many bytes a stored value has, and how many members
// the objects have that are open at once. Room for as many saves the memory of growing buffers.
const (
	typicalText    = 128
	typicalMembers = 4
)

// longTextError is the error if a text would have more than the given number of bytes.
type longTextError struct{ maxBytes int }

func (e longTextError) Error() string {
	return fmt.Sprintf("the text would have more than %d MiB", e.maxBytes>>20)
}

var errTooDeep = errors.New("nested too deep")

// EncodeJSON returns v as one JSON text, with members in the order of their names and without HTML
// escaping. Each level is indented by indent; if indent is "", the text is one line. A time.Time
// becomes RFC 3339 text in UTC with milliseconds, []byte becomes base64 text, and a nil slice or
// map becomes null. Other types are encoded by encoding/json.
//
// It returns a *ValueError, which names the place, if JSON cannot hold a value, such as NaN or text
// that is not UTF-8.
func EncodeJSON(v any, indent string) (string, error) {
	return encodeJSON(v, "value", indent, timeMillis)
}

// ShowJSON is EncodeJSON for display, in which no single value is an error: NaN and the infinities
// become the texts "NaN", "Infinity" and "-Infinity", a byte that is not UTF-8 becomes \xff, and a
// value that encoding/json refuses becomes the text of its error. It returns an error only if the
// value is nested too deep or the text would have more than 64 MiB.
func ShowJSON(v any, indent string) (string, error) {
	text, err := AppendShown(nil, v, indent, 0)
	return asText(text), err
}

// AppendShown appends the text of ShowJSON to buf. depth is the number of arrays and objects that
// are open around the value: it adds to the indentation, and counts for the limit of nesting. If
// there is an error, AppendShown returns buf unchanged.
func AppendShown(buf []byte, v any, indent string, depth int) ([]byte, error) {
	w := writer{buf: buf, indent: indent, depth: depth, timeLayout: timeMillis, shown: true, maxBytes: len(buf) + maxShown}
	if err := w.value(v); err != nil {
		return buf, locate(v, "value", err)
	}
	return w.buf, nil
}

// encodeJSON returns v as a JSON text to store. root names v in the place of an error.
func encodeJSON(v any, root, indent, timeLayout string) (string, error) {
	w := writer{indent: indent, timeLayout: timeLayout, maxBytes: maxEncoded}
	switch v.(type) {
	case bool, int64, float64, string:
	default:
		w.buf, w.names = make([]byte, 0, typicalText), make([]string, 0, typicalMembers)
	}
	if err := w.value(v); err != nil {
		return "", locate(v, root, err)
	}
	return asText(w.buf), nil
}

// A writer appends one JSON text to buf.
type writer struct {
	buf        []byte
	names      []string // member names of the objects that are still open
	depth      int      // number of arrays and objects that are open
	indent     string
	timeLayout string
	shown      bool // for display: a value that JSON cannot hold becomes a text
	brief      bool // a part of the text is wanted if all of it is too long
	maxBytes   int  // limit of len(buf), and of the bytes of each text in the value
}

// asText returns a text that was written into a buffer. A long one is not copied, because nothing
// writes into the buffer any more.
func asText(buf []byte) string {
	if len(buf) < longText {
		return string(buf)
	}
	return unsafe.String(unsafe.SliceData(buf), len(buf))
}

func (w *writer) value(v any) error {
	if len(w.buf) > w.maxBytes {
		return longTextError{w.maxBytes}
	}
	switch v := v.(type) {
	case nil:
		w.text("null")
	case bool:
		w.buf = strconv.AppendBool(w.buf, v)
	case string:
		return w.string(v)
	case []any:
		return w.array(v)
	case map[string]any:
		return w.object(v)
	case PortableWorkflowArgs:
		return w.object(v.object())
	case time.Time:
		w.quoted(v.UTC().Format(w.timeLayout))
	case []byte:
		return w.bytes(v)
	default:
		return w.rarer(v)
	}
	return nil
}

// rarer writes numbers, and the types that are seldom in a value.
func (w *writer) rarer(v any) error {
	switch v := v.(type) {
	case int64:
		w.buf = strconv.AppendInt(w.buf, v, 10)
	case int:
		w.buf = strconv.AppendInt(w.buf, int64(v), 10)
	case float64:
		return w.float(v)
	case *big.Int:
		return w.bigInt(v)
	case json.Number:
		return w.numberText(v)
	case Opaque:
		return w.object(v.object())
	case Ordered:
		return w.ordered(v)
	case JSONText:
		return w.jsonText(v)
	default:
		return w.other(v)
	}
	return nil
}

// text appends text that is JSON already.
func (w *writer) text(s string) { w.buf = append(w.buf, s...) }

// quoted writes a text in which nothing needs an escape.
func (w *writer) quoted(plain string) {
	w.buf = append(w.buf, '"')
	w.buf = append(w.buf, plain...)
	w.buf = append(w.buf, '"')
}

func (w *writer) bytes(v []byte) error {
	if v == nil {
		w.text("null")
		return nil
	}
	w.quoted(base64.StdEncoding.EncodeToString(v))
	return nil
}

func (w *writer) bigInt(v *big.Int) error {
	if v == nil {
		w.text("null")
		return nil
	}
	w.buf = v.Append(w.buf, 10)
	return nil
}

func (w *writer) numberText(v json.Number) error {
	if !isNumber(string(v)) && w.shown {
		return w.string(string(v))
	}
	if !isNumber(string(v)) {
		return errors.New(strconv.Quote(string(v)) + " is not a JSON number")
	}
	w.text(string(v))
	return nil
}

func isNumber(text string) bool {
	p := parser{text: text}
	_, err := p.number()
	return err == nil && p.at == len(text)
}

// float writes the shortest text that parses to f again. It has an exponent if f is below 1e-6 or
// from 1e21 on, as in JavaScript.
func (w *writer) float(f float64) error {
	if w.shown && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return w.string(NumberText(f))
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return errors.New(strconv.FormatFloat(f, 'g', -1, 64) + " is not JSON")
	}
	abs := math.Abs(f)
	if abs == 0 || 1e-6 <= abs && abs < 1e21 {
		w.buf = strconv.AppendFloat(w.buf, f, 'f', -1, 64)
		return nil
	}
	w.buf = strconv.AppendFloat(w.buf, f, 'e', -1, 64)
	if n := len(w.buf); w.buf[n-2] == '0' && w.buf[n-3] == '-' {
		w.buf = append(w.buf[:n-2], w.buf[n-1]) // JavaScript writes e-7, Go e-07
	}
	return nil
}

func (w *writer) array(items []any) error {
	if items == nil {
		w.text("null")
		return nil
	}
	if len(items) == 0 {
		w.text("[]")
		return nil
	}
	if err := w.open('['); err != nil {
		return err
	}
	for i, item := range items {
		w.next(i)
		if err := w.value(item); err != nil {
			return err
		}
	}
	w.close(']')
	return nil
}

func (w *writer) object(members map[string]any) error {
	if members == nil {
		w.text("null")
		return nil
	}
	if len(members) == 0 {
		w.text("{}")
		return nil
	}
	if err := w.open('{'); err != nil {
		return err
	}
	first := w.sortNames(members)
	for i := range len(members) {
		w.next(i)
		name := w.names[first+i]
		if err := w.member(name, members[name]); err != nil {
			return err
		}
	}
	w.names = w.names[:first]
	w.close('}')
	return nil
}

// Ordered is an object whose members are encoded in the order of All, not in that of their names.
type Ordered interface {
	// All returns the members in their order.
	All() iter.Seq2[string, any]
}

func (w *writer) ordered(members Ordered) error {
	if err := w.open('{'); err != nil {
		return err
	}
	count := 0
	for name, value := range members.All() {
		w.next(count)
		count++
		if err := w.member(name, value); err != nil {
			return err
		}
	}
	if count == 0 {
		w.depth--
		w.text("}")
		return nil
	}
	w.close('}')
	return nil
}

// sortNames appends the sorted names of an object's members to w.names and returns the index of the
// first. All objects that are open share that one slice.
func (w *writer) sortNames(members map[string]any) int {
	first := len(w.names)
	for name := range members {
		w.names = append(w.names, name)
	}
	slices.Sort(w.names[first:])
	return first
}

func (w *writer) member(name string, value any) error {
	if err := w.name(name); err != nil {
		return err
	}
	return w.value(value)
}

// name writes the name of a member, up to its value.
func (w *writer) name(name string) error {
	if err := w.string(name); err != nil {
		return err
	}
	w.buf = append(w.buf, ':')
	if w.indent != "" {
		w.buf = append(w.buf, ' ')
	}
	return nil
}

// open begins an array or an object. It returns an error if it is nested too deep.
func (w *writer) open(bracket byte) error {
	if w.depth++; w.depth > maxDepth {
		return errTooDeep
	}
	w.buf = append(w.buf, bracket)
	return nil
}

func (w *writer) close(bracket byte) {
	w.depth--
	w.newline()
	w.buf = append(w.buf, bracket)
}

// next begins the element or member with the index i.
func (w *writer) next(i int) {
	if i > 0 {
		w.buf = append(w.buf, ',')
	}
	w.newline()
}

func (w *writer) newline() {
	if w.indent == "" {
		return
	}
	w.buf = append(w.buf, '\n')
	for range w.depth {
		w.buf = append(w.buf, w.indent...)
	}
}

// other writes a value of any other Go type as encoding/json does, but without HTML escaping. If
// the text is indented, it is decoded and written again, so that members have the usual order.
func (w *writer) other(v any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		if w.shown {
			return w.string(err.Error())
		}
		return err
	}
	compact := bytes.TrimRight(b.Bytes(), "\n")
	if w.indent == "" {
		w.buf = append(w.buf, compact...)
		return nil
	}
	value, err := DecodeJSON(string(compact))
	if err != nil {
		return err
	}
	return w.value(value)
}
