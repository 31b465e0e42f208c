package pattern

import "fmt"

// MaxCaptures is how many captures a pattern may have, as in Lua 5.1.
const MaxCaptures = 32

// Error describes a malformed pattern.
type Error string

func (e Error) Error() string { return string(e) }

type kind uint8

const (
	single kind = iota
	openCapture
	positionCapture
	closeCapture
	balance
	frontier
	backReference
	endAnchor
)

// item is one element of a compiled pattern.
type item struct {
	kind   kind
	repeat byte // '*', '+', '-', '?' or 0, of a single
	index  int  // capture number, of captures and back references
	open   byte // the pair of a balance
	close  byte
	set    *set // of a single and a frontier
}

// Pattern is a compiled pattern; it is immutable and may be shared.
type Pattern struct {
	items    []item
	anchored bool
	captures int
}

// Compile parses a pattern. With anchors, a leading '^' ties it to the start of the subject;
// without (gmatch), it is a plain character.
func Compile(source string, anchors bool) (*Pattern, error) {
	c := &compiler{src: source}
	if anchors && len(source) > 0 && source[0] == '^' {
		c.pos, c.out.anchored = 1, true
	}
	for c.pos < len(source) {
		if err := c.item(); err != nil {
			return nil, err
		}
	}
	if len(c.unclosed) > 0 {
		return nil, Error("unfinished capture")
	}
	return &c.out, nil
}

// Anchored returns true if the pattern can match only at the start of the subject.
func (p *Pattern) Anchored() bool { return p.anchored }

// Captures is the number of captures in the pattern.
func (p *Pattern) Captures() int { return p.captures }

type compiler struct {
	src      string
	pos      int
	out      Pattern
	unclosed []int
}

func (c *compiler) item() error {
	switch ch := c.src[c.pos]; {
	case ch == '(':
		return c.openCapture()
	case ch == ')':
		return c.closeCapture()
	case ch == '$' && c.pos == len(c.src)-1:
		c.pos++
		c.add(item{kind: endAnchor})
		return nil
	case ch == '%' && c.pos+1 < len(c.src):
		return c.escape(c.src[c.pos+1])
	}
	return c.single()
}

func (c *compiler) add(it item) { c.out.items = append(c.out.items, it) }

func (c *compiler) openCapture() error {
	if c.out.captures == MaxCaptures {
		return Error(fmt.Sprintf("too many captures (at most %d)", MaxCaptures))
	}
	index := c.out.captures
	c.out.captures++
	c.pos++
	if c.pos < len(c.src) && c.src[c.pos] == ')' {
		c.pos++
		c.add(item{kind: positionCapture, index: index})
		return nil
	}
	c.unclosed = append(c.unclosed, index)
	c.add(item{kind: openCapture, index: index})
	return nil
}

func (c *compiler) closeCapture() error {
	last := len(c.unclosed) - 1
	if last < 0 {
		return Error("invalid pattern capture (a ')' without its '(')")
	}
	c.add(item{kind: closeCapture, index: c.unclosed[last]})
	c.unclosed = c.unclosed[:last]
	c.pos++
	return nil
}

func (c *compiler) escape(ch byte) error {
	switch {
	case ch == 'b':
		return c.balance()
	case ch == 'f':
		return c.frontier()
	case ch >= '0' && ch <= '9':
		return c.backReference(int(ch - '0'))
	}
	return c.single()
}

func (c *compiler) balance() error {
	if c.pos+3 >= len(c.src) {
		return Error("malformed pattern (missing arguments to '%b')")
	}
	c.add(item{kind: balance, open: c.src[c.pos+2], close: c.src[c.pos+3]})
	c.pos += 4
	return nil
}

func (c *compiler) frontier() error {
	c.pos += 2
	if c.pos >= len(c.src) || c.src[c.pos] != '[' {
		return Error("malformed pattern (missing '[' after '%f')")
	}
	set, next, err := parseClass(c.src, c.pos)
	if err != nil {
		return err
	}
	c.pos = next
	c.add(item{kind: frontier, set: set})
	return nil
}

// backReference refers to a capture that is already closed: only that has a text.
func (c *compiler) backReference(n int) error {
	if n == 0 || n > c.out.captures || c.isUnclosed(n-1) {
		return Error(fmt.Sprintf("invalid capture index %%%d", n))
	}
	c.pos += 2
	c.add(item{kind: backReference, index: n - 1})
	return nil
}

func (c *compiler) isUnclosed(index int) bool {
	for _, open := range c.unclosed {
		if open == index {
			return true
		}
	}
	return false
}

func (c *compiler) single() error {
	set, next, err := parseClass(c.src, c.pos)
	if err != nil {
		return err
	}
	it := item{kind: single, set: set}
	if next < len(c.src) && isQuantifier(c.src[next]) {
		it.repeat = c.src[next]
		next++
	}
	c.pos = next
	c.add(it)
	return nil
}

func isQuantifier(ch byte) bool { return ch == '*' || ch == '+' || ch == '-' || ch == '?' }
