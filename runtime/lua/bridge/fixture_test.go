package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/big"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
)

// The fixture is a module that uses every feature of declare: a small farm.

type animal struct {
	ID      string         `json:"id" doc:"Its name tag."`
	Kind    string         `json:"kind" doc:"What it is."`
	Legs    int            `json:"legs" doc:"How many."`
	Owner   *string        `json:"owner" doc:"Who owns it."`
	Nick    string         `json:"nick,omitempty" doc:"What it is called."`
	Born    time.Time      `json:"born" doc:"When."`
	Nap     time.Duration  `json:"nap" doc:"How long it sleeps."`
	Tags    []string       `json:"tags" doc:"Labels."`
	Diet    any            `json:"diet" doc:"What it eats, as data."`
	Failure error          `json:"failure,omitempty" doc:"What went wrong."`
	Serial  int64          `json:"serial" doc:"A long number."`
	Notes   declare.Lazy   `json:"notes,omitempty" doc:"Read when asked for."`
	Parent  *animal        `json:"parent,omitempty" doc:"Mother."`
	Weights map[string]int `json:"weights,omitempty" doc:"By year."`
	Secret  string         `json:"-"`
}

type lazyValue struct {
	value any
	err   error
	reads *int
}

func (l lazyValue) Value() (any, error) {
	if l.reads != nil {
		*l.reads++
	}
	return l.value, l.err
}

type barn interface {
	Name() string
	Count() int
}

type woodenBarn struct {
	name  string
	count int
}

func (b *woodenBarn) Name() string { return b.name }
func (b *woodenBarn) Count() int   { return b.count }

type prepared struct {
	Positional []any          `json:"positional" doc:"In order."`
	Named      map[string]any `json:"named,omitempty" doc:"By name."`
}

type careOptions struct {
	QueueName string        `json:"queue_name" doc:"Where to queue."`
	QueueKey  string        `json:"queue_key" doc:"Part of the queue."`
	Policy    string        `json:"policy" doc:"On collision." enum:"reject,return_existing" default:"reject"`
	Wait      time.Duration `json:"wait" doc:"How long to wait." min:"0" default:"1s"`
	Since     *time.Time    `json:"since" doc:"From when."`
	Kinds     []string      `json:"kinds" doc:"Which kinds." enum:"cow,hen,goat"`
	Limit     *int          `json:"limit" doc:"At most this many." min:"1" max:"1000"`
	Nested    *fence        `json:"nested" doc:"A fence."`
	Deep      bool          `json:"deep" doc:"Whether to go deep."`
}

type fence struct {
	Length float64 `json:"length" doc:"Metres." required:"true"`
	Gates  []fence `json:"gates" doc:"Inside it."`
}

type careArgs struct {
	IDs   []string `arg:"ids" doc:"Who."`
	Topic string   `arg:"topic,optional" doc:"About what."`
	careOptions
}

type scheduleInput struct {
	ScheduleName string `json:"schedule_name" doc:"Name." required:"true"`
	Cron         string `json:"schedule" doc:"When." required:"true"`
	CronTimezone string `json:"cron_timezone" doc:"Where."`
	Context      any    `json:"context" doc:"Data."`
}

type applyArgs struct {
	Schedules []scheduleInput `arg:"schedules" doc:"All of them."`
}

type valueArgs struct {
	Value any `arg:"value" doc:"Data."`
}

type rawArgs struct {
	Values []declare.Raw `arg:"values,variadic" doc:"Anything."`
}

type kindsArgs struct {
	S  string           `json:"s" doc:"."`
	B  bool             `json:"b" doc:"."`
	I  int              `json:"i" doc:"."`
	I8 int8             `json:"i8" doc:"."`
	U  uint32           `json:"u" doc:"."`
	U6 uint64           `json:"u64" doc:"."`
	F  float64          `json:"f" doc:"."`
	D  time.Duration    `json:"d" doc:"."`
	T  time.Time        `json:"t" doc:"."`
	L  []int64          `json:"l" doc:"."`
	LL [][]string       `json:"ll" doc:"."`
	M  map[string]int   `json:"m" doc:"."`
	A  any              `json:"a" doc:"."`
	LA []any            `json:"la" doc:"."`
	MA map[string]any   `json:"ma" doc:"."`
	G  *big.Int         `json:"g" doc:"."`
	O  barn             `json:"o" doc:"."`
	R  *animal          `json:"r" doc:"."`
	C  declare.Callback `json:"c" doc:"."`
	W  declare.Raw      `json:"w" doc:"."`
	E  error            `json:"e" doc:"."`
	Y  []byte           `json:"y" doc:"."`
}

