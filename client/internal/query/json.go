package query

import (
	"encoding/json"
	"reflect"
	"strconv"
)

// A cell appends one value of a list as JSON.
type cell func(to []byte, i int) ([]byte, error)

// cellsOf returns the values of a list. Lists of thousands of texts, as an insert has, are written
// without reflection.
func cellsOf(list any) cell {
	switch values := list.(type) {
	case []string:
		return func(to []byte, i int) ([]byte, error) { return appendText(to, values[i]) }
	case []*string:
		return func(to []byte, i int) ([]byte, error) {
			if values[i] == nil {
				return append(to, "null"...), nil
			}
			return appendText(to, *values[i])
		}
	case []int64:
		return func(to []byte, i int) ([]byte, error) { return strconv.AppendInt(to, values[i], 10), nil }
	}
	values := reflect.ValueOf(list)
	return func(to []byte, i int) ([]byte, error) { return appendAny(to, values.Index(i).Interface()) }
}

func appendAny(to []byte, value any) ([]byte, error) {
	text, err := json.Marshal(value)
	return append(to, text...), err
}

// appendText appends a text. Most need no escape.
func appendText(to []byte, text string) ([]byte, error) {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return appendAny(to, text)
		}
	}
	to = append(to, '"')
	to = append(to, text...)
	return append(to, '"'), nil
}

// jsonArray returns an array of length items, which item appends.
func jsonArray(length int, item cell) (string, error) {
	text, err := []byte{'['}, error(nil)
	for i := 0; i < length && err == nil; i++ {
		if i > 0 {
			text = append(text, ',')
		}
		text, err = item(text, i)
	}
	return string(append(text, ']')), err
}

// jsonText returns a list as SQLite reads it; a nil list is an empty one.
func jsonText(list any) (string, error) {
	return jsonArray(reflect.ValueOf(list).Len(), cellsOf(list))
}

// jsonRows returns lists of columns, which are of one length, as one list of rows.
func jsonRows(length int, columns []cell) (string, error) {
	return jsonArray(length, func(to []byte, i int) (_ []byte, err error) {
		to = append(to, '[')
		for j, column := range columns {
			if j > 0 {
				to = append(to, ',')
			}
			if to, err = column(to, i); err != nil {
				return to, err
			}
		}
		return append(to, ']'), nil
	})
}
