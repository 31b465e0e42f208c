package codec

import (
	"errors"
	"slices"
	"strings"
)

// JSONText is an object or an array as the text that ShowJSON writes for it, on one line. It saves
// making the value of a text that is only written again.
type JSONText struct{ text string }

// Len returns the number of bytes.
func (t JSONText) Len() int { return len(t.text) }

// MarshalJSON returns the text.
func (t JSONText) MarshalJSON() ([]byte, error) { return []byte(t.text), nil }

// Decode returns the value.
func (t JSONText) Decode() any {
	value, _ := DecodeJSON(t.text) // it was read once already
	return value
}

// maxPlainDepth is the nesting up to which a text is rewritten. A deeper one is decoded, so that
// the limits of depth stand in one place.
const maxPlainDepth = 500

var errNeedsDecoding = errors.New("the text has to be decoded")

// showText returns the text that ShowJSON writes for the value of a JSON text that is an object or
// an array, or false if the text is another value or has to be decoded: then DecodeJSON decides.
func showText(text string) (JSONText, bool) {
	t := newRewriter(text)
	if err := t.whole(); err != nil {
		return JSONText{}, false
	}
	return t.result(), true
}

// A rewriter reads a JSON text and writes it without blanks, with the members of each object in
// the order of their names, and with the usual spelling of each number and text.
type rewriter struct {
	in  parser
	out writer

	members []span // of the objects that are still open
}

// span is a member in the output.
type span struct {
	name     string
	from, to int
}

func newRewriter(text string) *rewriter {
	return &rewriter{in: parser{text: text}, out: writer{buf: make([]byte, 0, len(text)), timeLayout: timeMillis, shown: true, maxBytes: maxShown}}
}

func (t *rewriter) result() JSONText { return JSONText{string(t.out.buf)} }

// whole rewrites the text, which must be an object or an array.
func (t *rewriter) whole() error {
	t.in.space()
	if c := t.in.peek(); c != '{' && c != '[' {
		return errNeedsDecoding
	}
	if err := t.value(); err != nil {
		return err
	}
	if t.in.space(); t.in.at < len(t.in.text) || len(t.out.buf) > maxShown {
		return errNeedsDecoding
	}
	return nil
}

func (t *rewriter) value() error {
	start := t.in.at
	switch t.in.peek() {
	case '{':
		return t.nested(t.object)
	case '[':
		return t.nested(t.array)
	case '"':
		_, err := t.text()
		return err
	case 't', 'f', 'n':
		if _, err := t.in.value(); err != nil {
			return err
		}
		t.out.text(t.in.text[start:t.in.at])
		return nil
	}
	return t.number()
}

func (t *rewriter) nested(rewrite func() error) error {
	if t.in.depth++; t.in.depth > maxPlainDepth {
		return errNeedsDecoding
	}
	err := rewrite()
	t.in.depth--
	return err
}

// text rewrites a string, and returns its value. One without escapes is copied.
func (t *rewriter) text() (string, error) {
	start := t.in.at
	value, err := t.in.string()
	if err != nil {
		return "", err
	}
	if raw := t.in.text[start:t.in.at]; raw[1:len(raw)-1] == value {
		t.out.text(raw)
		return value, nil
	}
	return value, t.out.string(value)
}

// number copies an integer. Other numbers have several spellings.
func (t *rewriter) number() error {
	start := t.in.at
	value, err := t.in.number()
	if err != nil {
		return err
	}
	if f, isFloat := value.(float64); isFloat {
		return t.out.float(f)
	}
	t.out.text(t.in.text[start:t.in.at])
	return nil
}

func (t *rewriter) array() error {
	t.in.at++
	t.out.text("[")
	if t.in.space(); t.in.peek() == ']' {
		t.in.at++
		t.out.text("]")
		return nil
	}
	for {
		t.in.space()
		if err := t.value(); err != nil {
			return err
		}
		done, err := t.in.closes(']', "array")
		if err != nil {
			return err
		}
		if done {
			t.out.text("]")
			return nil
		}
		t.out.text(",")
	}
}

