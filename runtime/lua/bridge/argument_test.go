package bridge_test

import (
	"io"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func reader(text string) io.Reader { return strings.NewReader(text) }

func TestFixtureIsComplete(t *testing.T) {
	t.Parallel()
	if errs := declare.Check((&farm{}).module()); errs != nil {
		t.Fatalf("%v", errs)
	}
}

func TestExamplesRun(t *testing.T) {
	t.Parallel()
	module := (&farm{}).module()
	for _, f := range module.Funcs {
		for _, example := range f.Examples {
			m := newMachine(t)
			if f.Name != "block" {
				m.must(t, example)
			}
		}
	}
}

// The errors of arguments, word for word: what a script's author reads.
func TestArgumentErrors(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		`farm.care()`:                                                           `farm.care: argument "ids" is missing`,
		`farm.care(nil, "x")`:                                                   `farm.care: argument "ids" is missing`,
		`farm.care("a")`:                                                        `farm.care: argument "ids": array expected, got string`,
		`farm.care({"a", 7})`:                                                   `farm.care: argument "ids"[2]: string expected, got number`,
		`farm.care({"a", nil, "c"})`:                                            `farm.care: argument "ids"[2]: nil in an array`,
		`farm.care({"a", x = 1})`:                                               `farm.care: argument "ids": array expected, got a table with the key "x"`,
		`farm.care({}, 7)`:                                                      `farm.care: argument "topic": string expected, got number`,
		`farm.care({}, "t", {queu = "x"})`:                                      `farm.care: unknown option "queu" (did you mean "queue_name"?)`,
		`farm.care({}, "t", {queue_nmae = "x"})`:                                `farm.care: unknown option "queue_nmae" (did you mean "queue_name"?)`,
		`farm.care({}, "t", {zebra = "x"})`:                                     `farm.care: unknown option "zebra"`,
		`farm.care({}, "t", {"x"})`:                                             `farm.care: a table of names expected, got the key 1`,
		`farm.care({}, "t", "x")`:                                               `farm.care: table of options expected, got string`,
		`farm.care({}, "t", {}, 1)`:                                             `farm.care: takes at most 3 arguments, got 4`,
		`farm.care({}, nil, {wait = true})`:                                     `farm.care: argument "wait": duration expected, got boolean`,
		`farm.care({}, nil, {wait = "5x"})`:                                     `farm.care: argument "wait": "5x" is no duration`,
		`farm.care({}, nil, {wait = -1})`:                                       `farm.care: argument "wait": must be at least 0, got -1s`,
		`farm.care({}, nil, {policy = "rejct"})`:                                `farm.care: argument "policy": "rejct" is not one of "reject", "return_existing" (did you mean "reject"?)`,
		`farm.care({}, nil, {kinds = {"cow", "cat"}})`:                          `farm.care: argument "kinds"[2]: "cat" is not one of "cow", "hen", "goat"`,
		`farm.care({}, nil, {kinds = 5})`:                                       `farm.care: argument "kinds": string expected, got number`,
		`farm.care({}, nil, {limit = 0})`:                                       `farm.care: argument "limit": must be at least 1, got 0`,
		`farm.care({}, nil, {limit = 1001})`:                                    `farm.care: argument "limit": must be at most 1000, got 1001`,
		`farm.care({}, nil, {limit = 1.5})`:                                     `farm.care: argument "limit": integer expected, got 1.5`,
		`farm.care({}, nil, {limit = "5"})`:                                     `farm.care: argument "limit": integer expected, got string`,
		`farm.care({}, nil, {since = "long ago"})`:                              `farm.care: argument "since": "long ago" is no time`,
		`farm.care({}, nil, {since = {}})`:                                      `farm.care: argument "since": time expected, got table`,
		`farm.care({}, nil, {deep = 1})`:                                        `farm.care: argument "deep": boolean expected, got number`,
		`farm.care({}, nil, {nested = {}})`:                                     `farm.care: argument "nested": key "length" is missing`,
		`farm.care({}, nil, {nested = {lenght = 1}})`:                           `farm.care: argument "nested": unknown key "lenght" (did you mean "length"?)`,
		`farm.care({}, nil, {nested = {length = 1, gates = {{length = "x"}}}})`: `farm.care: argument "nested".gates[1].length: number expected, got string`,
		`farm.plan()`:                                                           `farm.plan: argument "schedule_name" is missing`,
		`farm.plan{}`:                                                           `farm.plan: argument "schedule_name" is missing`,
		`farm.plan{schedule_name = "x"}`:                                        `farm.plan: argument "schedule" is missing`,
		`farm.plan{schedule_nam = "x"}`:                                         `farm.plan: unknown option "schedule_nam" (did you mean "schedule_name"?)`,
		`farm.plan("x")`:                                                        `farm.plan: table of options expected, got string`,
		`farm.apply{{schedule_name = "a", schedule = "b"}, {cron = "b"}}`:       `farm.apply: argument "schedules"[2]: unknown key "cron" (did you mean "cron_timezone"?)`,
		`farm.apply{{schedule_name = "a"}}`:                                     `farm.apply: argument "schedules"[1]: key "schedule" is missing`,
		`farm.apply{{schedule_name = 1}}`:                                       `farm.apply: argument "schedules"[1].schedule_name: string expected, got number`,
		`farm.feed(1)`:                                                          `farm.feed: takes no arguments, got 1`,
		`farm.bad(1, 2)`:                                                        `farm.bad: takes at most one argument, got 2`,
		`farm.bad(1)`:                                                           `farm.bad: argument "n": must be even`,
		`farm:feed()`:                                                           `farm.feed: is called with a dot, not a colon`,
		`farm.kinds{i8 = 300}`:                                                  `farm.kinds: argument "i8": integer between -128 and 127 expected, got 300`,
		`farm.kinds{u = -1}`:                                                    `farm.kinds: argument "u": must be at least 0, got -1`,
		`farm.kinds{i = 2^63}`:                                                  `farm.kinds: argument "i": integer between -9223372036854775808 and 9223372036854775807 expected, got 9223372036854775808`,
		`farm.kinds{f = 0/0}`:                                                   `farm.kinds: argument "f": number expected, got nan`,
		`farm.kinds{d = 1e300}`:                                                 `farm.kinds: argument "d": duration out of range (at most 292 years)`,
		`farm.kinds{t = 1e300}`:                                                 `farm.kinds: argument "t": time out of range (years 0 to 9999)`,
		`farm.kinds{o = 1}`:                                                     `farm.kinds: argument "o": barn expected, got number`,
		`farm.kinds{o = farm.animals()[1]}`:                                     `farm.kinds: argument "o": barn expected, got animal`,
		`farm.kinds{c = 1}`:                                                     `farm.kinds: argument "c": function expected, got number`,
		`farm.kinds{m = {1}}`:                                                   `farm.kinds: argument "m": table with names as keys expected, got the key 1`,
		`farm.kinds{m = {a = "x"}}`:                                             `farm.kinds: argument "m".a: integer expected, got string`,
		`farm.kinds{ll = {{"a"}, {"b", 5}}}`:                                    `farm.kinds: argument "ll"[2][2]: string expected, got number`,
		`farm.kinds{s = farm.null, b = 1}`:                                      `farm.kinds: argument "b": boolean expected, got number`,
		`farm.kinds{e = 1}`:                                                     `farm.kinds: argument "e": error expected, got number`,
		`farm.echo()`:                                                           `farm.echo: argument "value" is missing`,
		`farm.echo(print)`:                                                      `farm.echo: argument "value": a function is not JSON data`,
		`farm.echo({items = {1, 2, print}})`:                                    `farm.echo: argument "value": value.items[3]: a function is not JSON data`,
		`farm.echo({["my key"] = 0/0})`:                                         `farm.echo: argument "value": value["my key"]: NaN is not JSON data`,
		`farm.echo({a = {1/0}})`:                                                `farm.echo: argument "value": value.a[1]: an infinite number is not JSON data`,
		`local t = {}; t.me = {t}; farm.echo(t)`:                                `farm.echo: argument "value": value.me[1]: the table contains itself, which is not JSON data`,
		`farm.echo({1, nil, 3})`:                                                `farm.echo: argument "value": value[2]: nil in an array`,
		`farm.echo({1, x = 2})`:                                                 `farm.echo: argument "value": a table with both array elements and the key "x" is not JSON data`,
		`farm.echo({[true] = 1})`:                                               `farm.echo: argument "value": the key true is no string`,
		`farm.echo({"\255"})`:                                                   `farm.echo: argument "value": value[1]: text that is not UTF-8 is not JSON data`,
		`farm.echo({farm})`:                                                     `farm.echo: argument "value": value[1]: a module is not JSON data`,
		`farm.echo(coroutine.create(print))`:                                    `farm.echo: argument "value": a thread is not JSON data`,
		`farm.kinds{la = {1, {print}}}`:                                         `farm.kinds: argument "la": la[2][1]: a function is not JSON data`,
		`farm.kinds{ma = {x = {print}}}`:                                        `farm.kinds: argument "ma": ma.x[1]: a function is not JSON data`,
		`local t = {} for i = 1, 20000 do t = {t} end farm.echo(t)`:             `farm.echo: argument "value": value[1][1][1][1][1][1][1][1]…[1][1][1][1][1][1][1][1]: nested too deeply to be JSON data`,
		`farm.house("x")`:                                                       `farm.house: argument "barn": barn expected, got string`,
		`farm.barn().count()`:                                                   `barn:count: is called on a barn with a colon: x:count(…)`,
		`farm.barn().count(farm.animals()[1])`:                                  `barn:count: is called on a barn with a colon: x:count(…)`,
		`farm.barn():count(1)`:                                                  `barn:count: takes no arguments, got 1`,
		`farm.barn():fail()`:                                                    `barn:fail: argument "n" is missing`,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			e := raisedBy(t, newMachine(t), code)
			if e.Error() != want {
				t.Errorf("got  %s\nwant %s", e.Error(), want)
			}
			code := declare.CodeInvalidArgument
			if strings.Contains(want, "must be at ") || strings.Contains(want, "integer between") {
				code = declare.CodeInvalidOption
			}
			if e.ErrorCode() != code || e.Where() != "runbook.lua:1" {
				t.Errorf("code %q at %q", e.ErrorCode(), e.Where())
			}
		})
	}
}

