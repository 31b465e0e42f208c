package codec

import (
	"fmt"
	"strings"
)

// maxDepth bounds the nesting of every format, so that hostile text cannot
// exhaust the stack.
const maxDepth = 10_000

// SyntaxError reports text that is not JSON.
type SyntaxError struct {
	Line, Column int    // both from 1; Column counts bytes
	Reason       string // such as "expected a value, found end of text"
}

// Error returns the position and the reason.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON at line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// DecodedSize returns about how many bytes the values of a JSON text take at least. The text
// itself, which their strings share, does not count.
func DecodedSize(text string) int64 {
	const item = 16 // bytes of a value in a list or a map
	items, quoted := int64(1), false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			quoted = !quoted
		case '\\':
			i++
		case ',', '[', '{':
			if !quoted {
				items++
			}
		}
	}
	return items * item
}

// DecodeJSON returns the value of one JSON text. An integer becomes int64 or, if it does not fit,
// *big.Int; any other number becomes float64, or json.Number if a float64 would overflow. Of
// members with the same name the last one counts. Bytes that are not UTF-8, and lone surrogates,
// become U+FFFD. Decoded strings share the memory of text.
//
// It returns a *SyntaxError if the text is not JSON, if data follows the value, or if it is nested
// deeper than 10,000 levels.
func DecodeJSON(text string) (any, error) {
	p := parser{text: text}
	p.space()
	value, err := p.value()
	if err != nil {
		return nil, err
	}
	if p.space(); p.at < len(text) {
		return nil, p.fail("unexpected %s after the value", p.here())
	}
	return value, nil
}

type parser struct {
	text  string
	at    int
	depth int
}

func (p *parser) fail(format string, args ...any) error {
	before := p.text[:min(p.at, len(p.text))]
	return &SyntaxError{
		Line:   strings.Count(before, "\n") + 1,
		Column: len(before) - strings.LastIndexByte(before, '\n'),
		Reason: fmt.Sprintf(format, args...),
	}
}

// here describes the text at the current position, for messages.
func (p *parser) here() string {
	if p.at >= len(p.text) {
		return "end of text"
	}
	for _, r := range p.text[p.at:] {
		return fmt.Sprintf("%q", r)
	}
	return "end of text"
}

func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *parser) value() (any, error) {
	switch p.peek() {
	case '{':
		return p.nested(p.object)
	case '[':
		return p.nested(p.array)
	case '"':
		return p.stringValue()
	case 't':
		return true, p.literal("true")
	case 'f':
		return false, p.literal("false")
	case 'n':
		return nil, p.literal("null")
	}
	return p.number()
}

func (p *parser) nested(read func() (any, error)) (any, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail("nested more than %d levels deep", maxDepth)
	}
	value, err := read()
	p.depth--
	return value, err
}

func (p *parser) literal(word string) error {
	if !strings.HasPrefix(p.text[p.at:], word) {
		return p.fail("expected %s", word)
	}
	p.at += len(word)
	return nil
}

func (p *parser) stringValue() (any, error) {
	text, err := p.string()
	if err != nil {
		return nil, err
	}
	return text, nil
}

func (p *parser) object() (any, error) {
	p.at++
	object := map[string]any{}
	if p.space(); p.peek() == '}' {
		p.at++
		return object, nil
	}
	for {
		if err := p.member(object); err != nil {
			return nil, err
		}
		if done, err := p.closes('}', "object"); done || err != nil {
			return object, err
		}
	}
}

func (p *parser) member(object map[string]any) error {
	name, err := p.name()
	if err != nil {
		return err
	}
	object[name], err = p.value()
	return err
}

// name reads the name of a member, up to its value.
func (p *parser) name() (string, error) {
	if p.space(); p.peek() != '"' {
		return "", p.fail("expected a member name in double quotes, found %s", p.here())
	}
	name, err := p.string()
	if err != nil {
		return "", err
	}
	if p.space(); p.peek() != ':' {
		return "", p.fail("expected ':' after the member name, found %s", p.here())
	}
	p.at++
	p.space()
	return name, nil
}

func (p *parser) array() (any, error) {
	p.at++
	items := []any{}
	if p.space(); p.peek() == ']' {
		p.at++
		return items, nil
	}
	for {
		p.space()
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		items = append(items, value)
		done, err := p.closes(']', "array")
		if err != nil {
			return nil, err
		}
		if done {
			return items, nil
		}
	}
}

// closes steps over a comma (false) or the closing bracket (true).
func (p *parser) closes(bracket byte, what string) (bool, error) {
	p.space()
	switch next := p.peek(); {
	case next == ',':
		p.at++
		return false, nil
	case next == bracket && p.at < len(p.text):
		p.at++
		return true, nil
	}
	return false, p.fail("expected ',' or '%c' in the %s, found %s", bracket, what, p.here())
}
