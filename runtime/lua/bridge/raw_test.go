package bridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
)

type verdict struct{ text string }

func (v *verdict) String() string { return v.text }

type verdictArgs struct {
	Verdict *verdict `arg:"verdict,required" doc:"A verdict."`
}

type oneRaw struct {
	Value declare.Raw `arg:"value" doc:"Anything."`
}

type deadlineArgs struct {
	Function declare.Callback `arg:"function" doc:"What to call."`
	Timeout  time.Duration    `arg:"timeout" doc:"For how long."`
}

func jsonlike() declare.Module {
	mark := func(name string, as func(declare.Raw) (declare.Raw, error)) declare.Func {
		return declare.Fn(name, "Marks.", func(_ context.Context, a oneRaw) (declare.Raw, error) { return as(a.Value) }).Pure().Returning("it").Example(name)
	}
	return declare.Module{
		Name: "json", Doc: "J.",
		Funcs: []declare.Func{
			mark("array", declare.Raw.Array), mark("object", declare.Raw.Object),
			declare.Fn("encode", "Encodes.", encodeOrdered).Pure().Returning("text").Example("json.encode{}"),
			declare.Fn("size", "Counts.", countList).Pure().Returning("n").Example("json.size{}"),
			declare.Fn("verdict", "A verdict.", func(context.Context, declare.None) (*verdict, error) { return &verdict{"guilty as charged"}, nil }).Pure().Returning("it").Example("json.verdict()"),
			declare.Fn("read", "Reads one.", func(_ context.Context, a verdictArgs) (string, error) { return a.Verdict.text, nil }).Pure().Returning("it").Example("json.read(json.verdict())"),
			declare.Do("within", "Calls.", func(ctx context.Context, a deadlineArgs) error {
				ctx, cancel := context.WithTimeout(ctx, a.Timeout)
				defer cancel()
				_, err := a.Function.Call(ctx)
				return err
			}).Pure().Example(`json.within(function() end, "1s")`),
			declare.Do("late", "A wait that took too long.", func(context.Context, declare.None) error { return context.DeadlineExceeded }).Pure().Example("pcall(json.late)"),
		},
		Values: []declare.Value{{Name: "null", Doc: "Null.", Go: declare.Null}},
		Classes: []*declare.Class{
			declare.ClassOf[*verdict]("verdict", "A verdict.").TextLike(),
		},
	}
}

func encodeOrdered(_ context.Context, a oneRaw) (string, error) {
	v, err := a.Value.Ordered()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(v)
	return string(text), err
}

func countList(_ context.Context, a oneRaw) (int, error) {
	list, ok := a.Value.List()
	if !ok {
		return 0, errors.New("no list")
	}
	return len(list), nil
}

func TestScriptsUseRawValues(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"marks": `
			assert(json.encode({}) == "{}" and json.encode(json.array{}) == "[]" and json.encode(json.object{}) == "{}")
			local t = {}
			assert(json.array(t) == t and json.encode{list = t} == '{"list":[]}')
			assert(json.encode(json.object(json.array{})) == "{}")
			assert(json.encode(json.object{"a", x = 1}) == '{"1":"a","x":1}')`,
		"order": `
			assert(json.encode{b = 1, a = {d = json.null, c = {1, 2}}} == '{"b":1,"a":{"d":null,"c":[1,2]}}')`,
		"record": `
			local text = json.encode(farm.animals()[1])
			assert(text:find('^{"id":"c1","kind":"cow","legs":4,"owner":"ann","born":"2024%-02%-29T12:30:45Z","nap":90,"tags":%["brown"%]'), text)`,
		"lists": `
			assert(json.size{} == 0 and json.size{1, 2} == 2 and json.size(farm.animals()) == 2)
			assert(not pcall(json.size, {a = 1}) and not pcall(json.size, "x") and not pcall(json.size, json.object{}))`,
		"an array that is none": `
			local t = json.array{}
			t.x = 1
			local ok, err = pcall(json.encode, t)
			assert(not ok and err.message == 'json.encode: argument "value": an array has the key "x" beside its elements', err.message)
			assert(not pcall(json.array, 5))
			assert(not pcall(json.array, setmetatable({}, {})))`,
		"text-like object": `
			local v = json.verdict()
			assert(v:find("guilty") == 1 and #v == 17 and v .. "!" == "guilty as charged!" and "so " .. v == "so guilty as charged")
			assert(v:upper() == "GUILTY AS CHARGED" and v:rep(2, "-"):find("-") == nil)
			assert(v <= json.verdict() and not (v < json.verdict()))
			assert(json.read(v) == "guilty as charged" and not pcall(json.read, "x") and not pcall(json.read))`,
		"json.null among modules": `assert(tostring(json.null) == "null" and json.null == farm.null)`,
		"a wait": `
			local ok, err = pcall(json.late)
			assert(not ok and err.code == "Timeout")`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newPair(t).must(t, code)
		})
	}
}

// newPair is a machine with a second module beside the farm.
func newPair(t *testing.T) *machine {
	t.Helper()
	m := &machine{farm: &farm{}, state: lua.NewState()}
	x := bridge.New(m.state, declare.NewRegistry(m.module(), jsonlike()).WithClock(now), bridge.Options{})
	m.exposer = x
	m.state.SetGlobal("farm", x.Open(m.module()))
	m.state.SetGlobal("json", x.Open(jsonlike()))
	t.Cleanup(m.state.Close)
	return m
}

func TestCallbackUnderADeadline(t *testing.T) {
	t.Parallel()
	m := newPair(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m.state.SetContext(ctx)
	m.must(t, `
		local ok, err = pcall(json.within, function() while true do end end, "10ms")
		assert(not ok and err.code == "Timeout", tostring(err))
		local n = 0
		json.within(function() n = n + 1 end, "1m")
		assert(n == 1)`)
	if m.state.Context() != ctx {
		t.Error("the thread keeps the context of the callback")
	}
}

func TestDeclarationsOfTheSecondModule(t *testing.T) {
	t.Parallel()
	if errs := declare.Check((&farm{}).module(), jsonlike()); errs != nil {
		t.Error(errs)
	}
}

func TestRawGivesTheErrorOfToString(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.must(t, `farm.raws(setmetatable({}, {__tostring = function() error("no text", 0) end}), print, 5)`)
	raws := m.seen.([]declare.Raw)
	if _, err := raws[0].Text(); err == nil || err.Error() != "no text" {
		t.Errorf("got %v", err)
	}
	if _, err := raws[1].Value(); err == nil || err.Error() != `argument "values": a function is not JSON data` {
		t.Errorf("got %v", err)
	}
	if raws[2].Native() != 5.0 || raws[1].Native() != nil {
		t.Error("wrong native values")
	}
	again, err := m.exposer.Encode(raws[0])
	if err != nil || m.exposer.Raw(again).Type() != "table" {
		t.Error("a raw value is not itself again")
	}
}
