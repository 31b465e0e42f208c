package syntax

import (
	"errors"
	"fmt"
	"strings"

	"github.com/yuin/gopher-lua/parse"
)

// A Mistake is a reason why a source is not Lua.
type Mistake struct {
	Line       int    // counted from 1; 0 if it is the source as a whole
	Column     int    // in characters, counted from 1; 0 if it is not known. Set by Read.
	At         int    // where in the source, in bytes; 0 if only the line is known
	Message    string // the problem
	Hint       string // the repair; may be empty
	SourceLine string // the text of the line; may be empty
	Unfinished bool   // more text could mend it

	token  string // that was not expected, as the parser names it
	column int    // where the parser found it, in its own count; near enough to tell two tokens apart
}

// Error returns the line and the message.
func (m *Mistake) Error() string { return fmt.Sprintf("%d: %s", m.Line, m.Message) }

// In adds the line of the source, and a hint if the words around the mistake show the intention.
func (m *Mistake) In(source string) *Mistake {
	if m.Hint == "" {
		m.Hint = syntaxHint(source, m)
	}
	m.SourceLine = SourceLine(source, m.Line)
	return m
}

// SourceLine returns a line of a source, counted from 1; empty if there is no such line.
func SourceLine(source string, line int) string {
	source = strings.TrimPrefix(source, "\ufeff")
	for ; line > 1; line-- {
		_, rest, found := strings.Cut(source, "\n")
		if !found {
			return ""
		}
		source = rest
	}
	if line < 1 {
		return ""
	}
	text, _, _ := strings.Cut(source, "\n")
	return strings.TrimRight(text, "\r")
}

// parseError returns the parser's syntax error near a token in plain words.
func (s *scanner) parseError(err error) *Mistake {
	var found *parse.Error
	if !errors.As(err, &found) {
		return &Mistake{Message: fmt.Sprintf("this source cannot be read (%v)", err)}
	}
	if found.Pos.Line == parse.EOF {
		return s.unexpectedEnd()
	}
	mistake := &Mistake{Line: found.Pos.Line, Message: s.plainParseMessage(found), token: found.Token, column: found.Pos.Column}
	mistake.Hint = s.parseHint(found)
	return mistake
}

func (s *scanner) unexpectedEnd() *Mistake {
	if err := s.unclosed(); err != nil {
		return err
	}
	return &Mistake{Line: s.lastLine(), At: s.end(), Message: "unexpected end of the source", Unfinished: true}
}

// end is the last byte of the last token.
func (s *scanner) end() int { return max(s.previous[0].At+len(s.previous[0].Text)-1, 0) }

// lastLine is the line of the last token, since blank lines at the end say nothing.
func (s *scanner) lastLine() int { return max(s.previous[0].Line, 1) }

func (s *scanner) plainParseMessage(found *parse.Error) string {
	if strings.HasPrefix(found.Message, "ambiguous syntax") {
		return `ambiguous: "(" on a new line calls what stands before it; write ";" between the two`
	}
	token := found.Token
	if token == "" {
		token = s.untold()
	}
	if len(token) > 40 {
		token = token[:40] + "…"
	}
	return fmt.Sprintf("unexpected %q", token)
}

// untold returns a token for which the parser has no text: a dot, or an empty string. The scanner
// is up to two tokens ahead of the parser.
func (s *scanner) untold() string {
	for _, t := range s.previous {
		if t.Text == "." || t.Text == `""` || t.Text == "''" {
			return t.Text
		}
	}
	return s.previous[1].Text
}

func (s *scanner) parseHint(found *parse.Error) string {
	line := strings.TrimSpace(SourceLine(s.lexer.src, found.Pos.Line))
	if IsKeyword(found.Token) && strings.HasPrefix(line, "local "+found.Token) && found.Token != "function" {
		return fmt.Sprintf("%q is a word of the language and cannot be a name", found.Token)
	}
	return ""
}
