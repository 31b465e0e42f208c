package archive

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"
)

// A Kind is the kind of a value as it is stored, not as its column is declared.
type Kind uint8

// The kinds.
const (
	Null Kind = iota
	Int
	Bool // Value.Int is 1 or 0
	Real
	Text
	Blob // bytes that are stored as such
)

// A Value is a value of a column.
type Value struct {
	Kind  Kind
	Int   int64
	Float float64
	Bytes string // of a Text or a Blob
}

// OfText returns the value of a text.
func OfText(text string) Value { return Value{Kind: Text, Bytes: text} }

// OfInt returns the value of a number.
func OfInt(number int64) Value { return Value{Kind: Int, Int: number} }

// OfBool returns the value of a boolean.
func OfBool(truth bool) Value {
	v := Value{Kind: Bool}
	if truth {
		v.Int = 1
	}
	return v
}

// The keys of the objects that hold a value which JSON has no word for.
const (
	textKey = "text" // base64 of a text that is not UTF-8
	blobKey = "blob" // base64
	realKey = "real" // the shortest decimal number that reads as the same, or Inf or -Inf
)

// AppendRow appends a row as a line. A column that is NULL is left out.
func AppendRow(to []byte, table Table, values []Value) []byte {
	to = appendString(append(to, '{'), table.Name)
	to = append(to, ':', '{')
	first := true
	for i, v := range values {
		if v.Kind == Null {
			continue
		}
		if !first {
			to = append(to, ',')
		}
		first = false
		to = appendString(to, table.Columns[i])
		to = AppendValue(append(to, ':'), v)
	}
	return append(to, '}', '}', '\n')
}

// AppendValue appends a value as JSON.
func AppendValue(to []byte, v Value) []byte {
	switch v.Kind {
	case Int:
		return strconv.AppendInt(to, v.Int, 10)
	case Bool:
		return strconv.AppendBool(to, v.Int != 0)
	case Real:
		return appendObject(to, realKey, strconv.FormatFloat(v.Float, 'g', -1, 64))
	case Blob:
		return appendObject(to, blobKey, base64.StdEncoding.EncodeToString([]byte(v.Bytes)))
	case Text:
		if !utf8.ValidString(v.Bytes) {
			return appendObject(to, textKey, base64.StdEncoding.EncodeToString([]byte(v.Bytes)))
		}
		return appendString(to, v.Bytes)
	}
	return append(to, "null"...)
}

func appendObject(to []byte, key, text string) []byte {
	to = appendString(append(to, '{'), key)
	return append(appendString(append(to, ':'), text), '}')
}

// appendString appends a valid UTF-8 text. It escapes only what JSON demands.
func appendString(to []byte, text string) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	from := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		to = append(to, text[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			to = append(to, '\\', c)
		case '\n':
			to = append(to, '\\', 'n')
		default:
			to = append(to, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(to, text[from:]...), '"')
}
