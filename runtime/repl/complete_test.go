package repl_test

import (
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/repl"
)

func TestCompletion(t *testing.T) {
	t.Parallel()
	machine, exposer := newMachine(t, &strings.Builder{})
	_, err := machine.RunString(t.Context(), "test", `
		o, b, s = shop.orders()[1], shop.basket(), "text"
		plain = {first = {second = 1}, ["not a name"] = 2, [3] = 4}
		endless = setmetatable({}, {__index = function() while true do end end})`)
	if err != nil {
		t.Fatal(err)
	}
	c := &repl.Completer{VM: machine, Exposer: exposer, Globals: []string{"shop", "help"}}
	for text, want := range map[string]string{
		"shop.":                      "basket orders",
		"print(shop.or":              "orders",
		"sh":                         "shop",
		"x = hel":                    "help",
		"whi":                        "while",
		"o.":                         "id items note to_table total",
		"o.it":                       "items",
		"b:cl":                       "clear",
		"s:up":                       "upper",
		"plain.":                     "first",
		"plain.first.s":              "second",
		"shop.orders{":               "limit queue",
		"shop.orders({l":             "limit",
		"shop.orders{limit = 1, ":    "limit queue",
		"x = shop.orders{limit=1,qu": "queue",
		"":                           "",
		"nothing.":                   "",
		"endless.x.":                 "",
		"f().":                       "",
		"plain{fi":                   "",
	} {
		names, typed := c.Complete(t.Context(), text)
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q is completed to %q, want %q", text, got, want)
		}
		if typed > 0 && len(names) > 0 && !strings.HasPrefix(names[0], text[len(text)-typed:]) {
			t.Errorf("%q: %d bytes are typed of %q", text, typed, names[0])
		}
	}
}
