package vm

import (
	"errors"
	"fmt"
	"strings"

	"github.com/yuin/gopher-lua/parse"
)

// syntaxError adds the place and the line of text to a mistake in a source.
func syntaxError(name, source string, mistake *lexError) *ScriptError {
	hint := mistake.hint
	if hint == "" {
		hint = syntaxHint(source, mistake)
	}
	return &ScriptError{
		Kind:       Syntax,
		Code:       Syntax.String(),
		Message:    mistake.message,
		Hint:       hint,
		File:       name,
		Line:       mistake.line,
		SourceLine: sourceLine(source, mistake.line),
		Incomplete: mistake.unfinished,
	}
}

// sourceLine is one line of a source, counted from 1; empty when there is no such line.
func sourceLine(source string, line int) string {
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

// parseError explains a syntax error that the parser reports near a token.
func (s *scanner) parseError(err error) *lexError {
	var found *parse.Error
	if !errors.As(err, &found) {
		return &lexError{message: fmt.Sprintf("this source cannot be read (%v)", err)}
	}
	if found.Pos.Line == parse.EOF {
		return s.unexpectedEnd()
	}
	mistake := &lexError{line: found.Pos.Line, message: s.plainParseMessage(found), token: found.Token, column: found.Pos.Column}
	mistake.hint = s.parseHint(found)
	return mistake
}

func (s *scanner) unexpectedEnd() *lexError {
	if err := s.unclosed(); err != nil {
		return err
	}
	return &lexError{line: s.lastLine(), at: s.end(), message: "unexpected end of the source", unfinished: true}
}

// end is the last byte of the last token.
func (s *scanner) end() int { return max(s.previous[0].at+len(s.previous[0].text)-1, 0) }

// lastLine is the line of the last token, since blank lines at the end say nothing.
func (s *scanner) lastLine() int { return max(s.previous[0].line, 1) }

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

// untold returns the token of which the parser has no text: a dot, or an empty string. The scanner
// is up to two tokens ahead of the parser.
func (s *scanner) untold() string {
	for _, t := range s.previous {
		if t.text == "." || t.text == `""` || t.text == "''" {
			return t.text
		}
	}
	return s.previous[1].text
}

func (s *scanner) parseHint(found *parse.Error) string {
	line := strings.TrimSpace(sourceLine(s.lexer.src, found.Pos.Line))
	if isKeyword(found.Token) && strings.HasPrefix(line, "local "+found.Token) && found.Token != "function" {
		return fmt.Sprintf("%q is a word of the language and cannot be a name", found.Token)
	}
	return ""
}
