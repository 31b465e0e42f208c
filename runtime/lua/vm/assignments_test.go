package vm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// variablePrograms are bodies of functions over variables $a, $b and $c, which begin as 1, 2 and
// nil, and "...", which is "x", "y". want is what lua5.1 returns of them.
var variablePrograms = []struct{ name, body, want string }{
	{"swap", "$a, $b = $b, $a return $a, $b", "2 1"},
	{"rotate", "$c = 3 $a, $b, $c = $b, $c, $a return $a, $b, $c", "2 3 1"},
	{"fibonacci", "for i = 1, 5 do $a, $b = $b, $a + $b end return $a, $b", "13 21"},
	{"the same twice", "$a, $a = 5, 6 return $a", "5"},
	{"too many values", "$a, $b = $b, $a, 9, 10 return $a, $b", "2 1"},
	{"too few values", "$a, $b, $c = 7 return $a, $b, $c", "7 nil nil"},
	{"a call among the values", "$a, $b, $c = two($b, $a), $a return $a, $b, $c", "2 1 nil"},
	{"a call at the end", "$a, $b, $c = $b, two($a, 8) return $a, $b, $c", "2 1 8"},
	{"a call for all", "$a, $b, $c = two($b, $a) return $a, $b, $c", "2 1 nil"},
	{"a call in brackets", "$a, $b = (two($b, $a)) return $a, $b", "2 nil"},
	{"the object of a field", "$a = {} local old = $a $a, $a.x = 1, 2 return $a, old.x", "1 2"},
	{"the object of a field, field first", "$a = {} local old = $a $a.x, $a = 1, 2 return $a, old.x", "2 1"},
	{"the key of a field", "local t = {} $a, t[$a] = 5, 6 return $a, t[1], t[5]", "5 6 nil"},
	{"the key of a field, field first", "local t = {} t[$a], $a = 6, 5 return $a, t[1], t[5]", "5 6 nil"},
	{"object and key", "$a = {} local old = $a $b, $a, $a[$b] = 3, 4, 5 return $a, $b, old[2], old[3]", "4 3 5 nil"},
	{"concatenation and swap", "$a, $b = $b .. $a, $a .. $b return $a, $b", "21 12"},
	{"varargs among the values", "$a, $b = ..., $a return $a, $b", "x 1"},
	{"varargs at the end", "$b, $a, $c = $a, ... return $a, $b, $c", "x 1 y"},
	{"varargs in brackets", "$a, $b = (...) return $a, $b", "x nil"},
	{"varargs keep later locals", "local k, l = 11, 12 $a, $b = ..., $a local m = 13 return $a, $b, k, l, m", "x 1 11 12 13"},
	{"and keeps nothing", "$b = $c and $c.x return $b", "nil"},
	{"and of false", "$b = false $a = $b and 5 return $a", "false"},
	{"or over itself", "$a = ($c or 5) and $a or 3 return $a", "1"},
	{"or of itself", "$b = $c or $b return $b", "2"},
	{"and of itself", "$b = $b and $a return $b", "1"},
	{"and in a loop", "local out = '' for _, w in ipairs{{e = 'x'}, {}, {e = 'y'}} do $c = w.e and w.e .. '!' out = out .. tostring($c) end return out", "x!nily!"},
	{"nested choice", "$a = $a == 1 and ($c and 'n' or $b) or 'z' return $a", "2"},
	{"comparison into itself", "$a = $a == 1 return $a", "true"},
	{"comparison or itself", "$a = $a == 2 or $a return $a", "1"},
	{"not itself", "$a = not $a return $a", "false"},
	{"not a choice", "$a = not ($a and $c) return $a", "true"},
	{"a table of itself", "$a = {$a, $b, x = $a} return $a[1], $a[2], $a.x", "1 2 1"},
	{"a function of itself", "$c = function() return $a end $a = 9 return $c()", "9"},
	{"concatenation cuts calls", "$a = '[' .. two('x', nil) return $a", "[x"},
	{"concatenation of gsub", "$a = 'name: ' .. ('a_b'):gsub('_', ' ') return $a", "name: a b"},
	{"concatenation of varargs", "$a = 'v' .. ... return $a", "vx"},
	{"concatenation in an argument", "return two('<' .. two('p', 'q'), $a)", "<p 1"},
	{"numeric for with strings", "for i = '1', ' 0x3 ', '2' do $a = $a + i end return $a", "5"},
	{"negative zero", "local zero = 0 for i = 1, 2 do zero = zero * -1 $c = 1 / (zero * -1) end return $c < 0", "true"},
	{"generic for with two values", "for _ in pairs{1} do end for k, v in next, {7} do $a, $b = k, v end return $a, $b", "1 7"},
	{"generic for over a call on a call", "local f = function() return {w = function() return ipairs{4, 5} end} end for i, v in f().w() do $a, $b = i, v end return $a, $b", "2 5"},
	{"generic for with a call in the middle", "local n = 0 local function state() n = n + 1 return {7}, nil end for k, v in next, state() do $a, $b = k, v end return $a, $b, n", "1 7 1"},
	{"generic for with four values", "for k, v in next, {7}, nil, 'x' do $a, $b = k, v end return $a, $b", "1 7"},
	{"generic for, control assigned", "for k in ipairs{1, 2, 3} do local i = k k = 10 $a = $a + i end return $a", "7"},
	{"break out of a block", "local bump while true do do local n = 0 bump = function() n = n + 1 return n end break end end local total = 100 bump() $a = bump() return $a, total", "2 100"},
	{"break out of two loops", "local fs = {} for i = 1, 2 do for j = 1, 2 do local k = i * 10 + j fs[#fs + 1] = function() k = k + 1 return k end if j == 1 then break end end end local x, y = 5, 6 $a, $b = fs[1](), fs[2]() return $a, $b, x, y", "12 22 5 6"},
	{"new locals in while", "local fs = {} while #fs < 3 do local n = #fs fs[#fs + 1] = function() n = n + 1 return n end end fs[1]() $a, $b = fs[1](), fs[2]() return $a, $b, fs[3]()", "2 2 3"},
	{"new locals in repeat", "local fs = {} repeat local n = #fs fs[#fs + 1] = function() n = n + 1 return n end until n >= 2 fs[1]() $a, $b = fs[1](), fs[2]() return $a, $b, fs[3]()", "2 2 3"},
	{"closure in until", "local fs = {} repeat local n = #fs until (function() fs[#fs + 1] = function() n = n + 1 return n end return n >= 2 end)() fs[1]() $a, $b = fs[1](), fs[2]() return $a, $b, fs[3]()", "2 2 3"},
	{"closure over the for variable", "local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end end fs[1]() return fs[1](), fs[2](), fs[3]()", "3 3 4"},
	{"a local is not its own value", "local f = 5 do local f = function() return f end $a = f() end return $a", "5"},
	{"a local function knows itself", "local function f(n) if n == 0 then return 'end' end return f(n - 1) end return f($b)", "end"},
	{"constant false with a loop", "if false then $a = 5 else for _, v in ipairs{1, 2} do local x = true or v $b = x and v end end return $a, $b", "1 2"},
	{"constant and in a condition", "if true and $a then $a = 7 end if nil or $b == 3 then $b = 8 end return $a, $b", "7 2"},
	{"constant and of false", "while false and $a do $a = 5 end repeat $a = $a + 1 until true or $a return $a", "2"},
	{"constants decide a value", "$a, $b = nil and 1, false or 2 $c = true and $a return $a, $b, $c", "nil 2 nil"},
	{"not a number", "local nan = 0 / 0 $a = not (nan < 1) $b = nan ~= nan return $a, $b, nan == nan", "true true false"},
	{"methods of results", "$a = ('x'):rep(3):upper():sub(2) return $a", "XX"},
	{"several results in a constructor", "local t = {two(1, 2), two($b, 4)} return #t, t[1], t[2], t[3]", "3 1 2 4"},
	{"a key after a call", "local t = {two(1, 2), x = two(3, 4)} return #t, t[1], t.x", "1 1 3"},
	{"a position wins over a key", "local t = {'p', [1] = 'k', [2] = 'l'} return t[1], t[2]", "p l"},
	{"arguments are copies", "local function f(x) x = 5 return x end $b = f($a) return $a, $b", "1 5"},
	{"a field of what the value replaces", "$a = {} local old = $a local function new() $a = {} return 3 end $a.x = new() return old.x or $a.x", "3"},
}