type callArgs struct {
	Function declare.Callback `arg:"function" doc:"What to call."`
	Value    declare.Raw      `arg:"value,optional" doc:"With what."`
}

type barnArgs struct {
	Barn barn `arg:"barn" doc:"Which."`
}

type countArgs struct {
	N int `arg:"n" doc:"How many."`
}

type farmError struct{ id string }

func (e *farmError) Error() string     { return "feed: no such animal " + fmt.Sprintf("%q", e.id) }
func (e *farmError) ErrorCode() string { return "NonExistentWorkflow" }
func (e *farmError) ErrorHint() string { return "list them first" }
func (e *farmError) Details() map[string]any {
	return map[string]any{"workflow_id": e.id, "colour": "red"}
}
func (e *farmError) Unwrap() error { return errors.New("the row is gone") }

var farmNow = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func now() time.Time { return farmNow }

func cow() animal {
	owner := "ann"
	return animal{
		ID: "c1", Kind: "cow", Legs: 4, Owner: &owner, Born: time.Date(2024, 2, 29, 12, 30, 45, 0, time.UTC),
		Nap: 90 * time.Second, Tags: []string{"brown"}, Diet: map[string]any{"hay": int64(3), "salt": nil, "list": []any{}},
		Serial: 1<<62 + 1, Failure: errors.New("bitten by a goat"), Secret: "x",
	}
}

// farm is the state a test's module works on.
type farm struct {
	seen     any // what the last handler got
	reads    int
	stopped  bool
	position declare.Position
	blocked  func() // told that a call of block waits; nil where nobody wants to know
}

func (f *farm) keep(v any) error {
	f.seen = v
	return nil
}

func (f *farm) module() declare.Module {
	return declare.Module{
		Name: "farm", Doc: "A farm.",
		Funcs:  append(f.argumentFuncs(), f.resultFuncs()...),
		Values: []declare.Value{{Name: "null", Doc: "Null.", Go: declare.Null}, {Name: "version", Doc: "Version.", Go: int64(3)}},
		Classes: []*declare.Class{
			declare.RecordOf[animal]("animal", "An animal."),
			declare.RecordOf[prepared]("prepared", "Prepared input.").AsData(),
			declare.ClassOf[barn]("barn", "A barn.").
				With(declare.Get("name", "Its name.", barn.Name)).
				Having(countMethod(), failMethod()),
		},
	}
}

func countMethod() declare.Func {
	return declare.Method("count", "Counts.", func(_ context.Context, b barn, a declare.None) (int, error) { return b.Count(), nil }).Outside().
		Returning("how many").Example("farm.barn():count()")
}

func failMethod() declare.Func {
	return declare.MethodDo("fail", "Fails.", func(context.Context, barn, countArgs) error { return &farmError{"b"} }).Outside().
		Example("pcall(function() farm.barn():fail(1) end)")
}

