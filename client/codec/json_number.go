package codec

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
)

// maxIntegerDigits bounds the integers that become *big.Int: reading digits
// takes time that grows with their square. A longer integer stays json.Number.
const maxIntegerDigits = 4096

func (p *parser) number() (any, error) {
	start := p.at
	if p.peek() == '-' {
		p.at++
	}
	if err := p.integerPart(); err != nil {
		return nil, err
	}
	isInteger, err := p.fraction()
	if err != nil {
		return nil, err
	}
	text := p.text[start:p.at]
	if isInteger && text != "-0" {
		return integer(text), nil
	}
	return float(text), nil
}

func (p *parser) integerPart() error {
	if p.peek() == '0' {
		p.at++
		if isDigit(p.peek()) {
			return p.fail("a number cannot start with 0")
		}
		return nil
	}
	return p.digits("expected a value, found %s")
}

// fraction steps over the fraction and exponent and reports whether there
// were none.
func (p *parser) fraction() (isInteger bool, err error) {
	isInteger = true
	if p.peek() == '.' {
		isInteger = false
		p.at++
		if err := p.digits("expected a digit after '.', found %s"); err != nil {
			return false, err
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		isInteger = false
		p.at++
		if c := p.peek(); c == '+' || c == '-' {
			p.at++
		}
		return false, p.digits("expected a digit in the exponent, found %s")
	}
	return isInteger, nil
}

func (p *parser) digits(complaint string) error {
	start := p.at
	for isDigit(p.peek()) {
		p.at++
	}
	if p.at == start {
		return p.fail(complaint, p.here())
	}
	return nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// integer converts the text of a JSON integer.
func integer(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if len(text) > maxIntegerDigits {
		return json.Number(text)
	}
	n, _ := new(big.Int).SetString(text, 10)
	return n
}

func float(text string) any {
	f, _ := strconv.ParseFloat(text, 64)
	if math.IsInf(f, 0) {
		return json.Number(text)
	}
	return f
}

// normal returns an integer as int64 or, if it does not fit, as *big.Int.
func normal(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}