// places are where the variables of the programs live.
var places = []struct{ name, before, after, prefix string }{
	{"locals", "local a, b, c = 1, 2 ", "", ""},
	{"parameters", "return (function(a, b, c, ...) ", " end)(1, 2, nil, ...)", ""},
	{"outer locals", "local a, b, c = 1, 2 local function run(...) ", " end return run(...)", ""},
	{"globals", "local outer = getfenv() return setfenv(function(...) a, b = 1, 2 ",
		" end, setmetatable({}, {__index = function(_, k) if #k > 1 then return outer[k] end end}))(...)", ""},
	{"fields", "local T = {a = 1, b = 2} ", "", "T."},
}

const programLibrary = "local function two(x, y) return x, y end "

// ways are how a program is run; a file of a module finds its arguments like a function.
var ways = map[string]func(v *VM, t *testing.T, source string) ([]lua.LValue, error){
	"script": func(v *VM, t *testing.T, source string) ([]lua.LValue, error) {
		return v.RunString(t.Context(), "script.lua", source, lua.LString("x"), lua.LString("y"))
	},
	"prompt": func(v *VM, t *testing.T, source string) ([]lua.LValue, error) {
		program, err := CompileInput("stdin", source)
		if err != nil {
			return nil, err
		}
		return v.RunInput(t.Context(), program, lua.LString("x"), lua.LString("y"))
	},
	"coroutine": func(v *VM, t *testing.T, source string) ([]lua.LValue, error) {
		source = "return coroutine.wrap(function(...) return 'first', (function(...) " + source + " end)(...) end)('x', 'y')"
		values, err := v.RunString(t.Context(), "script.lua", source)
		return values[min(1, len(values)):], err
	},
	"callback of Go": func(v *VM, t *testing.T, source string) ([]lua.LValue, error) {
		return v.RunString(t.Context(), "script.lua", "return back(function(...) "+source+" end)")
	},
	"module": func(v *VM, t *testing.T, source string) ([]lua.LValue, error) {
		text := "return {run = function(...) " + source + " end}"
		if err := os.WriteFile(filepath.Join(v.config.ScriptDir, "part.lua"), []byte(text), 0o600); err != nil {
			return nil, err
		}
		return v.RunString(t.Context(), "script.lua", "return require('part').run('x', 'y')")
	},
}

