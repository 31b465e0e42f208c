package codec

import (
	"errors"
	"fmt"
	"math/big"
)

var (
	errNotPlain = errors.New("not plain data")
	errArgs     = errors.New("made from unexpected arguments")
)

// text is for classes that are made from their text alone.
func (c converter) text(args []any) (any, error) {
	if len(args) == 1 {
		if text, ok := args[0].(string); ok {
			return text, c.spend(len(text))
		}
	}
	return nil, errArgs
}

// uuidText reads the one attribute that a UUID keeps, a 128-bit integer.
func uuidText(state any) (any, error) {
	attributes, ok := state.(*pyDict)
	if !ok {
		return nil, errArgs
	}
	number, ok := wholeNumber(attributes.get("int"))
	if !ok || number.Sign() < 0 || number.BitLen() > 128 {
		return nil, errArgs
	}
	hex := fmt.Sprintf("%032x", number)
	return hex[:8] + "-" + hex[8:12] + "-" + hex[12:16] + "-" + hex[16:20] + "-" + hex[20:], nil
}

func wholeNumber(v any) (*big.Int, bool) {
	switch v := v.(type) {
	case int64:
		return big.NewInt(v), true
	case *big.Int:
		return v, true
	}
	return nil, false
}

// get returns the last value entered under a text key, or nil.
func (d *pyDict) get(name string) any {
	for i := len(d.pairs) - 2; i >= 0; i -= 2 {
		if d.pairs[i] == name {
			return d.pairs[i+1]
		}
	}
	return nil
}

// bytes reads bytes as each protocol spells them: themselves, nothing, or a
// text of the characters up to 255 with the name of that encoding.
func (c converter) bytes(args []any) (any, error) {
	if len(args) == 0 {
		return []byte{}, nil
	}
	data, ok := rawBytes(args[0])
	if !ok {
		return nil, errArgs
	}
	return data, c.spend(len(data))
}

func rawBytes(v any) ([]byte, bool) {
	switch v := v.(type) {
	case []byte:
		return v, true
	case string:
		return latin1(v)
	case *pyObject:
		if class, ok := v.callable.(*pyClass); ok && class.String() == "_codecs.encode" && len(v.args) > 0 {
			text, _ := v.args[0].(string)
			return latin1(text)
		}
	}
	return nil, false
}

func latin1(text string) ([]byte, bool) {
	data := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 255 {
			return nil, false
		}
		data = append(data, byte(r))
	}
	return data, true
}

// A collection is a set or a list made from another, with the added values.
func (c converter) collection(o *pyObject) (any, error) {
	items := o.items
	if len(o.args) > 0 {
		first, ok := o.args[0].(*pyList)
		if !ok {
			return nil, errArgs
		}
		items = append(first.items[:len(first.items):len(first.items)], items...)
	}
	return c.array(items)
}

// A mapping is a dict with its entries. A defaultdict's first argument is
// the class of its missing values, which are not there.
func (c converter) mapping(o *pyObject) (any, error) {
	pairs := o.entries.pairs
	if len(o.args) > 0 {
		if first, ok := o.args[len(o.args)-1].(*pyDict); ok {
			pairs = append(first.pairs[:len(first.pairs):len(first.pairs)], pairs...)
		} else if _, ok := o.args[0].(*pyClass); !ok && o.args[0] != nil {
			return nil, errArgs
		}
	}
	return c.dict(&pyDict{pairs})
}
