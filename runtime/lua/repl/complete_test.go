package repl_test

import (
	"context"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/repl"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// completer knows a machine in which some values stand.
func completer(t *testing.T) *repl.Completer {
	t.Helper()
	machine, exposer := newMachine(t, &strings.Builder{})
	_, err := machine.RunString(t.Context(), "test", `
		o, b, s, rows = shop.orders()[1], shop.basket(), "text", shop.orders()
		plain = {first = {second = 1}, ["not a name"] = 2, [3] = 4}
		endless = setmetatable({}, {__index = function() while true do end end})`)
	if err != nil {
		t.Fatal(err)
	}
	local, err := vm.CompileInput("test", "local mine = {inner = 1}")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := machine.RunInput(t.Context(), local); err != nil {
		t.Fatal(err)
	}
	return &repl.Completer{
		VM: machine, Exposer: exposer, Registry: declare.NewRegistry(shop()), Globals: []string{"shop", "help"},
		Values: func(_ context.Context, on declare.Raw, name, beginning string) repl.Completion {
			if on != nil {
				name = on.Type() + ":" + name
			}
			return repl.Completion{Candidates: []repl.Candidate{{Text: beginning + "<" + name + ">"}}}
		},
	}
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	c := completer(t)
	for text, want := range map[string]string{
		"shop.":                                 "basket orders ship walk",
		"print(shop.or":                         "orders",
		"sh":                                    "shop",
		"x = hel":                               "help",
		"whi":                                   "while",
		"mi":                                    "mine",
		"mine.":                                 "inner",
		"o.":                                    "id items note to_table total",
		"o.it":                                  "items",
		"rows[1].to":                            "to_table total",
		"rows [ 1 ] . to":                       "to_table total",
		`plain["first"].s`:                      "second",
		"rows[i].to":                            "",
		"b:cl":                                  "clear",
		"s:up":                                  "upper",
		"plain.":                                "first",
		"plain.first.s":                         "second",
		"shop.orders{":                          "limit queue",
		"shop.orders({l":                        "limit",
		"shop.orders({\n  l":                    "limit",
		"shop.orders{limit = 1, ":               "queue",
		"x = shop.orders{limit=1,qu":            "queue",
		"shop.orders{limit = li":                "",
		"shop.orders{limit = sho":               "shop",
		`shop.ship("o", "road", {`:              "box weight",
		`shop.ship("o", "road", {{bo`:           "box",
		`shop.ship("o","rail",{},{l`:            "limit",
		"shop.orders{limit = f({1}), ":          "queue",
		"print(1) shop.orders{li":               "limit",
		"for r in shop.walk{} do r.to":          "to_table total",
		"for r in shop.walk() do\n  print(r.no": "note",
		"for i, r in ipairs(rows) do r.to":      "to_table total",
		"for _, r in ipairs(shop.orders{limit=1}) do r.to": "to_table total",
		"for r in pairs(rows) do r.to":                     "",
		"":                                                 "",
		"nothing.":                                         "",
		"endless.x.":                                       "",
		"f().":                                             "",
		"plain{fi":                                         "",
		"-- shop.":                                         "",
		"--[[ shop.":                                       "",
		"[[shop.":                                          "",
		"x = 'shop.":                                       "",
		"1.":                                               "",
		"x = 12":                                           "",
		"if shop.":                                         "basket orders ship walk",
		"return o.i":                                       "id items",
	} {
		checkCompletion(t, c, text, want)
	}
}

func TestCompletionInsideStrings(t *testing.T) {
	t.Parallel()
	c := completer(t)
	for text, want := range map[string]string{
		`shop.ship("o`:                        "o<order_id>",
		`shop.ship('o`:                        "o<order_id>",
		`shop.ship "o`:                        "o<order_id>",
		`shop.ship("o-1", "r`:                 "rail road",
		`shop.ship("o-1", "ra`:                "rail",
		`shop.orders{queue = "q`:              "q<queue>",
		`shop.orders({limit = 1, queue = "q`:  "q<queue>",
		`shop.orders{queue = {"a", "q`:        "q<queue>",
		`shop.ship("o", "road", {{box = "b`:   "b<box>",
		`shop.ship("o", "road", {}, {queue="`: "<queue>",
		`o.id == "a`:                          "a<id>",
		`if o.id ~= 'a`:                       "a<id>",
		`print(o.id == "a`:                    "a<id>",
		`print(shop.ship "a`:                  "a<order_id>",
		`print("a`:                            "",
		`x = "a`:                              "",
		`t["a`:                                "",
		`shop.orders{nothing = "a`:            "",
		`shop.ship(shop.orders("a`:            "",
		`"done"`:                              "",
		`o.note == "a" and x == "b`:           "b<x>",
	} {
		checkCompletion(t, c, text, want)
	}
}

func checkCompletion(t *testing.T, c *repl.Completer, text, want string) {
	t.Helper()
	found := c.Complete(t.Context(), text)
	list, typed := found.Candidates, found.Typed
	var names []string
	for _, candidate := range list {
		names = append(names, candidate.Text)
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("%q is completed to %q, want %q", text, got, want)
	}
	if typed > 0 && len(names) > 0 && !strings.HasPrefix(names[0], text[len(text)-typed:]) {
		t.Errorf("%q: %d bytes are typed of %q", text, typed, names[0])
	}
}

func TestWhatFollowsACandidate(t *testing.T) {
	t.Parallel()
	c := completer(t)
	for text, want := range map[string]repl.Candidate{
		"shop.orders{l":      {Text: "limit", After: " = ", Doc: "How many."},
		`shop.ship("o`:       {Text: "o<order_id>", After: `"`},
		`shop.ship('x', 'ra`: {Text: "rail", After: `'`},
		"shop.or":            {Text: "orders", Doc: "Lists orders."},
	} {
		if list := c.Complete(t.Context(), text).Candidates; len(list) != 1 || list[0] != want {
			t.Errorf("%q is completed to %+v", text, list)
		}
	}
}

func TestAValueThatDoesNotStandInAStringIsLeftOut(t *testing.T) {
	t.Parallel()
	c := completer(t)
	c.Values = func(context.Context, declare.Raw, string, string) (found repl.Completion) {
		for _, text := range []string{`a"b`, `a\b`, "a\nb", "a'b"} {
			found.Candidates = append(found.Candidates, repl.Candidate{Text: text})
		}
		return found
	}
	checkCompletion(t, c, `shop.ship("a`, "a'b")
	checkCompletion(t, c, `shop.ship('a`, `a"b`)
}

func FuzzComplete(f *testing.F) {
	for _, text := range []string{`shop.ship("o", "road", {{bo`, "for r in ipairs(rows", "[==[x", `a["b"].c:`, "(((", "}])", "--"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if found := completer(t).Complete(t.Context(), text); found.Typed > len(text) || found.Typed < 0 {
			t.Errorf("%q: %d bytes are typed", text, found.Typed)
		}
		end := 0
		for _, span := range repl.Colours(text) {
			if span.From < end || span.To <= span.From || span.To > len(text) {
				t.Errorf("%q has a colour from %d to %d, behind one that ends at %d", text, span.From, span.To, end)
			}
			end = span.To
		}
	})
}

// coloured writes the colours of a text into it.
func coloured(text string) string {
	var b strings.Builder
	end := 0
	for _, span := range repl.Colours(text) {
		b.WriteString(text[end:span.From] + span.Colour + text[span.From:span.To] + "\x1b[0m")
		end = span.To
	}
	return b.String() + text[end:]
}

func TestColours(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                  "",
		"x = nil":           "x = \x1b[35mnil\x1b[0m",
		"f('a', 1.5)":       "f(\x1b[32m'a'\x1b[0m, \x1b[36m1.5\x1b[0m)",
		"x -- why":          "x \x1b[90m-- why\x1b[0m",
		"[[a\nb":            "\x1b[32m[[a\nb\x1b[0m",
		"--[[ a\n]] ending": "\x1b[90m--[[ a\n]]\x1b[0m ending",
		`"open`:             "\x1b[32m\"open\x1b[0m",
		"#x .. ünï":         "#x .. ünï",
	} {
		if got := coloured(text); got != want {
			t.Errorf("%q is coloured to %q, want %q", text, got, want)
		}
	}
}
