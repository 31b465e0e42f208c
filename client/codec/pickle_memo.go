package codec

import (
	"errors"
	"strconv"
)

var (
	errTarget = errors.New("the pickle adds to something that is no container")
	errMemo   = errors.New("the pickle refers to a value that it did not keep")
)

// put keeps the top value under a number, for get.
func (m *unpickler) put(op byte) error {
	v, err := m.top()
	if err != nil {
		return err
	}
	number, err := m.memoNumber(op)
	if err != nil {
		return err
	}
	m.memo[number] = v
	return nil
}

// get pushes the value that was kept under a number.
func (m *unpickler) get(op byte) error {
	number, err := m.memoNumber(op)
	if err != nil {
		return err
	}
	v, ok := m.memo[number]
	if !ok {
		return errMemo
	}
	return m.push(v)
}

// memoNumber reads the number under which a value is kept: a line, one byte or four bytes. MEMOIZE
// has none, and means the number of values kept before.
func (m *unpickler) memoNumber(op byte) (uint32, error) {
	switch op {
	case 'q', 'h':
		n, err := m.size(1)
		return uint32(n), err
	case 'r', 'j':
		n, err := m.size(4)
		return uint32(n), err
	case 'p', 'g':
		return m.memoLine()
	}
	return uint32(len(m.memo)), nil
}

func (m *unpickler) memoLine() (uint32, error) {
	line, err := m.line()
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(line, 10, 32)
	if err != nil {
		return 0, errMemo
	}
	return uint32(n), nil
}
