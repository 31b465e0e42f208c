package vm

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/vm/pattern"
)

type patternKey struct {
	source  string
	anchors bool
}

// maxPatterns is how many compiled patterns a state keeps; more than that are no literals of a
// script.
const maxPatterns = 200

// compilePattern compiles a pattern once per state.
func compilePattern(L *lua.LState, source string, anchors bool) *pattern.Pattern {
	v := vmOf(L)
	key := patternKey{source, anchors}
	if p, ok := v.patterns[key]; ok {
		return p
	}
	p, err := pattern.Compile(source, anchors)
	if err != nil {
		L.RaiseError("%s: %s", err.Error(), quoted(source))
	}
	if len(v.patterns) >= maxPatterns {
		clear(v.patterns)
	}
	if len(source) < 1000 {
		v.patterns[key] = p
	}
	return p
}

func newMatcher(L *lua.LState, p *pattern.Pattern, subject string) *pattern.Matcher {
	return pattern.NewMatcher(p, subject, func() { poll(L) })
}

// startOffset is the third argument of find and match as an offset inside the subject or just
// behind it.
func startOffset(L *lua.LState, length int) int {
	start := optInt(L, 3, 1)
	if start < 0 {
		start = length + start + 1
	}
	return min(max(start-1, 0), length)
}

func stringFind(L *lua.LState) int {
	subject, source := checkText(L, 1), checkText(L, 2)
	from := startOffset(L, len(subject))
	if lua.LVAsBool(L.Get(4)) || !strings.ContainsAny(source, "^$*+?.([%-") {
		return pushPlainFind(L, subject, source, from)
	}
	m := newMatcher(L, compilePattern(L, source, true), subject)
	start, end := m.Find(from)
	if start < 0 {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LNumber(start + 1))
	L.Push(lua.LNumber(end))
	return 2 + pushCaptures(L, m, subject)
}

func pushPlainFind(L *lua.LState, subject, text string, from int) int {
	start := strings.Index(subject[from:], text)
	if start < 0 {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LNumber(from + start + 1))
	L.Push(lua.LNumber(from + start + len(text)))
	return 2
}

func stringMatch(L *lua.LState) int {
	subject, source := checkText(L, 1), checkText(L, 2)
	from := startOffset(L, len(subject))
	m := newMatcher(L, compilePattern(L, source, true), subject)
	start, end := m.Find(from)
	if start < 0 {
		L.Push(lua.LNil)
		return 1
	}
	return pushMatch(L, m, subject, start, end)
}

// pushMatch pushes the captures, or the whole match of a pattern that has none.
func pushMatch(L *lua.LState, m *pattern.Matcher, subject string, start, end int) int {
	if len(m.Captures()) == 0 {
		L.Push(lua.LString(subject[start:end]))
		return 1
	}
	return pushCaptures(L, m, subject)
}

func pushCaptures(L *lua.LState, m *pattern.Matcher, subject string) int {
	for _, c := range m.Captures() {
		L.Push(captureValue(c, subject))
	}
	return len(m.Captures())
}

func captureValue(c pattern.Capture, subject string) lua.LValue {
	if c.End == pattern.Position {
		return lua.LNumber(c.Start + 1)
	}
	return lua.LString(subject[c.Start:c.End])
}

// stringGmatch finds matches as the loop asks for them. An empty match is followed by a search
// one byte further.
func stringGmatch(L *lua.LState) int {
	subject := checkText(L, 1)
	p := compilePattern(L, checkText(L, 2), false)
	at := 0
	L.Push(L.NewFunction(func(L *lua.LState) int {
		m := newMatcher(L, p, subject)
		start, end := m.Find(at)
		if start < 0 {
			at = len(subject) + 1
			L.Push(lua.LNil)
			return 1
		}
		at = end
		if end == start {
			at++
		}
		return pushMatch(L, m, subject, start, end)
	}))
	return 1
}
