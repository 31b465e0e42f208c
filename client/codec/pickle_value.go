package codec

import (
	"fmt"
	"math/big"
)

// converter turns the tree of a pickle into JSON data. Shared parts become
// copies, which the budget bounds.
type converter struct{ *budget }

func (c converter) value(node any) (any, error) {
	switch node := node.(type) {
	case string:
		return node, c.spend(len(node))
	case []byte:
		return node, c.spend(len(node))
	case *pyList:
		return c.array(node.items)
	case *pyDict:
		return c.dict(node)
	case *pyObject:
		return c.object(node)
	case *pyClass:
		return nil, notPlain(node)
	}
	return node, c.spend(0)
}

func notPlain(what any) error { return fmt.Errorf("%v is not plain data", what) }

func (c converter) array(items []any) (any, error) {
	if err := c.enter(0); err != nil {
		return nil, err
	}
	defer c.leave()
	array := make([]any, len(items))
	for i, item := range items {
		value, err := c.value(item)
		if err != nil {
			return nil, err
		}
		array[i] = value
	}
	return array, nil
}

func (c converter) dict(d *pyDict) (any, error) {
	if err := c.enter(0); err != nil {
		return nil, err
	}
	defer c.leave()
	object := make(map[string]any, len(d.pairs)/2)
	for i := 0; i+1 < len(d.pairs); i += 2 {
		name, ok := memberName(d.pairs[i])
		if !ok {
			return c.pairs(d.pairs)
		}
		value, err := c.value(d.pairs[i+1])
		if err != nil {
			return nil, err
		}
		object[name] = value
	}
	if ambiguous(d.pairs, object) {
		return c.pairs(d.pairs)
	}
	return object, nil
}

// memberName returns the text of a key, and false if it cannot be the name of an object's member.
func memberName(key any) (string, bool) {
	switch key := key.(type) {
	case string:
		return key, true
	case int64, bool:
		return fmt.Sprint(key), true
	case *big.Int:
		return key.String(), true
	}
	return "", false
}

// ambiguous reports that keys of different types have one text. The same key
// given twice is none: the last stays, as in Python.
func ambiguous(pairs []any, object map[string]any) bool {
	if len(object) == len(pairs)/2 {
		return false
	}
	seen := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		name, _ := memberName(pairs[i])
		if earlier, ok := seen[name]; ok && fmt.Sprintf("%T", earlier) != fmt.Sprintf("%T", pairs[i]) {
			return true
		}
		seen[name] = pairs[i]
	}
	return false
}

func (c converter) pairs(pairs []any) (any, error) {
	rows := make([]any, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		row, err := c.array(pairs[i : i+2])
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// object returns the data of an instance of a known class.
func (c converter) object(o *pyObject) (any, error) {
	if err := c.enter(0); err != nil {
		return nil, err
	}
	defer c.leave()
	class, ok := o.callable.(*pyClass)
	if !ok {
		return nil, notPlain("the result of a computed function")
	}
	value, err := c.knownClass(class, o)
	if err != nil {
		return nil, fmt.Errorf("%v: %w", class, err)
	}
	return value, nil
}

func (c converter) knownClass(class *pyClass, o *pyObject) (any, error) {
	switch class := class.String(); class {
	case "datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta":
		return c.calendar(class, o.args)
	case "decimal.Decimal":
		return c.text(o.args)
	case "uuid.UUID":
		return uuidText(o.state)
	case "builtins.bytearray", "builtins.bytes", "_codecs.encode":
		return c.bytes(o.args)
	case "builtins.set", "builtins.frozenset", "builtins.list", "builtins.tuple", "collections.deque":
		return c.collection(o)
	case "builtins.dict", "collections.OrderedDict", "collections.defaultdict", "collections.Counter":
		return c.mapping(o)
	}
	return c.instance(class, o)
}
