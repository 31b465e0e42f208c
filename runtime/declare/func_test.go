package declare_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

type queueOptions struct {
	QueueName string   `json:"queue_name" doc:"Queue."`
	Names     []string `json:"names,omitempty" doc:"Names."`
	Hidden    string   `json:"-"`
}

type resumeArgs struct {
	IDs   []string       `arg:"ids" doc:"Workflows."`
	Topic *string        `arg:"topic" doc:"Topic."`
	Wait  *time.Duration `json:"wait" doc:"Wait." default:"1s" min:"0"`
	queueOptions
}

type row struct {
	ID string    `json:"id" doc:"Id."`
	At time.Time `json:"at" doc:"When."`
}

func resume() declare.Func {
	return declare.Fn("resume", "Resumes.", func(_ context.Context, a resumeArgs) ([]row, error) {
		return []row{{ID: a.IDs[0]}}, nil
	}).Changes().Returning("the rows").Example(`m.resume({"a"})`).Raises("ReadOnly").Notes("Slow.")
}

func TestArgumentStructIsReadInOrder(t *testing.T) {
	t.Parallel()
	f := resume()
	if len(f.Params()) != 2 || f.Params()[0].Name != "ids" || !f.Params()[0].Required || f.Params()[1].Required {
		t.Fatalf("params %+v", f.Params())
	}
	if got := f.Options().Names(); len(got) != 3 || got[0] != "wait" || got[1] != "queue_name" || got[2] != "names" {
		t.Fatalf("options %v", got)
	}
	wait := f.Options().Key("wait")
	if wait.Default != "1s" || wait.Min == nil || *wait.Min != 0 || wait.Type.Kind != declare.KindDuration || !wait.Type.Optional {
		t.Errorf("wait %+v %+v", wait, wait.Type)
	}
	if !f.Options().Key("names").Single || f.Params()[0].Single {
		t.Error("a list option takes a single value, a positional list does not")
	}
	if errs := declare.Check(declare.Module{Name: "m", Doc: "M.", Funcs: []declare.Func{f}, Classes: []*declare.Class{declare.RecordOf[row]("row", "A row.")}}); errs != nil {
		t.Errorf("check: %v", errs)
	}
}

func TestAHolderLeavesOptionsOut(t *testing.T) {
	t.Parallel()
	type args struct {
		Wait         time.Duration `json:"wait" doc:"Wait."`
		queueOptions `without:"queue_name"`
	}
	f := declare.Do("rest", "Rests.", func(context.Context, args) error { return nil }).Reads().Example("m.rest()")
	if got := f.Options().Names(); len(got) != 2 || got[0] != "wait" || got[1] != "names" {
		t.Errorf("options %v", got)
	}
	for name, want := range map[string]string{
		"queue_name": `takes no option "queue_name"`, "wiat": `unknown option "wiat" (did you mean "wait"?)`, "zebra": `unknown option "zebra"`,
	} {
		if got := f.Options().UnknownKey("option", name); got != want {
			t.Errorf("the message about %s is %s", name, got)
		}
	}
	if errs := declare.Check(declare.Module{Name: "m", Doc: "M.", Funcs: []declare.Func{f}}); errs != nil {
		t.Errorf("check: %v", errs)
	}
}

