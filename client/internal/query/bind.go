package query

import (
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
	if p.single {
		return first(value), nil
	}
	if dialect == SQLite && isList(value) {
		return jsonText(value)
	}
	return value, nil
}

// jsonRows turns lists of columns into one list of rows.
func (p param) jsonRows(args Args) (any, error) {
	columns, length := make([]cell, len(p.names)), 0
	for i, name := range p.names {
		list := args[name]
		if i == 0 && isList(list) {
			length = reflect.ValueOf(list).Len()
		}
		if !isList(list) || reflect.ValueOf(list).Len() != length {
			return nil, fmt.Errorf("parameter :%s is not a list as long as :%s", name, p.names[0])
		}
		columns[i] = cellsOf(list)
	}
	return jsonRows(length, columns)
}

func isList(value any) bool {
	if value == nil {
		return false
	}
	kind := reflect.TypeOf(value)
	return kind.Kind() == reflect.Slice && kind.Elem().Kind() != reflect.Uint8
}
