package repl

import (
	"regexp"
	"strings"
)

// A token is a word of a text that need not be finished Lua.
type token struct {
	kind tokenKind
	text string // of a string, the text between its quotes
	open bool   // a string or comment that the end of the text cuts off

	from, to int // where it stands in the text
}

type tokenKind int

const (
	symbolToken tokenKind = iota
	nameToken
	numberToken
	stringToken
	longToken // a long string or a comment, in which nothing is completed
)

var (
	blanks    = regexp.MustCompile(`^\s+`)
	name      = regexp.MustCompile(`^[A-Za-z_]\w*`)
	number    = regexp.MustCompile(`^\.?\d[\w.]*`)
	symbol    = regexp.MustCompile(`^(?:\.\.\.|\.\.|==|~=|<=|>=|::|(?s:.))`)
	longBegin = regexp.MustCompile(`^(--)?\[(=*)\[`)
)

// tokens reads a text up to its end.
func tokens(text string) []token {
	var list []token
	for at := 0; at < len(text); {
		if space := blanks.FindString(text[at:]); space != "" {
			at += len(space)
			continue
		}
		t, length := next(text[at:])
		t.from, t.to = at, at+length
		list, at = append(list, t), t.to
	}
	return list
}

// next reads the token that a text begins with.
func next(text string) (t token, length int) {
	if begin := longBegin.FindStringSubmatch(text); begin != nil {
		return until(text, longToken, len(begin[0]), "]"+begin[2]+"]")
	}
	switch {
	case strings.HasPrefix(text, "--"):
		return until(text, longToken, 2, "\n")
	case text[0] == '"' || text[0] == '\'':
		return short(text)
	}
	kind, found := nameToken, name.FindString(text)
	if found == "" {
		kind, found = numberToken, number.FindString(text)
	}
	if found == "" {
		kind, found = symbolToken, symbol.FindString(text)
	}
	return token{kind: kind, text: found}, len(found)
}

// until reads to an end mark, which is no part of the token's text.
func until(text string, kind tokenKind, from int, end string) (t token, length int) {
	inside, _, closed := strings.Cut(text[from:], end)
	length = from + len(inside)
	if closed {
		length += len(end)
	}
	return token{kind: kind, text: inside, open: !closed}, length
}

// short reads a quoted string. A quote after a backslash does not end it.
func short(text string) (t token, length int) {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[0]:
			return token{kind: stringToken, text: text[1:i]}, i + 1
		}
	}
	return token{kind: stringToken, text: text[1:], open: true}, len(text)
}
