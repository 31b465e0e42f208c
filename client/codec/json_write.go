package codec

import "strconv"

// TextSink is a Sink that writes the text of ShowJSON, with members in the order in which it
// receives them.
type TextSink struct {
	w   writer
	err error // the first error, after which nothing is written
}

// initialBytes is the number of bytes that a text may have before its buffer grows.
const initialBytes = 512

// NewTextSink returns an empty sink. Each level is indented by indent; if indent is "", the text is
// one line.
func NewTextSink(indent string) *TextSink {
	buf := make([]byte, 0, initialBytes)
	return &TextSink{w: writer{buf: buf, indent: indent, timeLayout: timeMillis, shown: true, maxBytes: maxShown}}
}

// Result returns the text, or an error if a value is nested too deep or the text would have more
// than 64 MiB. Nothing may be written after it.
func (t *TextSink) Result() (string, error) {
	t.check()
	return asText(t.w.buf), t.err
}

func (t *TextSink) check() {
	if t.err == nil && len(t.w.buf) > t.w.maxBytes {
		t.err = longTextError{t.w.maxBytes}
	}
}

// Null writes null.
func (t *TextSink) Null() { t.Other(nil) }

// Bool writes true or false.
func (t *TextSink) Bool(v bool) { t.Other(v) }

// Text writes a string.
func (t *TextSink) Text(text string) {
	if t.next() {
		t.err = t.w.string(text)
	}
}

// Integer writes a number.
func (t *TextSink) Integer(i int64) {
	if t.next() {
		t.w.buf = strconv.AppendInt(t.w.buf, i, 10)
	}
}

// Number writes a number, and one that JSON cannot hold as a text.
func (t *TextSink) Number(f float64) {
	if t.next() {
		t.err = t.w.float(f)
	}
}

// Other writes any value that ShowJSON accepts.
func (t *TextSink) Other(v any) {
	if t.next() {
		t.err = t.w.value(v)
	}
}

// Name writes the name of a member.
func (t *TextSink) Name(name string) {
	if t.next() {
		t.err = t.w.name(name)
	}
}

// BeginArray begins an array of any size.
func (t *TextSink) BeginArray(int) { t.begin('[') }

// BeginObject begins an object of any size.
func (t *TextSink) BeginObject(int) { t.begin('{') }

// EndArray ends the innermost array.
func (t *TextSink) EndArray() { t.end('[') }

// EndObject ends the innermost object.
func (t *TextSink) EndObject() { t.end('{') }

func (t *TextSink) begin(bracket byte) {
	if t.next() {
		t.err = t.w.open(bracket)
	}
}

// end writes the closing bracket, on a line of its own if anything stands between the two.
func (t *TextSink) end(bracket byte) {
	const fromOpenToClose = 2 // in ASCII
	switch {
	case t.err != nil:
	case t.w.buf[len(t.w.buf)-1] == bracket:
		t.w.depth--
		t.w.buf = append(t.w.buf, bracket+fromOpenToClose)
	default:
		t.w.close(bracket + fromOpenToClose)
	}
}

// next begins a value or a name. It returns false if nothing may be written any more. The end of
// the text shows if it needs a comma: no value ends with a bracket that opens, a colon or a blank.
func (t *TextSink) next() bool {
	if t.check(); t.err != nil || len(t.w.buf) == 0 {
		return t.err == nil
	}
	switch t.w.buf[len(t.w.buf)-1] {
	case ':', ' ': // behind a name
	case '[', '{':
		t.w.newline()
	default:
		t.w.next(1)
	}
	return true
}
