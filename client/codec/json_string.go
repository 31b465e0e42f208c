package codec

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// string reads a string at its opening quote. One without escapes is a part of the text and costs
// no memory.
func (p *parser) string() (string, error) {
	start := p.at + 1
	size, ascii := plainPrefix(p.text[start:])
	p.at = start + size
	switch c := p.peek(); {
	case p.at == len(p.text):
		return "", p.fail("the string has no end")
	case c == '"':
		p.at++
		return validText(p.text[start:p.at-1], ascii), nil
	case c == '\\':
		return p.escapedString(start, p.at)
	default:
		return "", p.fail("control character %q inside a string", c)
	}
}

// validText returns text with U+FFFD for every byte that is not UTF-8.
func validText(text string, ascii bool) string {
	if ascii || utf8.ValidString(text) {
		return text
	}
	return string([]rune(text))
}

// escapedString goes on from the first backslash of the string that begins at
// start.
func (p *parser) escapedString(start, backslash int) (string, error) {
	var b strings.Builder
	b.WriteString(p.text[start:backslash])
	p.at = backslash
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return validText(b.String(), false), nil
		case c == '\\':
			if err := p.escape(&b); err != nil {
				return "", err
			}
		case c < ' ':
			return "", p.fail("control character %q inside a string", c)
		default:
			p.plainRun(&b)
		}
	}
	return "", p.fail("the string has no end")
}

func (p *parser) plainRun(b *strings.Builder) {
	start := p.at
	size, _ := plainPrefix(p.text[start:])
	p.at += size
	b.WriteString(p.text[start:p.at])
}

func (p *parser) escape(b *strings.Builder) error {
	p.at++
	c := p.peek()
	if c == 'u' {
		return p.unicodeEscape(b)
	}
	plain := strings.IndexByte(`"\/bfnrt`, c)
	if plain < 0 || c == 0 {
		return p.fail("invalid escape \\%s in a string", strings.Trim(p.here(), "'"))
	}
	b.WriteByte("\"\\/\b\f\n\r\t"[plain])
	p.at++
	return nil
}

func (p *parser) unicodeEscape(b *strings.Builder) error {
	r, ok := p.hexRune(p.at)
	if !ok {
		return p.fail("expected four hexadecimal digits after \\u")
	}
	p.at += 5
	if utf16.IsSurrogate(r) {
		r = p.surrogatePair(r)
	}
	b.WriteRune(r)
	return nil
}

// surrogatePair joins high with the escape that follows; a lone surrogate is
// U+FFFD, because no UTF-8 text can hold it.
func (p *parser) surrogatePair(high rune) rune {
	if p.peek() != '\\' {
		return utf8.RuneError
	}
	low, ok := p.hexRune(p.at + 1)
	if !ok {
		return utf8.RuneError
	}
	pair := utf16.DecodeRune(high, low)
	if pair != utf8.RuneError {
		p.at += 6
	}
	return pair
}

// hexRune reads uXXXX at position at.
func (p *parser) hexRune(at int) (rune, bool) {
	if at+5 > len(p.text) || p.text[at] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[at+1:at+5], 16, 32)
	return rune(n), err == nil
}
