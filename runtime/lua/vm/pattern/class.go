package pattern

// set is a set of bytes, one bit each: testing a byte costs the same for every class.
type set [4]uint64

func (s *set) has(b byte) bool { return s[b>>6]&(1<<(b&63)) != 0 }
func (s *set) add(b byte)      { s[b>>6] |= 1 << (b & 63) }

func (s *set) addRange(lo, hi byte) {
	for b := int(lo); b <= int(hi); b++ {
		s.add(byte(b))
	}
}

func (s *set) addAll(other *set) {
	for i := range s {
		s[i] |= other[i]
	}
}

func (s *set) invert() {
	for i := range s {
		s[i] = ^s[i]
	}
}

// parseClass reads one single-character class at pos: a character, '.', '%x' or '[set]'. It
// returns the position after it.
func parseClass(src string, pos int) (*set, int, error) {
	var s set
	switch src[pos] {
	case '.':
		s.invert()
		return &s, pos + 1, nil
	case '[':
		return parseSet(src, pos+1)
	case '%':
		if pos+1 == len(src) {
			return nil, 0, Error("malformed pattern (ends with '%')")
		}
		s = *letterClass(src[pos+1])
		return &s, pos + 2, nil
	}
	s.add(src[pos])
	return &s, pos + 1, nil
}

// parseSet reads the inside of '[…]'; a ']' that stands first is a member.
func parseSet(src string, pos int) (*set, int, error) {
	var s set
	negated := pos < len(src) && src[pos] == '^'
	if negated {
		pos++
	}
	for first := true; ; first = false {
		if pos >= len(src) {
			return nil, 0, Error("malformed pattern (missing ']')")
		}
		if src[pos] == ']' && !first {
			break
		}
		next, ok := s.addMember(src, pos)
		if !ok {
			return nil, 0, Error("malformed pattern (missing ']')")
		}
		pos = next
	}
	if negated {
		s.invert()
	}
	return &s, pos + 1, nil
}

// addMember adds the member at pos, a class, a range or a character, and returns the position
// after it.
func (s *set) addMember(src string, pos int) (int, bool) {
	if src[pos] == '%' {
		if pos+1 >= len(src) {
			return 0, false
		}
		s.addAll(letterClass(src[pos+1]))
		return pos + 2, true
	}
	if pos+2 < len(src) && src[pos+1] == '-' && src[pos+2] != ']' {
		s.addRange(src[pos], src[pos+2])
		return pos + 3, true
	}
	s.add(src[pos])
	return pos + 1, true
}

// letterClass returns the class of '%x'. A capital is the complement. Other characters stand for
// themselves.
func letterClass(letter byte) *set {
	var s set
	test, known := classTest(letter | 0x20)
	if !known || !isLetter(letter) {
		s.add(letter)
		return &s
	}
	for b := 0; b < 256; b++ {
		if test(byte(b)) {
			s.add(byte(b))
		}
	}
	if letter < 'a' {
		s.invert()
	}
	return &s
}

func classTest(letter byte) (func(byte) bool, bool) {
	switch letter {
	case 'a':
		return isLetter, true
	case 'c':
		return isControl, true
	case 'd':
		return isDigit, true
	case 'g':
		return func(b byte) bool { return b > ' ' && b < 0x7f }, true
	case 'l':
		return func(b byte) bool { return b >= 'a' && b <= 'z' }, true
	case 'p':
		return isPunctuation, true
	case 's':
		return func(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }, true
	case 'u':
		return func(b byte) bool { return b >= 'A' && b <= 'Z' }, true
	case 'w':
		return func(b byte) bool { return isLetter(b) || isDigit(b) }, true
	case 'x':
		return func(b byte) bool { return isDigit(b) || b|0x20 >= 'a' && b|0x20 <= 'f' }, true
	case 'z':
		return func(b byte) bool { return b == 0 }, true
	}
	return nil, false
}

func isLetter(b byte) bool  { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isDigit(b byte) bool   { return b >= '0' && b <= '9' }
func isControl(b byte) bool { return b < ' ' || b == 0x7f }

func isPunctuation(b byte) bool {
	return b > ' ' && b < 0x7f && !isLetter(b) && !isDigit(b)
}
