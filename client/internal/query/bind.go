package query

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Args are the values of a text's parameters, by name.
type Args map[string]any

// Bind returns the values in the order of the placeholders. A parameter without a value is an
// error; an unused value is not.
func (c Compiled) Bind(args Args, dialect Dialect) ([]any, error) {
	values := make([]any, len(c.params))
	for i, p := range c.params {
		value, err := p.value(args, dialect)
		if err != nil {
			return nil, err
		}
		values[i] = value
	}
	return values, nil
}

func (p param) value(args Args, dialect Dialect) (any, error) {
	if p.rows {
		return p.jsonRows(args)
	}
	value, found := args[p.names[0]]
	if !found {
		return nil, fmt.Errorf("parameter :%s has no value", p.names[0])
	}
	if p.one {
		return first(value), nil
	}
	if dialect == SQLite && isList(value) {
		return jsonText(value)
	}
	return value, nil
}

// jsonRows turns lists of columns into one list of rows.
func (p param) jsonRows(args Args) (any, error) {
	columns := make([]reflect.Value, len(p.names))
	for i, name := range p.names {
		columns[i] = reflect.ValueOf(args[name])
		if !isList(args[name]) || columns[i].Len() != columns[0].Len() {
			return nil, fmt.Errorf("parameter :%s is not a list as long as :%s", name, p.names[0])
		}
	}
	rows := make([][]any, columns[0].Len())
	for i := range rows {
		rows[i] = make([]any, len(columns))
		for j, column := range columns {
			rows[i][j] = column.Index(i).Interface()
		}
	}
	return jsonText(rows)
}

func isList(value any) bool {
	if value == nil {
		return false
	}
	kind := reflect.TypeOf(value)
	return kind.Kind() == reflect.Slice && kind.Elem().Kind() != reflect.Uint8
}

// jsonText is a list as SQLite reads it; a nil list is an empty one.
func jsonText(value any) (string, error) {
	if reflect.ValueOf(value).IsNil() {
		return "[]", nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}
