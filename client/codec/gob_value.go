package codec

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"time"
)

func (g *gobReader) value(id int64) (any, error) {
	switch id {
	case gobBool:
		n, err := g.uint()
		return n != 0, err
	case gobInt:
		return g.int()
	case gobUint:
		n, err := g.uint()
		return normal(new(big.Int).SetUint64(n)), err
	case gobFloat:
		n, err := g.uint()
		return math.Float64frombits(bits.ReverseBytes64(n)), err
	case gobBytes:
		return g.bytes()
	case gobString:
		return g.text()
	case gobInterface:
		_, value, err := g.named()
		return value, err
	}
	return g.described(id)
}

func (g *gobReader) described(id int64) (any, error) {
	if g.depth++; g.depth > maxDepth {
		return nil, errCyclic
	}
	defer func() { g.depth-- }()
	t, ok := g.types[id]
	if !ok {
		return nil, fmt.Errorf("gob type %d is not described", id)
	}
	switch t.family {
	case gobArray, gobSlice:
		return g.sequence(t)
	case gobStruct:
		return g.structure(t)
	case gobMap:
		return g.mapping(t)
	}
	return g.ownEncoding(t)
}

func (g *gobReader) sequence(t gobType) (any, error) {
	n, err := g.count()
	if err != nil {
		return nil, err
	}
	items := []any{}
	for range n {
		item, err := g.value(t.elem)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

func (g *gobReader) structure(t gobType) (any, error) {
	object := map[string]any{}
	err := g.eachField(func(field uint64) (err error) {
		if field >= uint64(len(t.fields)) {
			return errGob
		}
		f := t.fields[field]
		object[f.name], err = g.value(f.id)
		return err
	})
	return object, err
}

func (g *gobReader) mapping(t gobType) (any, error) {
	n, err := g.count()
	if err != nil {
		return nil, err
	}
	rows := []any{}
	for range n {
		key, err := g.value(t.key)
		if err != nil {
			return nil, err
		}
		value, err := g.value(t.elem)
		if err != nil {
			return nil, err
		}
		rows = append(rows, []any{key, value})
	}
	if t.key != gobString {
		return rows, nil
	}
	return objectOf(rows), nil
}

// objectOf returns pairs as an object if all keys are texts.
func objectOf(rows []any) any {
	object := make(map[string]any, len(rows))
	for _, row := range rows {
		pair := row.([]any)
		object[pair[0].(string)] = pair[1]
	}
	return object
}

// ownEncoding reads types that encode themselves. Only the time and big integers are known.
func (g *gobReader) ownEncoding(t gobType) (any, error) {
	data, err := g.bytes()
	if err != nil {
		return nil, err
	}
	switch {
	case t.name == "Time", t.name == "" && looksTime(data):
		var at time.Time
		err := at.UnmarshalBinary(data)
		return at.UTC(), err
	case (t.name == "Int" || t.name == "") && looksBigInt(data):
		n := new(big.Int)
		err := n.GobDecode(data)
		return normal(n), err
	}
	return nil, fmt.Errorf("the Go type %s encodes itself in a way of its own", t.name)
}

// looksTime reports whether data is the first version of time.Time's encoding, because the stream
// does not name a type that is reached through a pointer.
func looksTime(data []byte) bool { return len(data) == 15 && data[0] == 1 }

// looksBigInt reports whether data is the first version of big.Int's encoding, and the number is
// short enough to be written in reasonable time.
func looksBigInt(data []byte) bool {
	return len(data) > 0 && data[0]>>1 == 1 && len(data) < maxIntegerDigits/3
}
