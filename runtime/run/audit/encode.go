package audit

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// encode returns a line with its end. The text is valid until the next call. Each change has two
// lines, and encoding/json would take a twelfth of the time of an enqueue on SQLite for them, which
// is 80 µs. The members of the run are the same in each line and most of its text, so they are
// encoded once. Lines of further ids have only the id of the run.
func (l *Log) encode(line Line) ([]byte, error) {
	e := members{text: append(l.text[:0], `{"time":"`...)}
	e.text = append(line.Time.AppendFormat(e.text, time.RFC3339Nano), '"')
	e.name("event")
	e.value(line.Event)
	run := l.whole
	if line.Event == EventIDs {
		run = l.short
	}
	e.text = append(append(e.text, ','), run...)
	e.change(&line.Change)
	e.words("needs", line.Needs)
	e.word("outcome", line.Outcome)
	if line.Changed != nil {
		e.name("changed")
		e.text = strconv.AppendInt(e.text, *line.Changed, 10)
	}
	e.word("error", line.Error)
	if line.ExitCode != nil {
		e.name("exit_code")
		e.text = strconv.AppendInt(e.text, int64(*line.ExitCode), 10)
	}
	l.text = append(e.text, "}\n"...)
	return l.text, e.err
}

// encodeRun makes the members that encode puts into a line.
func (l *Log) encodeRun(run Run) (err error) {
	if l.whole, err = membersOf(run); err == nil {
		l.short, err = membersOf(Run{ID: run.ID})
	}
	return err
}

// membersOf returns the text of an object without its braces.
func membersOf(run Run) ([]byte, error) {
	text, err := encoded(run)
	return bytes.TrimSuffix(bytes.TrimPrefix(text, []byte("{")), []byte("}\n")), err
}

func encoded(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return buffer.Bytes(), err
}

// members appends the members of an object as encoding/json writes them: it leaves out members that
// are empty.
type members struct {
	text []byte
	err  error
}

func (m *members) change(c *Change) {
	m.number("change", c.Number)
	m.word("database", c.Database)
	m.word("at", c.At)
	m.word("operation", c.Operation)
	m.word("of", c.Subject)
	m.number("count", c.Count)
	m.words("ids", c.IDs)
	m.words("from", c.From)
	m.word("name", c.Name)
	m.word("queue", c.Queue)
	m.word("to", c.To)
	if len(c.Before) > 0 {
		m.name("before")
		m.add(encoded(c.Before))
	}
}

func (m *members) name(name string) {
	m.text = append(m.text, `,"`...)
	m.text = append(m.text, name...)
	m.text = append(m.text, `":`...)
}

func (m *members) number(name string, value int) {
	if value != 0 {
		m.name(name)
		m.text = strconv.AppendInt(m.text, int64(value), 10)
	}
}

func (m *members) word(name, value string) {
	if value != "" {
		m.name(name)
		m.value(value)
	}
}

func (m *members) words(name string, values []string) {
	for i, value := range values {
		if i == 0 {
			m.name(name)
			m.text = append(m.text, '[')
		} else {
			m.text = append(m.text, ',')
		}
		m.value(value)
	}
	if len(values) > 0 {
		m.text = append(m.text, ']')
	}
}

// value appends a text. Most need no escape.
func (m *members) value(text string) {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			m.add(encoded(text))
			return
		}
	}
	m.text = append(m.text, '"')
	m.text = append(m.text, text...)
	m.text = append(m.text, '"')
}

// add appends a line of another encoder.
func (m *members) add(text []byte, err error) {
	m.text = append(m.text, bytes.TrimSuffix(text, []byte("\n"))...)
	if m.err == nil {
		m.err = err
	}
}
