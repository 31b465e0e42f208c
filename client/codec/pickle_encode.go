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

// appendPickle writes a value as DecodeJSON returns it. The bytes are opcodes of pickle, which the
// comments name as Python's module pickletools does.
func appendPickle(ops []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		return append(ops, map[bool]byte{true: 0x88, false: 0x89}[v]) // NEWTRUE, NEWFALSE
	case int64:
		return binary.LittleEndian.AppendUint64(append(ops, 0x8a, 8), uint64(v)) // LONG1 of 8 bytes
	case *big.Int:
		return append(append(append(ops, 'L'), v.String()...), "L\n"...) // LONG
	case float64:
		return binary.BigEndian.AppendUint64(append(ops, 'G'), math.Float64bits(v)) // BINFLOAT
	case json.Number:
		return appendNumber(ops, v)
	case string:
		return append(binary.LittleEndian.AppendUint32(append(ops, 'X'), uint32(len(v))), v...) // BINUNICODE
	case []any:
		return appendItems(append(ops, ']', '('), v) // EMPTY_LIST, MARK
	case map[string]any:
		return appendMembers(append(ops, '}', '('), v) // EMPTY_DICT, MARK
	}
	return append(ops, 'N') // NONE
}

// appendNumber writes a number that is too long for the other types of DecodeJSON. A whole number
// keeps all its digits, and any other becomes the nearest float, as in Python.
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
	return append(ops, 'e') // APPENDS
}

func appendMembers(ops []byte, members map[string]any) []byte {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		ops = appendPickle(appendPickle(ops, name), members[name])
	}
	return append(ops, 'u') // SETITEMS
}
