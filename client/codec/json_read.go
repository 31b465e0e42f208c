package codec

import (
	"encoding/base64"
	"strings"
)

// A Sink receives the parts of a JSON text in their order.
type Sink interface {
	// Null receives a null.
	Null()
	// Bool receives true or false.
	Bool(bool)
	// Text receives a string.
	Text(string)
	// Integer receives an integer that fits.
	Integer(int64)
	// Number receives any other number that a float64 can hold.
	Number(float64)
	// Other receives a value of another type, such as a *big.Int, or a json.Number that no float64
	// can hold.
	Other(any)
	// BeginArray begins an array of so many elements, or of an unknown number if it is 0.
	BeginArray(size int)
	// BeginObject begins an object of about so many members, or of an unknown number if it is 0.
	BeginObject(size int)
	// Name receives the name of a member, whose value comes next.
	Name(string)
	// EndArray ends the innermost array.
	EndArray()
	// EndObject ends the innermost object.
	EndObject()
}

// ReadJSON hands the parts of the value that DecodeJSON returns to a sink, members in the order of
// the text. If it returns an error, which is one of DecodeJSON, the sink has
// received no whole value.
func ReadJSON(text string, to Sink) error {
	r := reader{parser{text: text}, to}
	r.in.space()
	if err := r.value(); err != nil {
		return err
	}
	if r.in.space(); r.in.at < len(text) {
		return r.in.fail("unexpected %s after the value", r.in.here())
	}
	return nil
}

// A Source is a JSON text that is read when its value is needed.
type Source struct {
	Text  string            // the JSON text
	Wrong func(error) error // returns the error to report if the text is no JSON
}

// Read hands the parts of the value to a sink. It returns false if the value has to be decoded; the
// sink may then have received some parts, which the caller must drop.
func (e Encoded) Read(to Sink) bool {
	text, ok := e.plainJSON()
	return ok && ReadJSON(text, to) == nil
}

// plainJSON returns a text whose JSON is the value, unless it is no JSON.
func (e Encoded) plainJSON() (string, bool) {
	switch {
	case e.Null || e.Text == "":
		return "", false
	case e.Codec == PortableJSON:
		return e.Text, true
	case e.Codec == DBOSJSON && e.Text != NilMarker:
		data, err := base64.StdEncoding.DecodeString(e.Text)
		return string(data), err == nil
	case e.Codec == SuperJSON:
		const begin, end = `{"json":`, `,"` + superMarkerKey + `":"` + superMarkerValue + `"}`
		inner, begins := strings.CutPrefix(e.Text, begin)
		inner, ends := strings.CutSuffix(inner, end)
		return inner, begins && ends
	}
	return "", false
}

// A reader hands a text to a sink.
type reader struct {
	in parser
	to Sink
}

func (r *reader) value() error {
	switch r.in.peek() {
	case '{':
		return r.nested(r.object)
	case '[':
		return r.nested(r.array)
	case '"':
		text, err := r.in.string()
		if err == nil {
			r.to.Text(text)
		}
		return err
	}
	return r.scalar()
}

func (r *reader) nested(read func() error) error {
	if r.in.depth++; r.in.depth > maxDepth {
		return r.in.fail("nested more than %d levels deep", maxDepth)
	}
	r.in.at++
	err := read()
	r.in.depth--
	return err
}

func (r *reader) scalar() error {
	value, err := r.in.value()
	if err != nil {
		return err
	}
	switch v := value.(type) {
	case nil:
		r.to.Null()
	case bool:
		r.to.Bool(v)
	case int64:
		r.to.Integer(v)
	case float64:
		r.to.Number(v)
	default:
		r.to.Other(v)
	}
	return nil
}

func (r *reader) array() error {
	r.to.BeginArray(0)
	if r.in.space(); r.in.peek() == ']' {
		r.in.at++
		r.to.EndArray()
		return nil
	}
	for {
		r.in.space()
		if err := r.value(); err != nil {
			return err
		}
		if done, err := r.in.closes(']', "array"); done || err != nil {
			if done {
				r.to.EndArray()
			}
			return err
		}
	}
}

func (r *reader) object() error {
	r.to.BeginObject(0)
	if r.in.space(); r.in.peek() == '}' {
		r.in.at++
		r.to.EndObject()
		return nil
	}
	for {
		name, err := r.in.name()
		if err != nil {
			return err
		}
		r.to.Name(name)
		if err := r.value(); err != nil {
			return err
		}
		if done, err := r.in.closes('}', "object"); done || err != nil {
			if done {
				r.to.EndObject()
			}
			return err
		}
	}
}
