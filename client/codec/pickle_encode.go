package codec

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
)

// EncodePickle returns v as Python applications store values by default: a pickle of protocol 4, in
// base64, of the JSON data that EncodeJSON makes of v. It returns the errors of EncodeJSON.
func EncodePickle(v any) (string, error) {
	plain, err := plainJSON(v)
	if err != nil {
		return "", err
	}
	ops := append(appendPickle([]byte{0x80, 4}, plain), '.')
	return base64.StdEncoding.EncodeToString(ops), nil
}

// appendPickle writes a value that DecodeJSON has given.
func appendPickle(ops []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		return append(ops, map[bool]byte{true: 0x88, false: 0x89}[v])
	case int64:
		return binary.LittleEndian.AppendUint64(append(ops, 0x8a, 8), uint64(v))
	case *big.Int:
		return append(append(append(ops, 'L'), v.String()...), "L\n"...)
	case float64:
		return binary.BigEndian.AppendUint64(append(ops, 'G'), math.Float64bits(v))
	case json.Number:
		return appendNumber(ops, v)
	case string:
		return append(binary.LittleEndian.AppendUint32(append(ops, 'X'), uint32(len(v))), v...)
	case []any:
		return appendItems(append(ops, ']', '('), v)
	case map[string]any:
		return appendMembers(append(ops, '}', '('), v)
	}
	return append(ops, 'N')
}

// appendNumber writes a number of more digits than are counted: a whole one as it is, another one
// as the float that Python would read.
func appendNumber(ops []byte, n json.Number) []byte {
	if whole, ok := new(big.Int).SetString(n.String(), 10); ok {
		return appendPickle(ops, whole)
	}
	f, _ := strconv.ParseFloat(n.String(), 64)
	return appendPickle(ops, f)
}

func appendItems(ops []byte, items []any) []byte {
	for _, item := range items {
		ops = appendPickle(ops, item)
	}
	return append(ops, 'e')
}

func appendMembers(ops []byte, members map[string]any) []byte {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		ops = appendPickle(appendPickle(ops, name), members[name])
	}
	return append(ops, 'u')
}
