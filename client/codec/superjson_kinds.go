package codec

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"time"
)

// jsMap is a Map until the equalities, which address its rows by number, have
// been applied.
type jsMap struct {
	rows []any // arrays of a key and a value
}

// kind returns the value of a JSON value with an annotation.
func (r *reviver) kind(value, kind any) (any, error) {
	switch kind := kind.(type) {
	case string:
		return r.simple(value, kind)
	case []any:
		if len(kind) == 2 {
			return composite(value, kind[0], kind[1])
		}
	}
	return nil, unknownKind(kind)
}

func unknownKind(kind any) error {
	return fmt.Errorf("unknown superjson type %v", kind)
}

func (r *reviver) simple(value any, kind string) (any, error) {
	switch kind {
	case "undefined":
		return nil, nil
	case "Error", "regexp", "URL", "set":
		return value, nil
	case "Date":
		return date(value), nil
	case "bigint":
		return bigint(value)
	case "number":
		return specialNumber(value)
	case "map":
		return r.mapOf(value)
	}
	return nil, unknownKind(kind)
}

// date returns a time, or the text itself if its year has no RFC 3339 form.
func date(value any) any {
	text, ok := value.(string)
	if !ok {
		return value
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return value
	}
	return at.UTC()
}

func bigint(value any) (any, error) {
	text, ok := value.(string)
	if !ok || !isNumber(text) {
		return nil, fmt.Errorf("a bigint is stored as %T instead of digits", value)
	}
	if len(text) > maxIntegerDigits {
		return json.Number(text), nil
	}
	n, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return nil, fmt.Errorf("%q is not a bigint", text)
	}
	return normal(n), nil
}

func specialNumber(value any) (any, error) {
	switch value {
	case "NaN":
		return math.NaN(), nil
	case "Infinity":
		return math.Inf(1), nil
	case "-Infinity":
		return math.Inf(-1), nil
	case "-0":
		return math.Copysign(0, -1), nil
	}
	return nil, fmt.Errorf("unknown number %v", value)
}

func (r *reviver) mapOf(value any) (any, error) {
	rows, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("a Map is stored as %T instead of pairs", value)
	}
	for _, row := range rows {
		if pair, ok := row.([]any); !ok || len(pair) != 2 {
			return nil, fmt.Errorf("a Map holds an element that is not a pair")
		}
	}
	r.maps = true
	return &jsMap{rows}, nil
}

func composite(value, family, name any) (any, error) {
	switch family {
	case "class", "symbol":
		return value, nil
	case "custom", "typed-array":
		if name == "Buffer" || name == "Uint8Array" || name == "Uint8ClampedArray" {
			return byteArray(value), nil
		}
		return value, nil
	}
	return nil, unknownKind(family)
}

// byteArray returns an array of numbers from 0 to 255 as []byte, and any other value unchanged.
func byteArray(value any) any {
	items, ok := value.([]any)
	if !ok {
		return value
	}
	data := make([]byte, len(items))
	for i, item := range items {
		n, ok := item.(int64)
		if !ok || n < 0 || n > 255 {
			return value
		}
		data[i] = byte(n)
	}
	return data
}

// resolveMaps replaces each Map by its final form, and fails on a value that the
// equalities have made cyclic or very large.
func resolveMaps(value any, b *budget) (any, error) {
	switch v := value.(type) {
	case *jsMap:
		return settleMap(v, b)
	case []any:
		return v, settleArray(v, b)
	case map[string]any:
		return v, settleObject(v, b)
	case string:
		return v, b.spend(len(v))
	}
	return value, b.spend(0)
}

func settleArray(items []any, b *budget) (err error) {
	if err := b.enter(0); err != nil {
		return err
	}
	defer b.leave()
	for i := range items {
		if items[i], err = resolveMaps(items[i], b); err != nil {
			return err
		}
	}
	return nil
}

func settleObject(members map[string]any, b *budget) (err error) {
	if err := b.enter(0); err != nil {
		return err
	}
	defer b.leave()
	for name, value := range members {
		if members[name], err = resolveMaps(value, b); err != nil {
			return err
		}
	}
	return nil
}

func settleMap(m *jsMap, b *budget) (any, error) {
	if err := settleArray(m.rows, b); err != nil {
		return nil, err
	}
	object := make(map[string]any, len(m.rows))
	for _, row := range m.rows {
		pair, ok := row.([]any)
		if !ok {
			return nil, errCyclic
		}
		name, ok := pair[0].(string)
		if !ok {
			return m.rows, nil
		}
		object[name] = pair[1]
	}
	return object, nil
}