func (f *farm) argumentFuncs() []declare.Func {
	return []declare.Func{
		declare.Do("care", "Takes care.", func(_ context.Context, a careArgs) error { return f.keep(a) }).Outside().Example(`farm.care({"c1"}, "feed", {wait = "1s"})`),
		declare.Do("plan", "Plans.", func(_ context.Context, a scheduleInput) error { return f.keep(a) }).Outside().Example(`farm.plan{schedule_name = "a", schedule = "* * * * *"}`),
		declare.Do("apply", "Applies.", func(_ context.Context, a applyArgs) error { return f.keep(a) }).Outside().Example(`farm.apply{}`),
		declare.Do("kinds", "Every kind.", func(_ context.Context, a kindsArgs) error { return f.keep(a) }).Outside().Example(`farm.kinds{s = "x"}`),
		declare.Do("house", "Takes a barn.", func(_ context.Context, a barnArgs) error { return f.keep(a.Barn.Name()) }).Outside().Example(`farm.house(farm.barn())`),
		declare.Do("raws", "Takes anything.", func(_ context.Context, a rawArgs) error { return f.keep(a.Values) }).Outside().Example(`farm.raws(1, "a", nil)`),
		declare.Do("where", "Notes the line.", func(ctx context.Context, _ declare.None) error {
			f.position, _ = declare.Caller(ctx)
			return nil
		}).Outside().Example(`farm.where()`),
	}
}

func (f *farm) resultFuncs() []declare.Func {
	return []declare.Func{
		declare.Fn("echo", "Gives data back.", func(_ context.Context, a valueArgs) (any, error) {
			f.seen = a.Value
			return a.Value, nil
		}).Outside().Returning("the data").Example(`farm.echo({1, 2})`),
		declare.Fn("animals", "All.", func(context.Context, declare.None) ([]animal, error) {
			c := cow()
			c.Notes = lazyValue{value: map[string]any{"n": int64(1)}, reads: &f.reads}
			hen := animal{ID: "h1", Kind: "hen", Legs: 2, Parent: &c, Notes: lazyValue{err: errors.New("cannot decode")}}
			return []animal{c, hen}, nil
		}).Outside().Returning("the animals").Example(`farm.animals()`),
		declare.Fn("barn", "A barn.", func(context.Context, declare.None) (barn, error) { return &woodenBarn{"big", 3}, nil }).Outside().Returning("the barn").Example(`farm.barn()`),
		declare.Fn("barns", "Barns.", func(context.Context, declare.None) ([]barn, error) { return []barn{&woodenBarn{"a", 1}, nil}, nil }).Outside().Returning("barns").Example(`farm.barns()`),
		declare.Fn("prepare", "Prepares.", func(_ context.Context, a prepared) (prepared, error) { return a, nil }).Outside().Returning("input").Example(`farm.prepare{positional = {1}}`),
		declare.Fn("none", "Nothing.", func(context.Context, declare.None) (*animal, error) { return nil, nil }).Outside().Returning("nil").Example(`farm.none()`),
		declare.Fn("pair", "Two.", func(context.Context, declare.None) (declare.Results2[[]any, bool], error) {
			return declare.Results2[[]any, bool]{First: []any{int64(1), nil}, Second: true}, nil
		}).Outside().Returning("values", "whether closed").Example(`farm.pair()`),
		declare.Fn("walk", "One by one.", f.walk).Outside().Returning("an iterator").Example(`for a in farm.walk(2) do print(a.id) end`),
		declare.Fn("count_up", "Numbers.", func(_ context.Context, a countArgs) (iter.Seq[declare.Results2[int, string]], error) {
			return func(yield func(declare.Results2[int, string]) bool) {
				for i := range a.N {
					if !yield(declare.Results2[int, string]{First: i + 1, Second: "n"}) {
						return
					}
				}
			}, nil
		}).Outside().Returning("an iterator").Example(`for i, s in farm.count_up(2) do print(i, s) end`),
		declare.Fn("call", "Calls.", func(ctx context.Context, a callArgs) (declare.Results, error) {
			results, err := a.Function.Call(ctx, a.Value, int64(7))
			var all declare.Results
			for _, r := range results {
				all = append(all, r)
			}
			return all, err
		}).Outside().Returning("what it gives").Example(`farm.call(function() return 1 end)`),
		declare.Fn("retry", "Calls, and wraps the error.", func(ctx context.Context, a callArgs) (int, error) {
			if _, err := a.Function.Call(ctx); err != nil {
				return 0, fmt.Errorf("gave up: %w", err)
			}
			return 1, nil
		}).Outside().Returning("1").Example(`farm.retry(function() end)`),
		declare.Do("feed", "Fails.", func(context.Context, declare.None) error { return &farmError{"c9"} }).Outside().Example(`pcall(farm.feed)`),
		declare.Do("bad", "An argument error of its own.", func(context.Context, countArgs) error { return declare.BadArgument("n", "must be even") }).Outside().Example(`pcall(farm.bad, 1)`),
		declare.Do("crash", "Panics.", func(context.Context, declare.None) error { var a *animal; a.ID = "x"; return nil }).Outside().Example(`pcall(farm.crash)`),
		declare.Do("block", "Waits for the context.", f.block).Outside().Example(`pcall(farm.block)`),
		declare.Fn("data", "Data of every kind.", func(context.Context, declare.None) (any, error) { return everyKind(), nil }).Outside().Returning("data").Example(`farm.data()`),
	}
}

