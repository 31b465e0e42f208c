package vm_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// inputs runs each line as an input of one prompt and gives what they print, errors too.
func inputs(t *testing.T, lines ...string) (printed string, locals []string) {
	t.Helper()
	var out strings.Builder
	machine := vm.New(vm.Config{Stdout: &out})
	defer machine.Close()
	for _, line := range lines {
		program, err := vm.CompileInput("input", line)
		if err == nil {
			_, err = machine.RunInput(t.Context(), program)
		}
		if err != nil {
			out.WriteString(err.Error() + "\n")
		}
	}
	return out.String(), machine.Locals()
}

func TestLocalsOfAPromptStay(t *testing.T) {
	t.Parallel()
	for want, lines := range map[string][]string{
		"1\n":                                   {"local x = 1", "print(x)"},
		"nil\n5\n":                              {"local x", "print(x)", "x = 5", "print(x)"},
		"1 2 nil\n":                             {"local a, b, c = (function() return 1, 2 end)()", "print(a, b, c)"},
		"1\tnil\n":                              {"local a, b = ((function() return 1, 2 end)())", "print(a .. '\\t' .. tostring(b))"},
		"120\n":                                 {"local function f(n) return n < 2 and 1 or n * f(n - 1) end", "print(f(5))"},
		"2\n":                                   {"local n = 1", "function f() return n end", "n = 2", "print(f())"},
		"mine\nfunction\n":                      {"local print0, type0 = print, type", "local type = 'mine'", "print0(type)", "print0(type0(_G.type))"},
		"nil\n":                                 {"local x = 1", "print(rawget(_G, 'x'))"},
		"3\n":                                   {"local print = print; local x = 3; print(x)"},
		"7\n":                                   {"y = 7", "print(_G.y)"},
		"input:1: undefined global \"inner\"\n": {"do local inner = 1 end", "print(inner)"},
		"input:1: undefined global \"ordr\" (did you mean \"order\"?)\n":              {"local order = 1", "print(ordr)"},
		"input:1: attempt to call a nil value (local \"f\")\n":                        {"local f", "f()"},
		"input:1: attempt to index a number value (local \"t\") with the key \"x\"\n": {"local t = 1", "t.x = 2"},
		"input:1: undefined global \"x\"\n":                                           {"local x = x"},
		"[string \"print(secret)\"]:1: undefined global \"secret\"\n":                 {"local secret = 1", "loadstring('print(secret)')()"},
		"6\n":              {"local sum = 0", "for i = 1, 3 do local half = i / 2 sum = sum + 2 * half end", "print(sum)"},
		"11\n":             {"local list = {10}; table.insert(list, 1)", "local a, b = unpack(list) print(a + b)"},
		"the old one\n1\n": {"local f = 'the old one'; local g = function() return f end print(g())", "f = 1", "print(g())"},
	} {
		got, _ := inputs(t, lines...)
		if strings.ReplaceAll(got, "\t", " ") != strings.ReplaceAll(want, "\t", " ") {
			t.Errorf("%q prints\n%swant\n%s", lines, got, want)
		}
	}
}

func TestTheLocalsOfAPromptHaveNames(t *testing.T) {
	t.Parallel()
	_, locals := inputs(t, "local b, a = 1", "local function c() end", "do local hidden end", "global = 1")
	if !slices.Equal(locals, []string{"a", "b", "c"}) {
		t.Errorf("the prompt has %q", locals)
	}
	program, err := vm.CompileInput("input", "local x, y = 1, 2 do local z end")
	if err != nil || !slices.Equal(program.Names(), []string{"x", "y"}) {
		t.Errorf("the input declares %q, %v", program.Names(), err)
	}
}

func TestAScriptKeepsItsLocals(t *testing.T) {
	t.Parallel()
	machine := vm.New(vm.Config{})
	defer machine.Close()
	if _, err := machine.RunString(t.Context(), "a", "local x = 1"); err != nil {
		t.Fatal(err)
	}
	if _, err := machine.RunString(t.Context(), "b", "return x"); err == nil || len(machine.Locals()) > 0 {
		t.Errorf("a local of one script is seen by another: %v", err)
	}
}
