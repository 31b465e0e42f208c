package vm

import (
	"fmt"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
	"pgregory.net/rapid"
)

// program draws a small program without errors: locals, assignments of several values, blocks, closures, calls,
// tables and long concatenations.
type program struct {
	t     *rapid.T
	depth int
}

func (p *program) pick(choices ...string) string {
	return rapid.SampledFrom(choices).Draw(p.t, "choice")
}

func (p *program) name() string { return p.pick("a", "b", "c") }

func (p *program) expression() string {
	if p.depth++; p.depth > 4 {
		p.depth--
		return p.pick("a", "b", "c", "'x'", "1", "2.5", "''")
	}
	defer func() { p.depth-- }()
	switch p.pick("name", "concat", "concat", "call", "two", "table", "closure", "choice", "method", "sum") {
	case "concat":
		return p.expression() + " .. " + p.expression()
	case "call":
		return "id(" + p.expression() + ")"
	case "two":
		return "(two(" + p.expression() + "))"
	case "table":
		return fmt.Sprintf("show({%s, k = %s, two(%s)})", p.expression(), p.expression(), p.expression())
	case "closure":
		return fmt.Sprintf("(function(...) local d = ... return d .. %s end)(%s)", p.expression(), p.expression())
	case "choice":
		return fmt.Sprintf("(%s == %s and %s or %s)", p.expression(), p.expression(), p.expression(), p.expression())
	case "method":
		return "('m'):rep(2, " + p.expression() + ")"
	case "sum":
		return "(#(" + p.expression() + " .. '') + 1)"
	}
	return p.name()
}

func (p *program) statement() string {
	if p.depth++; p.depth > 4 {
		p.depth--
		return p.name() + " = " + p.expression()
	}
	defer func() { p.depth-- }()
	switch p.pick("assign", "swap", "local", "if", "for", "function", "while", "field") {
	case "swap":
		return fmt.Sprintf("a, b = %s, two(%s)", p.expression(), p.expression())
	case "local":
		return fmt.Sprintf("local %s, e = %s", p.name(), p.expression())
	case "if":
		return fmt.Sprintf("if %s == %s then %s else %s end", p.expression(), p.expression(), p.block(), p.block())
	case "for":
		return fmt.Sprintf("for c = 1, 2 do %s end", p.block())
	case "function":
		return fmt.Sprintf("local function g(d, e) %s return d .. e end c = g(%s, 1)", p.block(), p.expression())
	case "while":
		return fmt.Sprintf("do local n = 0 while n < 2 do n = n + 1 %s end end", p.block())
	case "field":
		return fmt.Sprintf("t[%s], t.x = %s, %s", p.expression(), p.expression(), p.expression())
	}
	return p.name() + " = " + p.expression()
}

func (p *program) block() string {
	var statements []string
	for range rapid.IntRange(1, 3).Draw(p.t, "statements") {
		statements = append(statements, p.statement())
	}
	return strings.Join(statements, " ")
}

const programHead = `local a, b, c, t = "p", 2, "r", {}
local function id(x) return x end
local function two(x) return x, "second" end
local function show(list) return #list .. ":" .. tostring(list[1]) .. tostring(list.k) .. tostring(list[#list]) end
`

// TestLoweringKeepsTheMeaning compares programs with what the plain VM computes, which is right as long as nothing
// of what lowering repairs is in them.
func TestLoweringKeepsTheMeaning(t *testing.T) {
	t.Parallel()
	v := quietVM(t)
	rapid.Check(t, func(rt *rapid.T) {
		p := &program{t: rt}
		source := programHead + p.block() + "\nlocal out = {} for k, x in pairs(t) do out[#out + 1] = tostring(k) .. '=' .. tostring(x) end table.sort(out)\nreturn a .. '|' .. b .. '|' .. c .. '|' .. table.concat(out, ',')"
		plain := lua.NewState()
		defer plain.Close()
		plain.G.Global.RawGetString("string").(*lua.LTable).RawSetString("rep", plain.NewFunction(stringRepPlain))
		if err := plain.DoString(source); err != nil {
			return // it needs more registers than there are, say
		}
		want := plain.Get(-1)
		if got := evaluate(rt, v, source); got[0] != want {
			rt.Fatalf("%s\ngot  %v\nwant %v", source, got[0], want)
		}
	})
}

// stringRepPlain is string.rep with a separator, which the plain VM lacks.
func stringRepPlain(L *lua.LState) int {
	text := L.CheckString(1)
	L.Push(lua.LString(text + L.ToString(3) + text))
	return 1
}