// newPlaceVM is a state with a function that calls its argument from Go, and a folder for modules.
func newPlaceVM(t *testing.T) *VM {
	t.Helper()
	var v *VM
	back := func(L *lua.LState) lua.LValue {
		return L.NewFunction(func(L *lua.LState) int {
			values, err := v.Call(L, L.Get(1), lua.LString("x"), lua.LString("y"))
			if err != nil {
				t.Error(err)
			}
			return pushAll(L, values)
		})
	}
	v = newVM(Config{ScriptDir: t.TempDir(), Globals: map[string]Loader{"back": back}})
	t.Cleanup(v.Close)
	return v
}

func variableSource(body, before, after, prefix string) string {
	for _, name := range []string{"a", "b", "c"} {
		body = strings.ReplaceAll(body, "$"+name, prefix+name)
	}
	return programLibrary + before + body + after
}

func joinedValues(values []lua.LValue) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = value.String()
	}
	return strings.Join(texts, " ")
}

// TestVariablesHoldWhatLuaSays runs each program with its variables in every place and in every
// way a script is run.
func TestVariablesHoldWhatLuaSays(t *testing.T) {
	t.Parallel()
	for way, run := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			for _, p := range variablePrograms {
				v := newPlaceVM(t)
				for _, place := range places {
					source := variableSource(p.body, place.before, place.after, place.prefix)
					got, err := run(v, t, source)
					if err != nil || joinedValues(got) != p.want {
						t.Errorf("%s, %s: %q, %v; lua5.1 has %q\n%s", p.name, place.name, joinedValues(got), err, p.want, source)
					}
					v.modules.loaded = nil
				}
			}
		})
	}
}
