package codec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scalarAction returns the action of an opcode of a scalar, or nil if it is of another kind.
func scalarAction(op byte) action {
	switch op {
	case 'N': // NONE
		return func(m *unpickler, _ byte) error { return m.push(nil) }
	case 0x88, 0x89: // NEWTRUE, NEWFALSE
		return func(m *unpickler, op byte) error { return m.push(op == 0x88) }
	case 'I', 'L', 'F', 'S', 'V': // INT, LONG, FLOAT, STRING, UNICODE
		return (*unpickler).textLine
	case 'J': // BININT
		return (*unpickler).int32
	case 'K': // BININT1
		return func(m *unpickler, _ byte) error { return m.small(1) }
	case 'M': // BININT2
		return func(m *unpickler, _ byte) error { return m.small(2) }
	case 0x8a: // LONG1
		return func(m *unpickler, _ byte) error { return m.long(1) }
	case 0x8b: // LONG4
		return func(m *unpickler, _ byte) error { return m.long(4) }
	case 'G': // BINFLOAT
		return (*unpickler).float64
	case 'X', 0x8c, 0x8d, // BINUNICODE, SHORT_BINUNICODE, BINUNICODE8
		'T', 'U', // BINSTRING, SHORT_BINSTRING
		'B', 'C', 0x8e, 0x96: // BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8
		return (*unpickler).sizedText
	}
	return nil
}

func (m *unpickler) int32(byte) error {
	n, err := m.size(4)
	if err != nil {
		return err
	}
	return m.push(int64(int32(n)))
}

func (m *unpickler) small(width uint64) error {
	n, err := m.size(width)
	if err != nil {
		return err
	}
	return m.push(int64(n))
}

// long reads a little-endian integer in two's complement.
func (m *unpickler) long(width uint64) error {
	data, err := m.sized(width)
	if err != nil {
		return err
	}
	bigEndian := make([]byte, len(data))
	for i, c := range data {
		bigEndian[len(data)-1-i] = c
	}
	n := new(big.Int).SetBytes(bigEndian)
	if len(bigEndian) > 0 && bigEndian[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(data))))
	}
	return m.pushInteger(n)
}

// pushInteger refuses integers whose digits would take too long to write.
func (m *unpickler) pushInteger(n *big.Int) error {
	const maxBits = maxIntegerDigits * 10 / 3
	if n.BitLen() > maxBits {
		return fmt.Errorf("an integer has more than %d digits", maxIntegerDigits)
	}
	return m.push(normal(n))
}

func (m *unpickler) float64(byte) error {
	data, err := m.take(8)
	if err != nil {
		return err
	}
	return m.push(math.Float64frombits(binary.BigEndian.Uint64(data)))
}

func (m *unpickler) sizedText(op byte) error {
	data, err := m.sized(lengthWidth(op))
	if err != nil {
		return err
	}
	switch op {
	case 'B', 'C', 0x8e, 0x96:
		return m.push(data)
	case 'T', 'U':
		return m.push(oldString(data))
	}
	return m.push(validText(string(data), false))
}

func lengthWidth(op byte) uint64 {
	switch op {
	case 'U', 'C', 0x8c:
		return 1
	case 0x8d, 0x8e, 0x96:
		return 8
	}
	return 4
}

// oldString returns a Python 2 string as text if it is UTF-8, and as bytes otherwise.
func oldString(data []byte) any {
	if utf8.Valid(data) {
		return string(data)
	}
	return data
}

// textLine reads the scalars that protocol 0 writes as lines.
func (m *unpickler) textLine(op byte) error {
	line, err := m.line()
	if err != nil {
		return err
	}
	switch op {
	case 'I', 'L':
		return m.integerLine(line)
	case 'F':
		return m.floatLine(line)
	case 'S':
		return m.quotedLine(line)
	}
	return m.push(rawUnicode(line))
}

func (m *unpickler) integerLine(line string) error {
	switch line {
	case "00", "01":
		return m.push(line == "01")
	}
	line = strings.TrimSuffix(line, "L")
	if len(line) > maxIntegerDigits {
		return fmt.Errorf("an integer has more than %d digits", maxIntegerDigits)
	}
	n, ok := new(big.Int).SetString(line, 10)
	if !ok {
		return fmt.Errorf("%q is not an integer", line)
	}
	return m.pushInteger(n)
}

func (m *unpickler) floatLine(line string) error {
	f, err := strconv.ParseFloat(line, 64)
	if err != nil && !math.IsInf(f, 0) {
		return fmt.Errorf("%q is not a number", line)
	}
	return m.push(f)
}

func (m *unpickler) quotedLine(line string) error {
	if len(line) < 2 || line[0] != line[len(line)-1] || !strings.Contains(`'"`, line[:1]) {
		return errors.New("a string in the pickle has no quotes")
	}
	return m.push(oldString(unescape(line[1 : len(line)-1])))
}
