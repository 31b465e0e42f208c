package vm

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// syntaxError gives a mistake in a source its place and its line of text.
func syntaxError(name, source string, mistake *lexError) *ScriptError {
	return &ScriptError{
		Kind:       Syntax,
		Code:       Syntax.String(),
		Message:    mistake.message,
		Hint:       mistake.hint,
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

// parseError says in plain words what the parser reports as a syntax error near a token.
func (s *scanner) parseError(err error) *lexError {
	var found *parse.Error
	if !errors.As(err, &found) {
		return &lexError{message: fmt.Sprintf("this source cannot be read (%v)", err)}
	}
	if found.Pos.Line == parse.EOF {
		return s.unexpectedEnd()
	}
	mistake := &lexError{line: found.Pos.Line, message: plainParseMessage(found)}
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

func plainParseMessage(found *parse.Error) string {
	if strings.HasPrefix(found.Message, "ambiguous syntax") {
		return `ambiguous: "(" on a new line calls what stands before it; write ";" between the two`
	}
	token := found.Token
	if len(token) > 40 {
		token = token[:40] + "…"
	}
	return fmt.Sprintf("unexpected %q", token)
}

func (s *scanner) parseHint(found *parse.Error) string {
	line := strings.TrimSpace(sourceLine(s.lexer.src, found.Pos.Line))
	first, _, _ := strings.Cut(line, " ")
	switch {
	case found.Token == "=" && (first == "if" || first == "elseif" || first == "while"):
		return `"equal" is written ==`
	case found.Token == "continue" || strings.HasPrefix(line, "continue"):
		return "Lua 5.1 has no continue: write goto continue, and ::continue:: at the end of the loop"
	case isKeyword(found.Token) && strings.HasPrefix(line, "local "+found.Token):
		return fmt.Sprintf("%q is a word of the language and cannot be a name", found.Token)
	}
	return ""
}

// compileError gives the compiler's limits a line: it reports them at the start of the function, which for a whole file is line 0.
func (w *lowering) compileError(err error) *lexError {
	var found *lua.CompileError
	if !errors.As(err, &found) {
		return &lexError{message: err.Error()}
	}
	if !strings.Contains(found.Message, "register") && !strings.Contains(found.Message, "too many local") {
		return plainCompileError(found)
	}
	return w.tooWide(found.Line)
}

// gotoMessage is what the compiler says about a goto, with the line only here.
var gotoMessage = regexp.MustCompile(`^(.*?) ?(?:for <goto>|<goto .*>) at line (\d+)(.*)$`)

func plainCompileError(found *lua.CompileError) *lexError {
	switch {
	case found.Message == "no loop to break":
		return &lexError{line: found.Line, message: `"break" outside of a loop`}
	case strings.HasPrefix(found.Message, "cannot use '...'"):
		return &lexError{line: found.Line, message: `"..." outside of a function that takes it`}
	}
	if m := gotoMessage.FindStringSubmatch(found.Message); m != nil {
		line, _ := strconv.Atoi(m[2])
		return &lexError{line: line, message: "this goto is not possible: " + strings.TrimSpace(m[1]+m[3])}
	}
	return &lexError{line: found.Line, message: found.Message}
}

// tooWide finds the spot that needs the most registers in the functions that begin on a line.
func (w *lowering) tooWide(line int) *lexError {
	var widest spot
	for _, f := range w.functions {
		if f.line == line && f.widest.locals+f.widest.values > widest.locals+widest.values {
			widest = f.widest
		}
	}
	if widest.values > widest.locals {
		return &lexError{line: widest.line, message: fmt.Sprintf("too many values at once: %d here, and a function holds about %d with its local variables", widest.values, maxRegisters), hint: "pass a table"}
	}
	return &lexError{line: widest.line, message: fmt.Sprintf("too many local variables: %d here, and a function holds at most %d", widest.locals, maxRegisters), hint: "put some into a table, or parts of the function into functions"}
}