func TestInvoke(t *testing.T) {
	t.Parallel()
	f := resume()
	args := f.NewArgs().(*resumeArgs)
	args.IDs = []string{"w1"}
	got, err := f.Invoke(t.Context(), nil, args)
	if rows, ok := got.([]row); err != nil || !ok || rows[0].ID != "w1" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestMethodOnReceiver(t *testing.T) {
	t.Parallel()
	m := declare.Method("id", "Id.", func(_ context.Context, r *row, _ declare.None) (string, error) { return r.ID, nil })
	if !m.IsMethod() {
		t.Fatal("no method")
	}
	if got, err := m.Invoke(t.Context(), &row{ID: "a"}, m.NewArgs()); err != nil || got != "a" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := m.Invoke(t.Context(), 7, m.NewArgs()); err == nil {
		t.Error("a wrong receiver is accepted")
	}
	f := m.On(func(context.Context) (any, error) { return &row{ID: "b"}, nil })
	if got, err := f.Invoke(t.Context(), nil, f.NewArgs()); err != nil || got != "b" || f.IsMethod() {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestResultTypes(t *testing.T) {
	t.Parallel()
	two := declare.Fn("two", "", func(context.Context, declare.None) (declare.Results2[[]any, bool], error) {
		return declare.Results2[[]any, bool]{}, nil
	})
	if len(two.Returns) != 2 || two.Returns[0].Type.Kind != declare.KindList || two.Returns[1].Type.Kind != declare.KindBool {
		t.Errorf("returns %+v", two.Returns)
	}
	rows := declare.Fn("rows", "", func(context.Context, declare.None) (iter.Seq2[row, error], error) { return nil, nil })
	if r := rows.Returns[0].Type; r.Kind != declare.KindIterator || r.Elem.Kind != declare.KindStruct {
		t.Errorf("iterator %+v", r)
	}
}

type optsArgs struct {
	Values []string     `arg:"values,variadic" doc:"Values."`
	Common queueOptions `opts:"true"`
}

type ring struct {
	Name string `json:"name" doc:"Name." required:"true"`
	Next []ring `json:"next" doc:"Further ones."`
}

func TestOptionsInPlaceAndRings(t *testing.T) {
	t.Parallel()
	f := declare.Do("f", "F.", func(context.Context, optsArgs) error { return nil })
	if !f.Variadic() || f.Params()[0].Required || f.Options().Key("queue_name") == nil || len(f.Options().Key("queue_name").Index) != 2 {
		t.Errorf("%+v %+v", f.Params(), f.Options())
	}
	r := declare.Do("r", "R.", func(context.Context, ring) error { return nil })
	if next := r.Options().Key("next"); next.Type.Elem.Table != r.Options() || next.Single {
		t.Error("a table that holds itself is not one table")
	}
}

func TestBuildersChangeACopy(t *testing.T) {
	t.Parallel()
	base := resume()
	changed := base.Returning("other").Example("x").Raises("Denied").Notes("n")
	if base.Returns[0].Doc != "the rows" || len(base.Examples) != 1 || len(base.Codes) != 1 || base.Remarks != "Slow." {
		t.Errorf("the original changed: %+v", base)
	}
	if changed.Returns[0].Doc != "other" || len(changed.Examples) != 2 || len(changed.Codes) != 2 {
		t.Errorf("the copy did not: %+v", changed)
	}
}

func TestCallerOutsideOfACall(t *testing.T) {
	t.Parallel()
	if _, ok := declare.Caller(t.Context()); ok {
		t.Error("a position is found outside of a call")
	}
}

func TestPassingSaysWhatCallbacksGet(t *testing.T) {
	t.Parallel()
	type args struct {
		Items declare.Raw      `arg:"items" doc:"Items."`
		Fn    declare.Callback `arg:"fn" doc:"Called."`
		Each  declare.Callback `json:"each" doc:"Called."`
	}
	plain := declare.Do("go_over", "Goes.", func(context.Context, args) error { return nil }).Pure().Example("m.go_over()")
	f := plain.Passing("fn", declare.Pass[declare.Item]("item")).Passing("each", declare.Pass[int]("count"), declare.Pass[string]("text"))
	if got := f.Params()[1].Passes; len(got) != 1 || got[0].Name != "item" || got[0].Type.Kind != declare.KindItem {
		t.Errorf("fn gets %+v", got)
	}
	if got := f.Options().Key("each").Passes; len(got) != 2 || got[1].Type.Kind != declare.KindString {
		t.Errorf("each gets %+v", got)
	}
	if plain.Params()[1].Passes != nil || plain.Options().Key("each").Passes != nil {
		t.Error("the declaration it was made from has changed")
	}
	errs := declare.Check(declare.Module{Name: "m", Doc: "M.", Funcs: []declare.Func{plain.Passing("nobody")}})
	if len(errs) != 1 || errs[0].Error() != `m.go_over: passes arguments to "nobody", which it does not take` {
		t.Errorf("got %v", errs)
	}
}

// Declarations with the same argument struct share what was read of it.
func TestADeclarationIsNotChangedByAnotherOfItsArguments(t *testing.T) {
	t.Parallel()
	type args struct {
		Fn   declare.Callback `arg:"fn" doc:"Is called."`
		Then declare.Callback `json:"then" doc:"Is called afterwards."`
	}
	plain := func() declare.Func {
		return declare.Do("each", "Calls.", func(context.Context, args) error { return nil }).Pure()
	}
	before := plain()
	changed := plain().Passing("fn", declare.Pass[string]("item")).Passing("then", declare.Pass[string]("item")).Passing("none")
	if changed.Params()[0].Passes == nil || changed.Options().Key("then").Passes == nil {
		t.Fatal("nothing is passed")
	}
	for _, f := range []declare.Func{before, plain()} {
		if f.Params()[0].Passes != nil || f.Options().Key("then").Passes != nil {
			t.Error("another declaration passes arguments too")
		}
		if errs := declare.Check(declare.Module{Name: "m", Doc: "M.", Funcs: []declare.Func{f.Example("m.each()")}}); errs != nil {
			t.Errorf("check: %v", errs)
		}
	}
}
