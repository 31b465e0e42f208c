package bridge

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// mismatch says why a Lua value does not fit. Its path grows from the inside out, so that a value
// that fits pays nothing for it.
type mismatch struct {
	path    []string // innermost first
	message string
	hint    string
	data    bool   // inside JSON data: the whole path belongs to the message
	unknown string // a key that the table does not have
	table   *declare.Table
	missing string // a key that must be given
	beyond  bool   // the type is right, the value out of range
}

func wrong(format string, args ...any) *mismatch {
	return &mismatch{message: fmt.Sprintf(format, args...)}
}

// beyond is the mismatch of a value that is out of range.
func beyond(format string, args ...any) *mismatch {
	m := wrong(format, args...)
	m.beyond = true
	return m
}

// expected is the mismatch of a wrong type.
func expected(what string, got lua.LValue) *mismatch {
	return wrong("%s expected, got %s", what, typeName(got))
}

func (m *mismatch) at(segment string) *mismatch {
	m.path = append(m.path, segment)
	return m
}

// in makes the error of a call: the outermost part of the path is its argument.
func (m *mismatch) in(function, argument string) error {
	e := &declare.ArgumentError{Func: function, Argument: argument, Path: pathText(m.path), Message: m.message, Hint: m.hint, Range: m.beyond}
	switch {
	case m.unknown != "":
		e.Message = m.table.UnknownKey("key", m.unknown)
	case m.missing != "":
		e.Message = fmt.Sprintf("key %q is missing", m.missing)
	case m.data && len(m.path) > 0:
		e.Path, e.Message = "", argument+e.Path+": "+m.message
	}
	return e
}

// inOptions makes the error of a call from a mismatch in its trailing table.
func (m *mismatch) inOptions(function string) error {
	if last := len(m.path) - 1; last >= 0 {
		argument := strings.TrimPrefix(m.path[last], ".")
		m.path = m.path[:last]
		return m.in(function, argument)
	}
	e := &declare.ArgumentError{Func: function, Message: m.message, Hint: m.hint}
	switch {
	case m.unknown != "":
		e.Message = m.table.UnknownKey("option", m.unknown)
		if e.Hint == "" && !strings.Contains(e.Message, "did you mean") {
			e.Hint = "help(" + function + ") lists the options; from a shell: dbos-script doc " + function
		}
	case m.missing != "":
		e.Argument, e.Message = m.missing, "is missing"
	}
	return e
}

// pathText writes a path, with the middle left out when it is long.
func pathText(inner []string) string {
	outer := slices.Clone(inner)
	slices.Reverse(outer)
	if len(outer) > 24 {
		outer = slices.Concat(outer[:8], []string{"…"}, outer[len(outer)-8:])
	}
	return strings.Join(outer, "")
}

func indexSegment(i int) string { return "[" + strconv.Itoa(i) + "]" }

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func keySegment(key string) string {
	if identifier.MatchString(key) {
		return "." + key
	}
	return "[" + strconv.Quote(key) + "]"
}

// quoteKey writes a key of any type for an error.
func quoteKey(key lua.LValue) string {
	switch k := key.(type) {
	case lua.LString:
		return strconv.Quote(string(k))
	case lua.LNumber, lua.LBool:
		return key.String()
	}
	return article(typeName(key))
}

// article returns a word with a or an in front.
func article(word string) string {
	if word != "" && strings.Contains("aeio", word[:1]) {
		return "an " + word
	}
	return "a " + word
}
