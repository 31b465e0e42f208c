package pattern

import "strings"

// Mark stands in the place of each masked part.
const Mark = "*"

const (
	// longest is the number of bytes of a message that count. Behind them usually stands the
	// data of the failure.
	longest = 400
	// traceback is the first line of a Python exception with its stack.
	traceback = "Traceback (most recent call last)"
)

// Of returns the pattern of an error message: its first line, in which each number, id, time,
// address and quoted sentence is "*". The pattern of an empty message is empty.
func Of(message string) string {
	s := scanner{text: headline(message)}
	s.out.Grow(len(s.text))
	for s.at < len(s.text) {
		s.next()
	}
	return joined(s.out.String())
}

// headline returns the line of a message that says what happened. If it ends with a colon, as in
// Prisma's "Invalid invocation:", the next line with a text belongs to it.
func headline(message string) string {
	message = strings.TrimSpace(message)
	if strings.HasPrefix(message, traceback) {
		message = raised(message)
	}
	line, rest, _ := strings.Cut(message, "\n")
	line = strings.TrimSpace(line)
	if strings.HasSuffix(line, ":") {
		next, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
		line = strings.TrimSpace(line + " " + next)
	}
	if len(line) > longest {
		line = strings.TrimSpace(strings.ToValidUTF8(line[:longest], ""))
	}
	return line
}

// raised returns the part of a Python exception that follows the last of its stacks: the first line
// that is not indented, and all after it.
func raised(message string) string {
	rest := message[strings.LastIndex(message, traceback):]
	for rest != "" {
		if _, rest, _ = strings.Cut(rest, "\n"); rest != "" && rest[0] > ' ' {
			return rest
		}
	}
	return message[strings.LastIndexByte(message, '\n')+1:]
}

// A scanner writes the pattern of a text.
type scanner struct {
	text   string
	at     int
	out    strings.Builder
	before string // the last word, for numbers that are codes
}

// next copies a space or a delimiter, or masks a word or a quoted text.
func (s *scanner) next() {
	c := s.text[s.at]
	switch {
	case c <= ' ':
		s.at++
		s.out.WriteByte(' ')
	case isQuote(c) && s.opens():
		s.quoted(c)
	case isDelimiter(c) || isQuote(c):
		s.at++
		s.out.WriteByte(c)
	default:
		s.word()
	}
}

// opens returns true if the quote begins a quoted text. An apostrophe inside a word does not.
func (s *scanner) opens() bool {
	return s.at == 0 || !isLetter(s.text[s.at-1])
}

// quoted masks a text in quotes: a sentence as a whole, and a word as outside of quotes.
func (s *scanner) quoted(quote byte) {
	rest := s.text[s.at+1:]
	end := closing(rest, quote)
	s.out.WriteByte(quote)
	s.at++
	if end < 0 {
		return
	}
	inner := rest[:end]
	if strings.ContainsAny(inner, " \t") {
		s.out.WriteString(Mark)
	} else {
		s.out.WriteString(masked(inner, s.before))
	}
	s.out.WriteByte(quote)
	s.at += end + 1
	s.before = ""
}

// closing returns the place of the quote that ends a quoted text, or -1. No letter follows it.
func closing(text string, quote byte) int {
	for i := 0; i < len(text); i++ {
		if text[i] == quote && (i+1 == len(text) || !isLetter(text[i+1])) {
			return i
		}
	}
	return -1
}

// word masks the characters up to the next space, delimiter or quote. A comma or an apostrophe
// between letters or digits belongs to the word.
func (s *scanner) word() {
	start, url := s.at, false
	for s.at < len(s.text) {
		c := s.text[s.at]
		if c <= ' ' || (isDelimiter(c) || isQuote(c)) && !s.inside() && !(c == '=' && url) {
			break
		}
		url = url || c == '/' && strings.HasSuffix(s.text[start:s.at], ":/")
		s.at++
	}
	word := s.text[start:s.at]
	bare := withoutEnd(word)
	s.out.WriteString(masked(bare, s.before))
	s.out.WriteString(word[len(bare):])
	s.before = bare
}

// withoutEnd returns a word without the punctuation at its end.
func withoutEnd(word string) string {
	for end := len(word); end > 0; end-- {
		switch word[end-1] {
		case '.', ':', '!', '?':
		default:
			return word[:end]
		}
	}
	return ""
}

// inside returns true for "," in "1,000" and "'" in "can't".
func (s *scanner) inside() bool {
	if s.at == 0 || s.at+1 >= len(s.text) {
		return false
	}
	before, after := s.text[s.at-1], s.text[s.at+1]
	switch s.text[s.at] {
	case ',':
		return isDigit(before) && isDigit(after)
	case '\'':
		return isLetter(before) && isLetter(after)
	}
	return false
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '[', ']', '{', '}', '<', '>', ',', ';', '|', '=':
		return true
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }

// joined returns a pattern with single spaces, and one mark for each run or list of marks.
func joined(text string) string {
	words := strings.Fields(text)
	kept := words[:0]
	for i, word := range words {
		if calendar(word) && (ofTime(around(words, i-1)) || ofTime(around(words, i+1))) {
			word = Mark
		}
		n := len(kept) - 1
		switch {
		case n >= 0 && isMark(word) && isMark(kept[n]):
			kept[n] = word
		case n >= 0 && strings.HasSuffix(kept[n], Mark+",") && strings.HasPrefix(word, Mark):
			kept[n] = strings.TrimSuffix(kept[n], Mark+",") + word
		default:
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

func around(words []string, i int) string {
	if i < 0 || i >= len(words) {
		return ""
	}
	return words[i]
}

// isMark returns true for a mark with or without punctuation, and for a list of marks.
func isMark(word string) bool {
	return strings.Contains(word, Mark) && strings.Trim(word, Mark+".,:;") == ""
}

// ofTime returns true for words that a time may have beside the name of a month or a weekday.
func ofTime(word string) bool { return isMark(word) || calendar(word) }

// calendar returns true for the short names of months and weekdays, as times of many languages have
// them.
func calendar(word string) bool {
	switch strings.TrimRight(word, ".,") {
	case "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
		"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "AM", "PM", "GMT", "UTC":
		return true
	}
	return false
}
