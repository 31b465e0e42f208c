package puc

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// callsPerChunk is how many calls one program makes.
const callsPerChunk = 100

// Calls returns random calls of the library, each the text of a Lua expression.
func Calls(seed, first, count uint64) []string {
	calls := make([]string, count)
	for i := range calls {
		g := &caller{rand.New(rand.NewPCG(seed^0x5eed, first+uint64(i)))}
		calls[i] = g.call()
	}
	return calls
}

// callDifference is a call whose results differ.
type callDifference struct {
	*Difference
	index int
}

// compareCalls runs the calls as one program, each protected. If anything differs there, each call
// is a program of its own: one that ends by a limit says nothing about the others. It returns how
// many calls say nothing, too.
func (j *Judge) compareCalls(calls []string) (found []callDifference, skipped int, err error) {
	source := chunk(calls)
	want, err := j.reference.Run(source)
	if err != nil {
		return nil, 0, err
	}
	if want.End == Finished && sameCalls(calls, j.ours.Run(source), want) {
		return nil, 0, nil
	}
	for i, call := range calls {
		d, judged, err := j.compareCall(call)
		if err != nil {
			return nil, 0, err
		}
		if !judged {
			skipped++
		}
		if d != nil {
			found = append(found, callDifference{d, i})
		}
	}
	return found, skipped, nil
}

// compareCall compares one call. It is not judged if it reaches the limits of lua5.1.
func (j *Judge) compareCall(call string) (d *Difference, judged bool, err error) {
	source := chunk([]string{call})
	want, err := j.reference.Run(source)
	if err != nil || want.End != Finished {
		return nil, false, err
	}
	got := j.ours.Run(source)
	if sameCalls([]string{call}, got, want) {
		return nil, true, nil
	}
	return &Difference{Source: call + "\n", Ours: got, Reference: want}, true, nil
}

// sameCalls compares the output of each call.
func sameCalls(calls []string, got, want Outcome) bool {
	ours, theirs := strings.Split(got.text(), mark), strings.Split(want.text(), mark)
	if len(ours) != len(theirs) || len(theirs) != len(calls)+1 || got.End != want.End {
		return false
	}
	for i, call := range calls {
		if !sameResult(ours[i], theirs[i]) && !nearby(call, ours[i], theirs[i]) {
			return false
		}
	}
	return true
}

// mark ends the output of a call.
const mark = "=== next\n"

func chunk(calls []string) string {
	var b strings.Builder
	for _, call := range calls {
		fmt.Fprintf(&b, "out(pcall(function() return counted(%s) end)) print('=== next')\n", call)
	}
	return b.String()
}

// caller writes one random call.
type caller struct{ *rand.Rand }

func (g *caller) one(choices ...string) string { return choices[g.IntN(len(choices))] }

func (g *caller) call() string {
	writers := []func() string{
		g.format, g.format, g.format, g.match, g.match, g.gsub, g.gmatch, g.plain, g.plain, g.tables, g.tables, g.sorting,
		g.numbers, g.numbers, g.tonumber, g.tostring, g.values, g.coroutines,
	}
	return writers[g.IntN(len(writers))]()
}

func (g *caller) number() string {
	return g.one("0", "1", "2", "3", "-1", "-2", "10", "0.5", "-0.5", "1.5", "2.999", "255", "65", "1e3", "12345.678", "-7", "1e10",
		"123456789", "0.1", "1/3", "1e-5", "1e13", "1e16", "1e100", "2^31", "-2^31", "2^60", "'12'", "' 7 '", "'0x10'", fmt.Sprint(g.IntN(300)-100))
}

func (g *caller) text() string {
	return g.one(`"hello world"`, `""`, `"abc"`, `"a,b,,c"`, `"(nested (parens) here)"`, `"key = value"`, `"  trim me  "`, `"x1y22z333"`,
		`"%d%%"`, `"line one\nline two\r\n"`, `"THE (quick) fox"`, `"[[x]]"`, `"aaa"`, `"été"`, `"a.b-c+d*e?f"`, `"12"`, "5",
		`"foo_bar.baz"`, `"\"quoted\\\""`, `"a\0b\0\0c"`, `("ab"):rep(40)`)
}

func (g *caller) index() string {
	return g.one("1", "2", "3", "0", "-1", "-2", "-100", "100", "5", "nil", "1.5", "'2'", "-3")
}

// wrong is an argument of the wrong type, now and then.
func (g *caller) or(text string) string {
	if g.IntN(25) == 0 {
		return g.one("nil", "true", "{}", "print", "'x'", "12")
	}
	return text
}

func (g *caller) args(texts ...string) string {
	if g.IntN(30) == 0 {
		texts = texts[:g.IntN(len(texts)+1)]
	}
	return strings.Join(texts, ", ")
}

