package repl_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
	"github.com/dbos-script/dbos-script/runtime/lua/repl"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

type order struct {
	ID    string   `json:"id" doc:"Its number."`
	Note  *string  `json:"note" doc:"What was asked for."`
	Total int64    `json:"total" doc:"In cents."`
	Items []string `json:"items" doc:"What was ordered."`
}

type basket struct{}

type parcel struct {
	Box    string `json:"box" doc:"Which."`
	Weight int64  `json:"weight" doc:"In grams."`
}

func (basket) String() string { return "basket 7" }

func shop() declare.Module {
	type options struct {
		Limit int64  `json:"limit" doc:"How many." default:"2"`
		Queue string `json:"queue" doc:"Which."`
	}
	type ship struct {
		OrderID string   `arg:"order_id" doc:"Which."`
		Way     string   `arg:"way" doc:"How." enum:"road,rail"`
		Parcels []parcel `arg:"parcels,optional" doc:"What."`
		options
	}
	note := "gift\nred paper"
	return declare.Module{
		Name: "shop", Doc: "A shop.",
		Classes: []*declare.Class{
			declare.RecordOf[order]("order", "An order."),
			declare.ClassOf[basket]("basket", "A basket.").Having(
				declare.MethodDo("clear", "Empties it.", func(context.Context, basket, declare.None) error { return nil })),
		},
		Funcs: []declare.Func{
			declare.Fn("orders", "Lists orders.", func(context.Context, options) ([]order, error) {
				return []order{{ID: "a", Note: &note, Total: 250, Items: []string{"x"}}, {ID: "b"}}, nil
			}),
			declare.Fn("walk", "Walks over orders.", func(context.Context, options) (iter.Seq[order], error) {
				return slices.Values([]order{{ID: "a"}}), nil
			}),
			declare.Do("ship", "Ships an order.", func(context.Context, ship) error { return nil }),
			declare.Fn("basket", "Gives the basket.", func(context.Context, declare.None) (basket, error) { return basket{}, nil }),
		},
	}
}

// typed runs lines in a session and gives what is written: values, and errors after "error:".
func typed(t *testing.T, lines ...string) string {
	t.Helper()
	var out strings.Builder
	machine, exposer := newMachine(t, &out)
	if _, err := machine.RunString(t.Context(), "setup", `
		function help(x) print("called help", x) end
		function exit() print("called exit") end`); err != nil {
		t.Fatal(err)
	}
	session, err := repl.New(repl.Options{
		VM: machine, Exposer: exposer, Reader: repl.NewLines(strings.NewReader(strings.Join(lines, "\n"))), Out: &out,
		Failed: func(err error) error {
			fmt.Fprint(&out, "error: ")
			return vm.Format(&out, err, false)
		},
		Begin: func(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithCancel(ctx) },
		Table: func(rows []declare.Raw) error {
			_, err := fmt.Fprintf(&out, "table of %d %ss\n", len(rows), rows[0].Type())
			return err
		},
		Function: func(topic declare.Topic) string { return "call " + topic.Name },
		Objects: func(_ context.Context, list []declare.Raw) (string, error) {
			if list[0].Type() == "basket" && len(list) > 1 {
				return fmt.Sprintf("%d baskets", len(list)), nil
			}
			return "", nil
		},
		JSON: func(v any) (string, error) {
			text, err := json.Marshal(v)
			return string(text), err
		},
		Dump:  program(t, `local keys = {} for k in pairs(...) do keys[#keys + 1] = tostring(k) end return "{" .. table.concat(keys, " ") .. "}"`),
		Flush: func() error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func newMachine(t *testing.T, out *strings.Builder) (*vm.VM, *bridge.Exposer) {
	t.Helper()
	var exposer *bridge.Exposer
	load := func(*lua.LState) lua.LValue { return exposer.Open(shop()) }
	machine := vm.New(vm.Config{Stdout: out, Globals: map[string]vm.Loader{"shop": load}})
	exposer = bridge.New(machine.L(), declare.NewRegistry(shop()), bridge.Options{Call: machine.Call})
	t.Cleanup(func() {
		exposer.Close()
		machine.Close()
	})
	return machine, exposer
}

func program(t *testing.T, source string) *vm.Program {
	t.Helper()
	p, err := vm.Compile("test", source)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
