package vm

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
	"github.com/dbos-script/dbos-script/runtime/lua/vm/pattern"
)

// replacer is one call of gsub.
type replacer struct {
	L       *lua.LState
	m       *pattern.Matcher
	subject string
	with    lua.LValue
	out     strings.Builder
}

func stringGsub(L *lua.LState) int {
	subject := checkText(L, 1)
	source, with := checkText(L, 2), replacement(L)
	p := compilePattern(L, source, true)
	r := &replacer{L: L, m: newMatcher(L, p, subject), subject: subject, with: with}
	count := r.replace(p.Anchored(), optInt(L, 4, len(subject)+1))
	L.Push(lua.LString(r.out.String()))
	L.Push(lua.LNumber(count))
	return 2
}

func replacement(L *lua.LState) lua.LValue {
	value := L.Get(3)
	if text, ok := toText(value); ok {
		return lua.LString(text)
	}
	if kind := value.Type(); kind != lua.LTTable && kind != lua.LTFunction {
		typeError(L, 3, "string, function or table")
	}
	return value
}

// replace goes over the subject; at each offset a match is replaced, and where none or an empty
// one is found, one byte is kept.
func (r *replacer) replace(anchored bool, limit int) (count int) {
	at := 0
	for count < limit {
		end := r.m.At(at)
		if end >= 0 {
			count++
			r.add(at, end)
		}
		if end > at {
			at = end
		} else if at < len(r.subject) {
			r.out.WriteByte(r.subject[at])
			at++
		} else {
			break
		}
		if anchored {
			break
		}
	}
	if at < len(r.subject) {
		r.write(r.subject[at:])
	}
	return count
}

func (r *replacer) add(start, end int) {
	if text, ok := r.with.(lua.LString); ok {
		r.expand(string(text), start, end)
		return
	}
	value := r.lookUp(start, end)
	if lua.LVIsFalse(value) {
		r.write(r.subject[start:end])
		return
	}
	text, ok := toText(value)
	if !ok {
		r.L.RaiseError("invalid replacement value (%s)%s", article(typeName(r.L, value)), conversion(r.L, value, "string"))
	}
	r.write(text)
}

// lookUp asks the table or the function for the replacement.
func (r *replacer) lookUp(start, end int) lua.LValue {
	if table, ok := r.with.(*lua.LTable); ok {
		return r.L.GetTable(table, r.capture(0, start, end))
	}
	r.L.Push(r.with)
	nargs := pushMatch(r.L, r.m, r.subject, start, end)
	r.L.Call(nargs, 1)
	value := r.L.Get(-1)
	r.L.Pop(1)
	return value
}

// capture is a capture counted from 0; the first is the whole match where the pattern has none.
func (r *replacer) capture(index, start, end int) lua.LValue {
	captures := r.m.Captures()
	switch {
	case index < len(captures):
		return captureValue(captures[index], r.subject)
	case index == 0:
		return lua.LString(r.subject[start:end])
	}
	r.L.RaiseError("invalid capture index %%%d in the replacement", index+1)
	return lua.LNil
}

// expand writes a replacement text with %0 to %9 filled in; any other character after % stands
// for itself.
func (r *replacer) expand(text string, start, end int) {
	for {
		plain, rest, found := strings.Cut(text, "%")
		r.write(plain)
		if !found {
			return
		}
		if rest == "" {
			r.L.RaiseError("invalid use of '%%' at the end of the replacement: write %%%% for one")
		}
		switch c := rest[0]; {
		case c == '0':
			r.write(r.subject[start:end])
		case syntax.IsDigit(c):
			piece, _ := toText(r.capture(int(c-'1'), start, end))
			r.write(piece)
		default:
			r.write(rest[:1])
		}
		text = rest[1:]
	}
}

func (r *replacer) write(text string) {
	extend(r.L, &r.out, text)
}
