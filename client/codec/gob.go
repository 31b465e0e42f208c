package codec

import (
	"encoding/base64"
	"errors"
	"fmt"
)

// decodeGob reads the form in which the Go SDK writes values and its own errors: a gob stream with
// one interface value, as base64. The stream describes its types, so no Go type is needed to read
// it: a struct or a map with text keys becomes an object (gob leaves out fields that are zero), any
// other map an array of pairs, and time.Time a time. It returns nil for NilMarker.
func decodeGob(text string) (any, error) {
	if text == NilMarker {
		return nil, nil
	}
	_, value, err := readGob(text)
	return value, err
}

// readGob returns the value, and the name under which its type was registered with gob. The name is
// "" if the stream holds the value itself in place of an interface, or if the value is nil.
func readGob(text string) (typeName string, value any, err error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", nil, fmt.Errorf("not base64: %w", err)
	}
	g := gobReader{data: data, types: map[int64]gobType{}}
	id, err := g.message()
	if err != nil {
		return "", nil, err
	}
	if id != gobInterface {
		value, err = g.topLevel(id)
		return "", value, err
	}
	if zero, err := g.uint(); err != nil || zero != 0 {
		return "", nil, errGob
	}
	return g.named()
}

var errGob = errors.New("not a gob stream")

// The numbers of the types that gob does not describe.
const (
	gobBool      = 1
	gobInt       = 2
	gobUint      = 3
	gobFloat     = 4
	gobBytes     = 5
	gobString    = 6
	gobComplex   = 7
	gobInterface = 8
)

// gobType is a type that the stream describes.
type gobType struct {
	family    byte // one of gobArray to gobText
	name      string
	key, elem int64      // the types of the keys of a map, and of the elements of an array, slice or map
	fields    []gobField // of a struct
}

type gobField struct {
	name string
	id   int64 // of its type
}

// The families of types that a stream describes. A description is a struct with one field set, and
// these are the numbers of its fields, from 1.
const (
	gobArray = iota + 1
	gobSlice
	gobStruct
	gobMap
	gobOwnEncoding // by GobEncode
	gobBinary      // by MarshalBinary
	gobText        // by MarshalText, which no Go release writes
)

// A gobReader reads a stream from its beginning.
type gobReader struct {
	data  []byte
	at    int               // how many bytes are read
	depth int               // how many values are open around the next one, at most maxDepth
	types map[int64]gobType // by the number that the stream has given to each
}

// message moves into the next message with a value, reading the type descriptions before it, and
// returns the type of the value.
func (g *gobReader) message() (int64, error) {
	for {
		length, err := g.uint()
		if err != nil || length > uint64(len(g.data)-g.at) {
			return 0, errGob
		}
		id, err := g.int()
		if err != nil || id > 0 {
			return id, err
		}
		if err := g.describe(-id); err != nil {
			return 0, err
		}
	}
}

// named reads an interface value: the registered name of its type, the descriptions that are new,
// its type, its length and itself. The name is "" if the value is nil.
func (g *gobReader) named() (string, any, error) {
	if g.depth++; g.depth > maxDepth {
		return "", nil, errCyclic
	}
	defer func() { g.depth-- }()
	name, err := g.text()
	if err != nil || name == "" {
		return "", nil, err
	}
	id, err := g.int()
	for err == nil && id < 0 {
		if err = g.describe(-id); err == nil {
			_, err = g.uint()
		}
		if err == nil {
			id, err = g.int()
		}
	}
	if err != nil {
		return "", nil, err
	}
	if _, err := g.uint(); err != nil {
		return "", nil, err
	}
	value, err := g.topLevel(id)
	return name, value, err
}

// topLevel reads a value that is not a part of another one. Gob writes it as the only field of a
// struct, behind a zero, unless it is a struct itself.
func (g *gobReader) topLevel(id int64) (any, error) {
	if t, ok := g.types[id]; !ok || t.family != gobStruct {
		if zero, err := g.uint(); err != nil || zero != 0 {
			return nil, errGob
		}
	}
	return g.value(id)
}

// uint reads a byte below 128, or the negated count of the bytes that follow.
func (g *gobReader) uint() (uint64, error) {
	if g.at >= len(g.data) {
		return 0, errGob
	}
	first := g.data[g.at]
	g.at++
	if first < 0x80 {
		return uint64(first), nil
	}
	count := -int(int8(first))
	if count > 8 {
		return 0, errGob
	}
	part, err := g.take(uint64(count))
	var n uint64
	for _, c := range part {
		n = n<<8 | uint64(c)
	}
	return n, err
}

// int reads a signed number, whose lowest bit says that the rest is inverted.
func (g *gobReader) int() (int64, error) {
	n, err := g.uint()
	if n&1 != 0 {
		return ^int64(n >> 1), err
	}
	return int64(n >> 1), err
}

// take returns the next n bytes.
func (g *gobReader) take(n uint64) ([]byte, error) {
	if n > uint64(len(g.data)-g.at) {
		return nil, errGob
	}
	part := g.data[g.at : g.at+int(n)]
	g.at += int(n)
	return part, nil
}

// bytes reads a length and as many bytes.
func (g *gobReader) bytes() ([]byte, error) {
	n, err := g.uint()
	if err != nil {
		return nil, err
	}
	return g.take(n)
}

// text reads bytes that are a text. A byte that is not UTF-8 becomes U+FFFD.
func (g *gobReader) text() (string, error) {
	data, err := g.bytes()
	return validText(string(data), false), err
}

// count reads a number of elements, each of which takes at least one byte.
func (g *gobReader) count() (int, error) {
	n, err := g.uint()
	if err != nil || n > uint64(len(g.data)-g.at) {
		return 0, errGob
	}
	return int(n), nil
}

// eachField calls read with the number, from 0, of every field that a struct has. Before a field
// stands its distance from the field before it, and 0 ends the struct.
func (g *gobReader) eachField(read func(field uint64) error) error {
	field := ^uint64(0)
	for {
		distance, err := g.uint()
		if err != nil || distance == 0 {
			return err
		}
		field += distance
		if err := read(field); err != nil {
			return err
		}
	}
}
