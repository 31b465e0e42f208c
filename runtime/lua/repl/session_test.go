package repl_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/lua/repl"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

func TestWhatIsShown(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		"1 + 2":                                "3\n",
		"return 1 + 2":                         "3\n",
		"1, nil, 'x'":                          "1\nnil\nx\n",
		"nil":                                  "",
		"nil, nil":                             "",
		"nil, 'why'":                           "nil\nwhy\n",
		"'two\\nlines'":                        "two\nlines\n",
		"print('hi')":                          "hi\n",
		"-- a comment":                         "",
		"":                                     "",
		"#'abc'":                               "3\n",
		"{b = 1}":                              "{b}\n",
		"{}":                                   "{}\n",
		"shop":                                 "module shop\n",
		"shop.orders()":                        "table of 2 orders\n",
		"{shop.orders()[1], 'x'}":              "{1 2}\n",
		"shop.basket()":                        "basket 7\n",
		"shop.orders()[1]":                     "id:    a\nnote:  gift\n       red paper\ntotal: 250\nitems: [\"x\"]\n",
		"shop.orders":                          "call shop.orders\n",
		"{shop.basket(), shop.basket()}":       "2 baskets\n",
		"print":                                "function print of Lua's library\n",
		"string.format":                        "function string.format of Lua's library\n",
		"function(a, b, ...) local c end":      "function(a, b, ...) of input 1:1\n",
		"help = 3\nhelp":                       "3\n",
		"local help = 3\nhelp":                 "3\n",
		"help shop.orders":                     "called help\tshop.orders\n",
		"help":                                 "called help\tnil\n",
		"quit":                                 "called exit\n",
		"  exit ":                              "called exit\n",
		"x = 4\nx":                             "4\n",
		"1\n_ + 1\n_ + 1":                      "1\n2\n3\n",
		"1\nnil\n_":                            "1\n1\n",
		"for i = 1, 2 do\nprint(i)":            "error: input 1:2: \"end\" expected (to close \"do\" at line 1)\n    2 | print(i)\n",
		"function f(x)\n  return x\nend\nf(8)": "8\n",
		"1 +\n2":                               "3\n",
		"'a' ..\n\n'b'":                        "ab\n",
		"[[a\nb]]":                             "a\nb\n",
		"setmetatable({}, {__tostring = function() return 'mine' end})": "mine\n",
		"local a = 1\nlocal function f() return a + 1 end\nf()":         "2\n",
		"local a\na":            "",
		"local a = 1\n_G.a":     "error: input 2:1: undefined global \"a\"\n    1 | _G.a\n  input 2:1: in main chunk\n",
		"do local a = 1 end\na": "error: input 2:1: undefined global \"a\"\n    1 | a\n  input 2:1: in main chunk\n",
		"'a\\27[31mb'":          "a\\x1b[31mb\n",
		"error('no', 0)\n1":     "error: input 1:1: no\n    1 | error('no', 0)\n  input 1:1: in main chunk\n1\n",
		"sho":                   "error: input 1:1: undefined global \"sho\" (did you mean \"shop\"?)\n    1 | sho\n  input 1:1: in main chunk\n",
		"a b":                   "error: input 1:1: unexpected \"b\"\n    1 | a b\n  hint: a call needs brackets: a(b)\n",
	} {
		t.Run(input, func(t *testing.T) {
			t.Parallel()
			if got := typed(t, input); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"x": true, "x = ": false, "f(": false, "f{": false, "x +": false, "if x then": false, "if x then end": true,
		"'open": true, "[[open": false, "-- done": true, "--[[ open": false, ")": true, "function f()": false, "": true,
	} {
		if got := repl.Complete(source); got != want {
			t.Errorf("Complete(%q) = %v", source, got)
		}
	}
}

// script reads inputs, some of which are given up.
type script []error

func (s *script) Read(bool) (string, error) {
	next := (*s)[0]
	*s = (*s)[1:]
	if next == nil {
		return "f(", nil
	}
	return "", next
}

func TestAnInterruptedInputIsDropped(t *testing.T) {
	t.Parallel()
	broken := errors.New("the terminal is gone")
	session, err := repl.New(repl.Options{Reader: &script{nil, repl.ErrInterrupted, repl.ErrInterrupted, broken}})
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("the session ended with %v", err)
	}
}

func TestASessionEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	over := errors.New("over")
	cancel(over)
	session, err := repl.New(repl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Run(ctx); !errors.Is(err, over) {
		t.Errorf("the session ended with %v", err)
	}
}

func TestFailedEndsASession(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	machine, exposer := newMachine(t, &out)
	session, err := repl.New(repl.Options{
		VM: machine, Exposer: exposer, Out: &out, Reader: repl.NewLines(strings.NewReader("error('x')\nprint('never')")),
		Begin:  func(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithCancel(ctx) },
		Failed: func(err error) error { return err },
		Flush:  func() error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	var failure *vm.ScriptError
	if err := session.Run(t.Context()); !errors.As(err, &failure) || out.Len() > 0 {
		t.Errorf("the session ended with %v and wrote %q", err, out.String())
	}
}