func TestArgumentsArrive(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	limit := 5
	since := farmNow.Add(-24 * time.Hour)
	for code, want := range map[string]any{
		`farm.care({}, nil, nil)`:                                             careArgs{IDs: []string{}},
		`farm.care({"a"}, "t")`:                                               careArgs{IDs: []string{"a"}, Topic: "t"},
		`farm.care({"a"}, "t", {}, nil)`:                                      careArgs{IDs: []string{"a"}, Topic: "t"},
		`farm.care({}, "t", {limit = 5, since = "-24h"})`:                     careArgs{IDs: []string{}, Topic: "t", careOptions: careOptions{Limit: &limit, Since: &since}},
		`farm.care({}, nil, {kinds = "cow", wait = "1h30m"})`:                 careArgs{IDs: []string{}, careOptions: careOptions{Kinds: []string{"cow"}, Wait: 90 * time.Minute}},
		`farm.care({}, nil, {kinds = {}})`:                                    careArgs{IDs: []string{}, careOptions: careOptions{Kinds: []string{}}},
		`farm.care({}, nil, {nested = {length = 2, gates = {{length = 1}}}})`: careArgs{IDs: []string{}, careOptions: careOptions{Nested: &fence{2, []fence{{Length: 1}}}}},
		`farm.plan{schedule_name = "a", schedule = "b", context = farm.null}`: scheduleInput{ScheduleName: "a", Cron: "b"},
		`farm.apply{}`:                                applyArgs{Schedules: []scheduleInput{}},
		`farm.kinds()`:                                kindsArgs{},
		`farm.kinds{s = "x", b = true, i = -3}`:       kindsArgs{S: "x", B: true, I: -3},
		`farm.kinds{i8 = 127, u = 4294967295}`:        kindsArgs{I8: 127, U: 4294967295},
		`farm.kinds{f = 1.5, d = 0.25}`:               kindsArgs{F: 1.5, D: 250 * time.Millisecond},
		`farm.kinds{d = "-7d"}`:                       kindsArgs{D: -7 * 24 * time.Hour},
		`farm.kinds{t = 1795392000}`:                  kindsArgs{T: day},
		`farm.kinds{t = "2026-11-23"}`:                kindsArgs{T: day},
		`farm.kinds{t = "2026-11-23T02:00:00+02:00"}`: kindsArgs{T: day},
		`farm.kinds{t = farm.data().time}`:            kindsArgs{T: farmNow},
		`farm.kinds{t = "now"}`:                       kindsArgs{T: farmNow},
		`farm.kinds{l = {1, 2}}`:                      kindsArgs{L: []int64{1, 2}},
		`farm.kinds{l = 9}`:                           kindsArgs{L: []int64{9}},
		`farm.kinds{m = {a = 1}}`:                     kindsArgs{M: map[string]int{"a": 1}},
		`farm.kinds{a = {x = {1, "y"}}}`:              kindsArgs{A: map[string]any{"x": []any{int64(1), "y"}}},
		`farm.kinds{la = {1, farm.null}}`:             kindsArgs{LA: []any{int64(1), nil}},
		`farm.kinds{ma = {x = 1.5}}`:                  kindsArgs{MA: map[string]any{"x": 1.5}},
		`farm.kinds{g = 2^60}`:                        kindsArgs{G: big.NewInt(1 << 60)},
		`farm.kinds{i = farm.animals()[1].serial}`:    kindsArgs{I: 1<<62 + 1},
		`farm.kinds{u64 = farm.data().int}`:           kindsArgs{U6: 1<<53 + 1},
		`farm.kinds{y = "\255\0"}`:                    kindsArgs{Y: []byte{255, 0}},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			m.must(t, code)
			if !reflect.DeepEqual(m.seen, want) {
				t.Errorf("got  %#v\nwant %#v", m.seen, want)
			}
		})
	}
}

