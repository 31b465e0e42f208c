package codec

import (
	"encoding/base64"
	"errors"
	"fmt"
)

// decodePickle reads the Python SDK's default serialization: base64 of a pickle of any protocol
// from 0 to 5. It executes nothing: a pickle only builds a tree, and the classes in it are texts.
// The few classes that hold plain data are known.
//
// A tuple, set or deque becomes an array; a dict an object, with integer and
// boolean keys as text, or an array of pairs where a key is something else or
// two keys get the same text. A datetime is time.Time (UTC where it names no
// zone), a date or a time ISO text, a timedelta seconds as float64, a Decimal
// and a UUID text, bytes and bytearray []byte. An instance of another class
// becomes what is stored of it, as instance says.
func decodePickle(text string) (any, error) {
	tree, err := readPickle(text)
	if err != nil {
		return nil, err
	}
	c := converter{newBudget(len(text))}
	return c.value(tree)
}

func readPickle(text string) (any, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("not base64: %w", err)
	}
	m := unpickler{data: data, memo: map[uint32]any{}}
	return m.run()
}

// looksPickled reports text that begins like the base64 of a pickle of
// protocol 2 to 5, which name themselves.
func looksPickled(text string) bool {
	return len(text) >= 4 && text[0] == 'g' && text[1] == 'A' && 'I' <= text[2] && text[2] <= 'X'
}

// The parts of a pickle that JSON data has no word for.
type (
	pyList struct {
		items []any
		opens byte // the bracket that Python writes it with: '(' and '{' are a tuple and a set, else it is a list
	}
	pyDict  struct{ pairs []any } // key, value, key, value …
	pyClass struct{ module, name string }
	// pyObject is the object that a call of callable would return; nothing is called.
	pyObject struct {
		callable any
		args     []any
		isNew    bool   // callable is a class whose instance is made without a call of it
		state    any    // from BUILD
		items    []any  // from APPENDS
		entries  pyDict // from SETITEMS
	}
)

func (c *pyClass) String() string { return c.module + "." + c.name }

var (
	errTruncated = errors.New("the pickle ends too early")
	errStack     = errors.New("the pickle takes more values than it made")
)

// unpickler is the stack machine that a pickle is written for.
type unpickler struct {
	data  []byte
	at    int
	stack []any
	marks []int // stack heights
	memo  map[uint32]any
}

func (m *unpickler) run() (any, error) {
	const stop = '.'
	for m.at < len(m.data) {
		op := m.data[m.at]
		m.at++
		if op == stop {
			return m.pop()
		}
		action := actionOf(op)
		if action == nil {
			return nil, fmt.Errorf("pickle operation %#02x is not supported", op)
		}
		if err := action(m, op); err != nil {
			return nil, err
		}
	}
	return nil, errTruncated
}

func (m *unpickler) push(v any) error {
	m.stack = append(m.stack, v)
	return nil
}

// floor is the height that values of the innermost mark start at.
func (m *unpickler) floor() int {
	if len(m.marks) == 0 {
		return 0
	}
	return m.marks[len(m.marks)-1]
}

func (m *unpickler) pop() (any, error) {
	if len(m.stack) <= m.floor() {
		return nil, errStack
	}
	v := m.stack[len(m.stack)-1]
	m.stack = m.stack[:len(m.stack)-1]
	return v, nil
}

// popN takes the top n values in their order, in an array of their own.
func (m *unpickler) popN(n int) ([]any, error) {
	first := len(m.stack) - n
	if first < m.floor() {
		return nil, errStack
	}
	values := append(make([]any, 0, n), m.stack[first:]...)
	m.stack = m.stack[:first]
	return values, nil
}

// popMark takes the values above the innermost mark, and the mark.
func (m *unpickler) popMark() ([]any, error) {
	if len(m.marks) == 0 {
		return nil, errStack
	}
	values, err := m.popN(len(m.stack) - m.floor())
	m.marks = m.marks[:len(m.marks)-1]
	return values, err
}

func (m *unpickler) top() (any, error) {
	if len(m.stack) <= m.floor() {
		return nil, errStack
	}
	return m.stack[len(m.stack)-1], nil
}

// take returns the next n bytes, which share the pickle's memory.
func (m *unpickler) take(n uint64) ([]byte, error) {
	if n > uint64(len(m.data)-m.at) {
		return nil, errTruncated
	}
	part := m.data[m.at : m.at+int(n)]
	m.at += int(n)
	return part, nil
}

// size reads a little-endian number of the given width in bytes.
func (m *unpickler) size(width uint64) (uint64, error) {
	part, err := m.take(width)
	if err != nil {
		return 0, err
	}
	var n uint64
	for i := len(part) - 1; i >= 0; i-- {
		n = n<<8 | uint64(part[i])
	}
	return n, nil
}

// sized reads bytes that their length precedes.
func (m *unpickler) sized(width uint64) ([]byte, error) {
	n, err := m.size(width)
	if err != nil {
		return nil, err
	}
	return m.take(n)
}

func (m *unpickler) line() (string, error) {
	for i := m.at; i < len(m.data); i++ {
		if m.data[i] == '\n' {
			text := string(m.data[m.at:i])
			m.at = i + 1
			return text, nil
		}
	}
	return "", errTruncated
}