func (t *rewriter) object() error {
	t.in.at++
	t.out.text("{")
	if t.in.space(); t.in.peek() == '}' {
		t.in.at++
		t.out.text("}")
		return nil
	}
	first := len(t.members)
	for {
		if err := t.member(); err != nil {
			return err
		}
		done, err := t.in.closes('}', "object")
		if err != nil {
			return err
		}
		if done {
			break
		}
		t.out.text(",")
	}
	t.sort(t.members[first:])
	t.members = t.members[:first]
	t.out.text("}")
	return nil
}

func (t *rewriter) member() error {
	if t.in.space(); t.in.peek() != '"' {
		return errNeedsDecoding
	}
	m := span{from: len(t.out.buf)}
	var err error
	if m.name, err = t.text(); err != nil {
		return err
	}
	if t.in.space(); t.in.peek() != ':' {
		return errNeedsDecoding
	}
	t.in.at++
	t.out.text(":")
	t.in.space()
	if err := t.value(); err != nil {
		return err
	}
	m.to = len(t.out.buf)
	t.members = append(t.members, m)
	return nil
}

// sort puts the members, which end the output, into the order of their names. Of members with the
// same name the last one stays.
func (t *rewriter) sort(members []span) {
	if slices.IsSortedFunc(members, strictly) {
		return
	}
	from := members[0].from
	written := slices.Clone(t.out.buf[from:])
	sorted := slices.Clone(members)
	slices.SortStableFunc(sorted, func(a, b span) int { return strings.Compare(a.name, b.name) })
	t.out.buf = t.out.buf[:from]
	for i, m := range sorted {
		if i+1 < len(sorted) && sorted[i+1].name == m.name {
			continue
		}
		if len(t.out.buf) > from {
			t.out.text(",")
		}
		t.out.buf = append(t.out.buf, written[m.from-from:m.to-from]...)
	}
}

// strictly says of equal names that they are out of order, because one of the members has to go.
func strictly(a, b span) int {
	if a.name == b.name {
		return -1
	}
	return strings.Compare(a.name, b.name)
}

// showSuper is showText for the value in a record of superjson. It returns false if the record has
// annotations, which change the value.
func showSuper(text string) (JSONText, bool) {
	record, ok := showText(text)
	const head, tail = `{"` + superMarkerKey + `":"` + superMarkerValue + `","json":`, `}`
	switch inner, isRecord := strings.CutPrefix(record.text, head); {
	case !ok, strings.Contains(text, `"dbos_type"`), strings.Contains(text, `"Buffer"`):
		return JSONText{}, false
	case !isRecord:
		return record, !strings.HasPrefix(record.text, `{"`+superMarkerKey+`":`)
	default:
		return showText(strings.TrimSuffix(inner, tail))
	}
}

// jsonText writes a text as it is, or with the writer's indentation.
func (w *writer) jsonText(t JSONText) error {
	if len(w.buf)+len(t.text) > w.maxBytes {
		return longTextError{w.maxBytes}
	}
	if w.indent == "" {
		w.text(t.text)
		return nil
	}
	return w.indented(t.text)
}

// indented writes a text of one line with the writer's indentation.
func (w *writer) indented(text string) error {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			end := endOfText(text, i)
			w.text(text[i:end])
			i = end - 1
		case '{', '[':
			if text[i+1] == c+2 { // the closing bracket, in ASCII
				w.text(text[i : i+2])
				i++
				continue
			}
			if err := w.open(c); err != nil {
				return err
			}
			w.newline()
		case '}', ']':
			w.close(c)
		case ',':
			w.next(1)
		case ':':
			w.text(": ")
		default:
			w.buf = append(w.buf, c)
		}
		if len(w.buf) > w.maxBytes {
			return longTextError{w.maxBytes}
		}
	}
	return nil
}

// endOfText returns the place behind the string that begins at start.
func endOfText(text string, start int) int {
	for i := start + 1; ; i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
}