func TestObjectsArriveAsThemselves(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.must(t, `farm.house(farm.barn())`)
	if m.seen != "big" {
		t.Errorf("got %v", m.seen)
	}
	m.must(t, `farm.kinds{o = farm.barn(), r = farm.animals()[1], e = farm.animals()[1].failure}`)
	got := m.seen.(kindsArgs)
	if got.O.Name() != "big" || got.R.ID != "c1" || got.E.Error() != "bitten by a goat" {
		t.Errorf("got %#v", got)
	}
}

func TestRawArguments(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.must(t, `farm.raws(1, "a", nil, {1}, farm.animals()[1], setmetatable({}, {__tostring = function() return "mine" end}), farm.null)`)
	var types, texts []string
	for _, r := range m.seen.([]declare.Raw) {
		text, err := r.Text()
		if err != nil {
			t.Fatal(err)
		}
		types, texts = append(types, r.Type()), append(texts, text)
	}
	if want := []string{"number", "string", "nil", "table", "animal", "table", "json.null"}; !reflect.DeepEqual(types, want) {
		t.Errorf("types %v", types)
	}
	if texts[0] != "1" || texts[1] != "a" || texts[2] != "nil" || texts[5] != "mine" || texts[6] != "null" {
		t.Errorf("texts %q", texts)
	}
	if _, ok := m.seen.([]declare.Raw)[4].Native().(*animal); !ok {
		t.Error("the record's Go value is not found")
	}
}

func TestCallerIsTheLine(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.must(t, "local x = 1\nfarm.where()")
	if m.position != (declare.Position{File: "runbook.lua", Line: 2}) {
		t.Errorf("got %v", m.position)
	}
	m.must(t, "\n\ncoroutine.wrap(function() farm.where() end)()")
	if m.position.Line != 3 {
		t.Errorf("in a coroutine: %v", m.position)
	}
}
