package vm_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// TestHintsForReadersOfOtherLanguages has sources as somebody writes them who knows Python,
// JavaScript or Go, and what the hint must hold.
func TestHintsForReadersOfOtherLanguages(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"retrun 1":                      `did you mean "return"?`,
		"lcoal x = 1":                   `did you mean "local"?`,
		"fucntion f() end":              `did you mean "function"?`,
		"x = fucntion() return 1 end":   `did you mean "function"?`,
		"if x thne print(1) end":        `did you mean "then"?`,
		"whlie true do end":             `did you mean "while"?`,
		"list(status = 'ERROR')":        "named options go in {…}: list{status = …}",
		"dbos.list(1, status = 'x')":    "named options go in {…}: list{status = …}",
		"list(status: 'ERROR')":         "named options go in {…}: list{status = …}",
		"function f(x = 1) end":         "write x = x or …",
		"for i in [1, 2] do end":        "a list is written {1, 2}",
		"x = [1, 2]":                    "a list is written {1, 2}",
		"x = {'a': 1}":                  "a key is written {name = 1}",
		"x = {a: 1}":                    "a key is written {name = 1}",
		"for i = 1, 2 do continue end":  "goto continue",
		"while x do\n continue\nend":    "goto continue",
		"if x != 1 then end":            "~=",
		"if x !== 1 then end":           "~=",
		"if x === 1 then end":           "==",
		"if x <> 1 then end":            "~=",
		"if x = 1 then end":             "==",
		"if f(x) and\n y = 1 then end":  "==",
		"x += 1":                        "write x = x + value",
		"n++":                           "write n = n + 1",
		"// why":                        "a comment begins with --",
		"x = 1\n# why":                  "a comment begins with --",
		"/* why */ x = 1":               "a comment begins with --",
		"x = a && b":                    `write "and"`,
		"x = a || b":                    `write "or"`,
		"x = a | b":                     `"or" joins conditions`,
		"x = !a":                        `write "not"`,
		"x = a ? 1 : 2":                 "condition and a or b",
		"x = a ?? b":                    "x or y",
		"x = a?.b":                      "x and x.name",
		"if x then else if y then end":  `"else if" opens a second if: write elseif`,
		"if x then\nelif y then\nend":   "elseif … then",
		"if x:\n print(1)":              "write then in the place of :",
		"for _, x in f():\n print(x)":   "write do in the place of :",
		"def f(x):\n return x":          "function name(x) … end",
		"func f(x) end":                 "function name(x) … end",
		"f = (x) => x + 1":              "function(x) return … end",
		"f = x => x":                    "function(x) return … end",
		"function f(x) {\n return x\n}": "blocks stand between",
		"if (x) { f() }":                "blocks stand between",
		"if x == 1 { f() }":             "write then in the place of {",
		"while true { }":                "write do in the place of {",
		"var x = 1":                     "local x = 1",
		"let x = 1":                     "local x = 1",
		"const x = 1":                   "local x = 1",
		"x := 1":                        "local x = 1",
		"local x: number = 1":           "there are no types",
		"for (i = 0; i < 3; i++) {}":    "for i = 1, n do … end",
		"for x of list do end":          "ipairs(list)",
		"foreach x in list do end":      "ipairs(list)",
		"if x == 1\n print(1)\nend":     `"then" is missing after the "if" of line 1`,
		"x = 1\nwhile x\n f()\nend":     `"do" is missing after the "while" of line 2`,
		"for i = 1, 3\n f(i)\nend":      `"do" is missing after the "for" of line 1`,
		"x = 'a' 'b'":                   "joined with ..",
		"print 'x' % y":                 ":format(x)",
		"print x":                       "a call needs brackets: print(x)",
		"f(a b)":                        "a comma is missing",
		"x = `a`":                       "a text stands in",
		"x = 'it's'":                    "a text ends on its line",
		"x = $y":                        "without $",
		"x = 1_000":                     "without _",
		"x = 10s":                       `a duration is a text: "10s"`,
		"x = 2 ** 3":                    "a power is written ^",
		"x = y.end":                     `write ["end"]`,
		"x = {end = 1}":                 `write ["end"] = …`,
		"x->y()":                        "x:name()",
		"import os":                     "require",
		"class A end":                   "no classes",
		"switch x do end":               "elseif",
		"unless x then end":             "if not … then",
		"return 1\nprint(2)":            "the return of line 1 ends its block",
		"1 + 1":                         "a value by itself does nothing",
		"nil":                           "a value by itself does nothing",
		"x == 1":                        "a value by itself does nothing",
		"x.y":                           "a value by itself does nothing",
		"x = 1 + ..":                    `a value is missing between "+" and ".."`,
		"x = 1 + == 2":                  `a value is missing between "+" and "=="`,
		"x = .. 'a'":                    `a value is missing before ".."`,
		"x = not and y":                 `a value is missing between "not" and "and"`,
		"if == 1 then end":              `a value is missing before "=="`,
		"print(1, * 2)":                 `a value is missing before "*"`,
		"f(..)":                         "written ...",
		"function f(..) end":            "written ...",
		"x = y ..":                      `something is missing after ".."`,
		"if x is y then end":            "==",
		"if x in list then end":         `there is no "in"`,
	} {
		checkHint(t, source, want)
	}
}