func (f *farm) block(ctx context.Context, _ declare.None) error {
	if f.blocked != nil {
		f.blocked()
	}
	<-ctx.Done()
	return ctx.Err()
}

func (f *farm) walk(_ context.Context, a countArgs) (iter.Seq2[animal, error], error) {
	return func(yield func(animal, error) bool) {
		defer func() { f.stopped = true }()
		for i := range a.N {
			if !yield(animal{ID: fmt.Sprint("a", i+1)}, nil) {
				return
			}
		}
		if a.N > 10 {
			yield(animal{}, &farmError{"end"})
		}
	}, nil
}

func everyKind() any {
	huge, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	return map[string]any{
		"null": nil, "yes": true, "text": "täxt", "int": int64(1<<53 + 1), "small": int64(7), "big": huge,
		"float": 1.5, "empty_list": []any{}, "empty_map": map[string]any{}, "list": []any{nil, int64(1), []any{}},
		"time": farmNow,
	}
}

// machine is a plain state with the farm in it.
type machine struct {
	*farm
	state   *lua.LState
	exposer *bridge.Exposer
	panics  []*bridge.Panic
}

func newMachine(t testing.TB) *machine {
	t.Helper()
	m := &machine{farm: &farm{}, state: lua.NewState()}
	reg := declare.NewRegistry(m.module()).WithClock(now)
	m.exposer = bridge.New(m.state, reg, bridge.Options{OnPanic: func(p *bridge.Panic) { m.panics = append(m.panics, p) }})
	m.state.SetGlobal("farm", m.exposer.Open(m.module()))
	m.state.SetGlobal("pairs", m.state.NewFunction(pairs))
	t.Cleanup(func() {
		m.exposer.Close()
		m.state.Close()
	})
	return m
}

// pairs honours __pairs, as the host's VM does.
func pairs(L *lua.LState) int {
	if meta, ok := L.GetMetaField(L.Get(1), "__pairs").(*lua.LFunction); ok {
		L.Push(meta)
		L.Push(L.Get(1))
		L.Call(1, 3)
		return 3
	}
	L.Push(L.GetGlobal("next"))
	L.Push(L.CheckTable(1))
	L.Push(lua.LNil)
	return 3
}

// run runs a chunk named runbook.lua.
func (m *machine) run(code string) error {
	f, err := m.state.Load(reader(code), "runbook.lua")
	if err != nil {
		return err
	}
	m.state.Push(f)
	return m.state.PCall(0, 0, nil)
}

func (m *machine) must(t testing.TB, code string) {
	t.Helper()
	if err := m.run(code); err != nil {
		t.Fatalf("%s\n%v", code, problem(err))
	}
}

// problem is the text of what was raised.
func problem(err error) string {
	var raised *lua.ApiError
	if errors.As(err, &raised) {
		if e, ok := bridge.ErrorOf(raised.Object); ok {
			return e.Error()
		}
		return raised.Object.String()
	}
	return fmt.Sprint(err)
}

func raisedBy(t testing.TB, m *machine, code string) *bridge.Error {
	t.Helper()
	err := m.run(code)
	var raised *lua.ApiError
	if !errors.As(err, &raised) {
		t.Fatalf("%s raised %v", code, err)
	}
	e, ok := bridge.ErrorOf(raised.Object)
	if !ok {
		t.Fatalf("%s raised %v, no error object", code, raised.Object)
	}
	return e
}
