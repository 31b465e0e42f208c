package pattern

import "strings"

// pollEvery is how many character tests pass between two polls: some ten microseconds.
const pollEvery = 4096

// Capture is a piece of the subject. End is Position for a position capture, whose Start is the
// offset counted from 0.
type Capture struct{ Start, End int }

// Position marks a capture that holds a place and no text.
const Position = -1

// Matcher is one subject being matched. It is not safe for use by several goroutines.
type Matcher struct {
	pattern  *Pattern
	subject  string
	poll     func()
	steps    int
	captures [MaxCaptures]Capture
	choices  []choice
}

// choice is a repetition that can be retried with one character less (or, if lazy, one more).
type choice struct {
	item, start, count int
}

// NewMatcher prepares to match a subject. poll is called every few thousand steps and may panic
// to end the match.
func NewMatcher(p *Pattern, subject string, poll func()) *Matcher {
	return &Matcher{pattern: p, subject: subject, poll: poll}
}

// Find returns the first match at or after offset from, or start -1 when there is none.
func (m *Matcher) Find(from int) (start, end int) {
	for at := from; at <= len(m.subject); at++ {
		if end := m.At(at); end >= 0 {
			return at, end
		}
		if m.pattern.anchored {
			break
		}
	}
	return -1, -1
}

// Captures returns the captures of the last match; the slice is overwritten by the next one.
func (m *Matcher) Captures() []Capture { return m.captures[:m.pattern.captures] }

// At matches at one offset and returns where the match ends, or -1.
func (m *Matcher) At(offset int) int {
	m.tick(1)
	m.choices = m.choices[:0]
	at, index := offset, 0
	for index < len(m.pattern.items) {
		next := m.item(index, at)
		if next >= 0 {
			at, index = next, index+1
			continue
		}
		if at, index = m.retry(); at < 0 {
			return -1
		}
	}
	return at
}

// item matches one item at an offset and returns the offset after it, or -1.
func (m *Matcher) item(index, at int) int {
	it := &m.pattern.items[index]
	switch it.kind {
	case single:
		return m.single(index, it, at)
	case openCapture:
		m.captures[it.index].Start = at
	case closeCapture:
		m.captures[it.index].End = at
	case positionCapture:
		m.captures[it.index] = Capture{Start: at, End: Position}
	case balance:
		return m.balance(it, at)
	case frontier:
		return m.frontier(it, at)
	case backReference:
		return m.backReference(it, at)
	case endAnchor:
		if at != len(m.subject) {
			return -1
		}
	}
	return at
}

func (m *Matcher) single(index int, it *item, at int) int {
	switch it.repeat {
	case '*', '+', '?':
		return m.greedy(index, it, at)
	case '-':
		m.choices = append(m.choices, choice{item: index, start: at})
		return at
	}
	m.tick(1)
	if at < len(m.subject) && it.set.has(m.subject[at]) {
		return at + 1
	}
	return -1
}

func (m *Matcher) greedy(index int, it *item, at int) int {
	most := len(m.subject) - at
	if it.repeat == '?' && most > 1 {
		most = 1
	}
	count := 0
	for count < most && it.set.has(m.subject[at+count]) {
		count++
	}
	m.tick(count + 1)
	least := 0
	if it.repeat == '+' {
		least = 1
	}
	if count < least {
		return -1
	}
	if count > least {
		m.choices = append(m.choices, choice{item: index, start: at, count: count})
	}
	return at + count
}

// retry takes the newest choice another way. It returns the offset and the item to go on with, or
// -1 when no choice is left.
func (m *Matcher) retry() (at, index int) {
	for len(m.choices) > 0 {
		c := &m.choices[len(m.choices)-1]
		it := &m.pattern.items[c.item]
		m.tick(1)
		if it.repeat == '-' {
			if at := c.start + c.count; at < len(m.subject) && it.set.has(m.subject[at]) {
				c.count++
				return at + 1, c.item + 1
			}
			m.choices = m.choices[:len(m.choices)-1]
			continue
		}
		return m.shrink(c, it)
	}
	return -1, 0
}

// shrink takes one character away from a greedy repetition, and drops the choice if none is left.
func (m *Matcher) shrink(c *choice, it *item) (at, index int) {
	c.count--
	at, index = c.start+c.count, c.item+1
	if c.count == 0 || it.repeat == '+' && c.count == 1 {
		m.choices = m.choices[:len(m.choices)-1]
	}
	return at, index
}

func (m *Matcher) balance(it *item, at int) int {
	if at >= len(m.subject) || m.subject[at] != it.open {
		return -1
	}
	depth := 1
	for i := at + 1; i < len(m.subject); i++ {
		switch m.subject[i] {
		case it.close:
			if depth--; depth == 0 {
				m.tick(i - at)
				return i + 1
			}
		case it.open:
			depth++
		}
	}
	m.tick(len(m.subject) - at)
	return -1
}

// frontier holds between a byte outside the set and one inside; both ends of the subject count as
// a zero byte.
func (m *Matcher) frontier(it *item, at int) int {
	var before, after byte
	if at > 0 {
		before = m.subject[at-1]
	}
	if at < len(m.subject) {
		after = m.subject[at]
	}
	m.tick(1)
	if !it.set.has(before) && it.set.has(after) {
		return at
	}
	return -1
}

func (m *Matcher) backReference(it *item, at int) int {
	c := m.captures[it.index]
	if c.End == Position {
		return -1
	}
	text := m.subject[c.Start:c.End]
	m.tick(len(text) + 1)
	if strings.HasPrefix(m.subject[at:], text) {
		return at + len(text)
	}
	return -1
}

func (m *Matcher) tick(n int) {
	if m.steps += n; m.steps >= pollEvery {
		m.steps = 0
		m.poll()
	}
}
