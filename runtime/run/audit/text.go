package audit

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// A lineText writes the lines of a run as JSON, without reflection, because every change writes
// two. The fields of the run are the larger part of a line and are encoded once.
type lineText struct {
	who  []byte // the members of the run
	id   []byte // the first of them alone
	text []byte // the last line
}

// newLineText takes the run as it is now.
func newLineText(run Run) (t lineText, err error) {
	who, err := plainJSON(run)
	if err != nil {
		return t, err
	}
	id, err := plainJSON(Run{ID: run.ID})
	return lineText{who: inner(who), id: inner(id)}, err
}

// inner is an object without its braces.
func inner(object []byte) []byte { return object[1 : len(object)-1] }

// encode returns a line with its line end. The bytes are valid until the next call. The members
// are the fields of Line and of the run.
func (t *lineText) encode(l Line) []byte {
	b := append(t.text[:0], `{"time":"`...)
	b = l.Time.AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","event":`...)
	b = appendText(b, l.Event)
	b = append(b, ',')
	if l.Event == EventIDs {
		b = append(b, t.id...)
	} else {
		b = append(b, t.who...)
	}
	b = l.Change.append(b)
	b = member(b, "outcome", l.Outcome)
	if l.Changed != nil {
		b = strconv.AppendInt(append(b, `,"changed":`...), *l.Changed, 10)
	}
	b = member(b, "error", l.Error)
	if l.ExitCode != nil {
		b = strconv.AppendInt(append(b, `,"exit_code":`...), int64(*l.ExitCode), 10)
	}
	t.text = append(b, '}', '\n')
	return t.text
}

func (c *Change) append(b []byte) []byte {
	b = number(b, "change", c.Number)
	b = member(b, "database", c.Database)
	b = member(b, "at", c.At)
	b = member(b, "operation", c.Operation)
	b = member(b, "of", c.Subject)
	b = number(b, "count", c.Count)
	b = list(b, "ids", c.IDs)
	return list(b, "from", c.From)
}

// member adds one that is not empty, as the two that follow do.
func member(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendText(begin(b, name), value)
}

func number(b []byte, name string, value int) []byte {
	if value == 0 {
		return b
	}
	return strconv.AppendInt(begin(b, name), int64(value), 10)
}

func list(b []byte, name string, values []string) []byte {
	if len(values) == 0 {
		return b
	}
	b = append(begin(b, name), '[')
	for i, value := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, value)
	}
	return append(b, ']')
}

func begin(b []byte, name string) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

func appendText(b []byte, text string) []byte {
	if plain(text) {
		b = append(b, '"')
		b = append(b, text...)
		return append(b, '"')
	}
	quoted, _ := plainJSON(text) // a text can be encoded
	return append(b, quoted...)
}

// plainJSON leaves the signs alone that mean something in HTML.
func plainJSON(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), err
}

// plain returns true if a text needs no escapes in JSON.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