func (g *caller) list() string {
	return g.one("{}", "{1, 2, 3}", "{'a', 'b', 'c', 'd'}", "{5, 3, 8, 1, 9, 2}", "{1.5, 'x', 2}", "{n = 1, 1}", "{'only'}", "{10, 20, nil, 40}",
		"{'b', 'a', 'c', 'a'}", "{1, {}, 3}")
}

func (g *caller) format() string {
	var f strings.Builder
	var args []string
	for range 1 + g.IntN(3) {
		f.WriteString(g.one("", "", "x", "%%", " "))
		directive := "%" + g.one("", "", "", "-", "+", " ", "#", "0", "-0", "+0", " +", "#0") +
			g.one("", "", "", "1", "5", "10", "20") + g.one("", "", "", ".", ".0", ".1", ".3", ".10")
		verb := g.one("d", "i", "u", "c", "x", "X", "o", "e", "E", "f", "g", "G", "q", "s", "s", "d", "f")
		switch verb {
		case "q":
			directive = "%"
			args = append(args, g.or(g.text()))
		case "s":
			args = append(args, g.one(visibleZeros(g.text()), visibleZeros(g.text()), g.number()))
		case "c":
			directive = "%" + g.one("", "", "5", "-5")
			args = append(args, g.or(g.one("65", "97", "48", "10")))
		case "u", "x", "X", "o":
			args = append(args, g.or(g.one("0", "1", "255", "4096", "123456789", "3.7", "'31'")))
		case "d", "i":
			args = append(args, g.or(g.one("0", "1", "-1", "255", "-4096", "123456789", "3.7", "-3.7", "'31'", "2^31", "2^52")))
		default:
			args = append(args, g.or(g.number()))
		}
		f.WriteString(directive + verb)
	}
	if g.IntN(40) == 0 {
		f.WriteString(g.one("%", "%y", "%10", "%.", "%123d", "%.123f", "%-+ #0-d"))
	}
	return fmt.Sprintf("string.format(%s)", g.args(append([]string{fmt.Sprintf("%q", f.String())}, args...)...))
}

// visibleZeros replaces zero bytes, at which Lua 5.1 cuts a text that a directive with a width has.
func visibleZeros(text string) string { return strings.ReplaceAll(text, `\0`, ".") }

// pattern writes a pattern; a few are malformed.
func (g *caller) pattern() string {
	var p strings.Builder
	p.WriteString(g.one("", "", "", "^"))
	open := 0
	for range 1 + g.IntN(4) {
		switch g.IntN(12) {
		case 0:
			if open < 2 {
				p.WriteString("(")
				open++
			}
		case 1:
			if open > 0 {
				p.WriteString(")")
				open--
			}
		case 2:
			p.WriteString(g.one("()", "%b()", "%b[]", "%f[%w]", "%f[%W]", "%1", "%f[a-c]", "%f[^%s]"))
		default:
			p.WriteString(g.one("a", "b", ".", "%a", "%d", "%s", "%w", "%p", "%l", "%u", "%x", "%c", "%S", "%W", "%D", "%A", "%z", "[abc]", "[^abc]",
				"[%w_]", "[a-z]", "[]]", "[^]]", "[%-x]", "[a-]", "%.", "%%", "x", "=", " ", ",", "é", "%("))
			p.WriteString(g.one("", "", "", "+", "*", "-", "?"))
		}
	}
	for ; open > 0; open-- {
		p.WriteString(")")
	}
	p.WriteString(g.one("", "", "", "$"))
	if g.IntN(40) == 0 {
		p.WriteString(g.one("[", "%", "(", "[a", "%f", "%b", "%bx", ")", "[%", "%2", "[^"))
	}
	return luaQuote(p.String())
}

func (g *caller) match() string {
	name := g.one("find", "match", "match")
	return fmt.Sprintf("string.%s(%s)", name, g.args(g.or(g.text()), g.or(g.pattern()), g.or(g.index()), g.one("nil", "nil", "false", "true")))
}

func (g *caller) gsub() string {
	replacement := g.one(`"<%0>"`, `"%1"`, `"x"`, `""`, `"%%"`, `"%1%0"`, "{a = 1, b = 'B', hello = false}", "string.upper", "function() end",
		"function(...) return select('#', ...) end", "function() return {} end", `"%2"`, "12", "function(x) return x end", `"%x"`)
	return fmt.Sprintf("string.gsub(%s)", g.args(g.or(g.text()), g.or(g.pattern()), g.or(replacement), g.one("nil", "nil", "0", "1", "2", "-1")))
}

func (g *caller) gmatch() string {
	return fmt.Sprintf("(function() local r = {} for a, b in string.gmatch(%s) do r[#r + 1] = a r[#r + 1] = tostring(b) if #r > 60 then break end end return r end)()",
		g.args(g.or(g.text()), g.or(g.pattern())))
}

// luaQuote writes a string literal of Lua with decimal escapes.
func luaQuote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 32 || c > 126:
			fmt.Fprintf(&b, "\\%03d", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + `"`
}