func checkHint(t *testing.T, source, want string) {
	t.Helper()
	_, err := vm.Compile("test", source)
	var mistake *vm.ScriptError
	if !errors.As(err, &mistake) || !strings.Contains(mistake.Hint, want) {
		t.Errorf("%q: %v, hint %q, want %q", source, err, mistake, want)
		return
	}
	readings := syntax.Read("test", source).Mistakes
	if len(readings) == 0 || readings[0].Hint != mistake.Hint {
		t.Errorf("%q: read with other hints: %+v", source, readings)
	}
}

// TestMistakesWithoutAHint has mistakes that a hint could only confuse.
func TestMistakesWithoutAHint(t *testing.T) {
	t.Parallel()
	for _, source := range []string{"x = {1, 2", "print('a'", "for i = 1, 3 do\n print(i)", "break", "goto done", "end", "if x then end end"} {
		_, err := vm.Compile("test", source)
		var mistake *vm.ScriptError
		if !errors.As(err, &mistake) || mistake.Hint != "" {
			t.Errorf("%q: %v, hint %q", source, err, mistake.Hint)
		}
	}
}

func TestHintsOfErrorsOfARun(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"local list = {1} print(list.length())":   "the length of a list or a text is #x",
		"local list = {1} print(list.count > 1)":  `(field "count" is nil: the length of a list or a text is #x)`,
		"local list = {1} print(list.length + 1)": "the length of a list or a text is #x",
		"local list = {1} list:push(2)":           "table.insert(list, x)",
		"print('a' + 'b')":                        "texts are joined with ..",
		"print('a' + 1)":                          "texts are joined with ..",
		"print('%d' % 1)":                         "text:format(x)",
		"print(1 < '2')":                          "tonumber makes a number",
		"print(len({}))":                          "#x",
		"for i in range(3) do end":                "for i = 1, n do … end",
		"print(str(1))":                           "tostring(x)",
		"console.log(1)":                          "print writes a text",
		"throw 'x'":                               `error("…")`,
		"print(f'x')":                             "format(x)",
		"print(None)":                             "nil",
		"print(True)":                             "true and false",
	} {
		_, err := vm.New(vm.Config{}).RunString(t.Context(), "test", source)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", source, err, want)
		}
	}
}

func TestTheFirstPrintedTableIsReported(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]int{
		"print({}) print({})": 1, "print(1)": 0, "print(setmetatable({}, {__tostring = function() return 'x' end}))": 0,
	} {
		reports := 0
		machine := vm.New(vm.Config{PrintedTable: func() { reports++ }})
		if _, err := machine.RunString(t.Context(), "test", source); err != nil || reports != want {
			t.Errorf("%q is reported %d times, want %d, %v", source, reports, want, err)
		}
		machine.Close()
	}
}
