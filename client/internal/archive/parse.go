package archive

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A parser reads the line of a row.
type parser struct {
	text []byte
	at   int
}

var errRow = errors.New(`it is no row: {"table": {"column": value, …}} is expected`)

// space skips white space.
func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// next reads a character after white space, and returns false if another one is there.
func (p *parser) next(c byte) bool {
	if p.space(); p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

// string reads a string. Most have no escape.
func (p *parser) string() (string, error) {
	if !p.next('"') {
		return "", errRow
	}
	from, escaped := p.at, false
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '\\':
			escaped = true
			p.at++
		case c == '"':
			raw := p.text[from:p.at]
			p.at++
			if !escaped {
				return string(raw), nil
			}
			var text string
			if json.Unmarshal(p.text[from-1:p.at], &text) != nil {
				return "", errors.New("a string has an escape that JSON does not know")
			}
			return text, nil
		case c < ' ':
			return "", errors.New("a string has a control character")
		}
	}
	return "", errors.New("a string does not end")
}

// value reads a value.
func (p *parser) value() (Value, error) {
	p.space()
	if p.at == len(p.text) {
		return Value{}, errRow
	}
	switch p.text[p.at] {
	case '"':
		text, err := p.string()
		return OfText(text), err
	case '{':
		return p.object()
	}
	from := p.at
	for p.at < len(p.text) && strings.IndexByte(",} \t\r\n", p.text[p.at]) < 0 {
		p.at++
	}
	switch word := string(p.text[from:p.at]); word {
	case "null":
		return Value{}, nil
	case "true", "false":
		return OfBool(word == "true"), nil
	default:
		number, err := strconv.ParseInt(word, 10, 64)
		if err != nil || strconv.FormatInt(number, 10) != word {
			return Value{}, fmt.Errorf("%.40q is no value: a string, an integer, true, false, null or an object with %s, %s or %s is expected", word, textKey, blobKey, realKey)
		}
		return OfInt(number), nil
	}
}

// object reads a value that JSON has no word for.
func (p *parser) object() (Value, error) {
	p.at++
	key, err := p.string()
	if err != nil {
		return Value{}, err
	}
	if !p.next(':') {
		return Value{}, errRow
	}
	text, err := p.string()
	if err != nil || !p.next('}') {
		return Value{}, cmpErr(err, errRow)
	}
	switch key {
	case textKey, blobKey:
		data, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil {
			return Value{}, fmt.Errorf("the %s of a value is no base64", key)
		}
		kind := Text
		if key == blobKey {
			kind = Blob
		}
		return Value{Kind: kind, Bytes: string(data)}, nil
	case realKey:
		number, err := strconv.ParseFloat(text, 64)
		if err != nil || number != number {
			return Value{}, fmt.Errorf("%.40q is no real number", text)
		}
		return Value{Kind: Real, Float: number}, nil
	}
	return Value{}, fmt.Errorf("%.40q is no kind of value: %s, %s or %s is expected", key, textKey, blobKey, realKey)
}

func cmpErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// parseRow reads the line of a row of one of the tables.
func parseRow(text []byte, tables map[string]int, h *Header, places []map[string]int) (Row, error) {
	if !utf8.Valid(text) {
		return Row{}, errors.New("it is not valid UTF-8")
	}
	p := parser{text: text}
	if !p.next('{') {
		return Row{}, errRow
	}
	name, err := p.string()
	if err != nil {
		return Row{}, err
	}
	table, known := tables[name]
	if !known {
		return Row{}, fmt.Errorf("the header names no table %.40q", name)
	}
	row := Row{Table: table, Values: make([]Value, len(h.Tables[table].Columns))}
	if !p.next(':') || !p.next('{') {
		return Row{}, errRow
	}
	if err := p.columns(&row, name, places[table]); err != nil {
		return Row{}, err
	}
	if !p.next('}') {
		return Row{}, errRow
	}
	if p.space(); p.at < len(p.text) {
		return Row{}, errors.New("there is text after the row")
	}
	return row, nil
}

// columns reads the columns of a row, up to the brace behind them.
func (p *parser) columns(row *Row, table string, places map[string]int) error {
	if p.next('}') {
		return nil
	}
	seen := make([]bool, len(row.Values))
	for {
		column, err := p.string()
		if err != nil {
			return err
		}
		at, known := places[column]
		switch {
		case !known:
			return fmt.Errorf("the header names no column %.40q of %s", column, table)
		case seen[at]:
			return fmt.Errorf("%s.%s occurs twice", table, column)
		case !p.next(':'):
			return errRow
		}
		seen[at] = true
		if row.Values[at], err = p.value(); err != nil {
			return fmt.Errorf("%s.%s: %w", table, column, err)
		}
		if p.next('}') {
			return nil
		}
		if !p.next(',') {
			return errRow
		}
	}
}
