package bridge_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
)

func TestScriptsCatchErrors(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"fields": `
			local ok, err = pcall(farm.feed)
			assert(not ok and err.code == "NonExistentWorkflow" and err.message == 'farm.feed: no such animal "c9"')
			assert(err.hint == "list them first" and err.workflow_id == "c9" and err.queue_name == nil)
			assert(err.where == nil or err.where:find("runbook.lua"))
			assert(err.colour == "red")
			assert(tostring(err) == err.message and err.cause.message == "the row is gone" and err.cause.cause == nil)`,
		"where": "local ok, err = pcall(function()\n  farm.feed()\nend)\nassert(err.where == 'runbook.lua:2', err.where)",
		"unknown field": `
			local _, err = pcall(farm.feed)
			local ok, misuse = pcall(function() return err.mesage end)
			assert(not ok and misuse.message == 'dbos.Error has no field "mesage" (did you mean "message"?)', misuse.message)`,
		"read-only": `
			local _, err = pcall(farm.feed)
			assert(not pcall(function() err.code = "x" end))`,
		"text": `
			local _, err = pcall(farm.feed)
			assert(err:find("no such") and err:upper():find("ANIMAL") and err:match('"(.-)"') == "c9" and err:sub(1, 9) == "farm.feed")
			assert("x: " .. err == 'x: farm.feed: no such animal "c9"' and err .. "!" == 'farm.feed: no such animal "c9"!' and #err == 30)`,
		"stored error": `
			local e = farm.animals()[1].failure
			assert(e.message == "bitten by a goat" and e:find("goat") and e.where == nil and e.code == nil)
			assert(e == farm.animals()[1].failure and "" .. e == "bitten by a goat")`,
		"carried unchanged": `
			local _, a = pcall(farm.feed)
			local _, b = pcall(error, a)
			assert(rawequal(a, b))
			local _, c = pcall(error, a, 2)
			assert(rawequal(a, c))
			local _, d = xpcall(function() farm.feed() end, function(e) return e end)
			assert(d.code == "NonExistentWorkflow")`,
		"as data": `
			local _, err = pcall(farm.feed)
			local d = farm.echo({err})[1]
			assert(d.code == "NonExistentWorkflow" and d.workflow_id == "c9" and d.cause.message == "the row is gone")`,
		"raised in a callback": `
			local mine = {}
			local ok, err = pcall(farm.call, function() error(mine) end)
			assert(not ok and err == mine)
			ok, err = pcall(farm.call, function() error("text", 0) end)
			assert(not ok and err == "text")
			ok, err = pcall(farm.call, function() farm.feed() end)
			assert(not ok and err.code == "NonExistentWorkflow")`,
		"wrapped after a callback": `
			local ok, err = pcall(farm.retry, function() farm.feed() end)
			assert(not ok and err.code == "NonExistentWorkflow" and err.message == 'gave up: farm.feed: no such animal "c9"')
			assert(err.cause.message == 'farm.feed: no such animal "c9"')
			local mine = {}
			ok, err = pcall(farm.retry, function() error(mine) end)
			assert(err.cause == mine)`,
		"iterator": `
			local n = 0
			local ok, err = pcall(function() for a in farm.walk(11) do n = n + 1 end end)
			assert(not ok and n == 11 and err.workflow_id == "end")`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newMachine(t).must(t, code)
		})
	}
}

func TestErrorIsTheGoError(t *testing.T) {
	t.Parallel()
	e := raisedBy(t, newMachine(t), "\nfarm.feed()")
	var cause *farmError
	if !errors.As(e, &cause) || cause.id != "c9" {
		t.Errorf("the Go error is lost: %v", e)
	}
	if e.Where() != "runbook.lua:2" || e.ErrorHint() != "list them first" || e.Detail("workflow_id") != "c9" {
		t.Errorf("got %q %q", e.Where(), e.ErrorHint())
	}
}

func TestCallbacks(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.must(t, `
		local barn = farm.barn()
		local a, b, c = farm.call(function(x, n) return x, n, {} end, barn)
		assert(rawequal(a, barn) and b == 7 and type(c) == "table")
		assert(select("#", farm.call(function() end)) == 0)
		local t = {}
		assert(farm.call(function(x) return x end, t) == t)
		assert(farm.call(function() return (farm.call(function() return 5 end)) end) == 5)`)
}

func TestPanicEndsInAnErrorThatTheHostSees(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	e := raisedBy(t, m, "farm.crash()")
	if e.ErrorCode() != declare.CodeInternal || strings.Contains(e.Error(), "goroutine") {
		t.Errorf("got %q %v", e.ErrorCode(), e)
	}
	if len(m.panics) != 1 || !strings.Contains(string(m.panics[0].Stack), "fixture_test.go") {
		t.Errorf("panics %v", m.panics)
	}
	var p *bridge.Panic
	if !errors.As(e, &p) {
		t.Error("the panic is not in the chain")
	}
	m.must(t, `assert(not pcall(farm.crash))`)
	if len(m.panics) != 2 {
		t.Error("a swallowed panic is not reported")
	}
}

func TestCancelledCall(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	ctx, cancel := context.WithCancel(t.Context())
	m.blocked = cancel
	m.state.SetContext(ctx)
	if e := raisedBy(t, m, "farm.block()"); e.ErrorCode() != declare.CodeInterrupted {
		t.Errorf("got %q", e.ErrorCode())
	}
}

func TestIterators(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.must(t, `
		local ids = {}
		for a in farm.walk(3) do ids[#ids + 1] = a.id end
		assert(table.concat(ids, ",") == "a1,a2,a3")
		local sum = 0
		for i, s in farm.count_up(4) do sum = sum + i; assert(s == "n") end
		assert(sum == 10)
		local next_animal = farm.walk(1)
		assert(next_animal().id == "a1" and next_animal() == nil and next_animal() == nil)`)
}

func TestAbandonedIteratorEnds(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.must(t, `for a in farm.walk(3) do local id = a.id break end`)
	if m.stopped {
		t.Fatal("ended before it was left")
	}
	m.exposer.Close()
	if !m.stopped {
		t.Error("Close leaves the sequence open")
	}
}

func TestAbandonedIteratorEndsWhenItIsGarbage(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.must(t, `for i = 1, 50 do for a in farm.walk(3) do local id = a.id break end end`)
	for deadline := time.Now().Add(20 * time.Second); !m.stopped && time.Now().Before(deadline); {
		runtime.GC()
		m.must(t, `for a in farm.count_up(1) do end`)
	}
	if !m.stopped {
		t.Error("an abandoned sequence stays open")
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for code, want := range map[string]string{
		`farm`: "farm", `farm.feed`: "farm.feed", `farm.animals()[1]`: "animal", `farm.barn().count`: "barn:count",
		`farm.animals()[1].to_table`: "animal:to_table", `farm.data().time`: "time", `farm.data().big`: "integer",
		`select(2, pcall(farm.feed))`: "dbos.Error",
	} {
		m.must(t, "found = "+code)
		topic, ok := m.exposer.Describe(m.state.GetGlobal("found"))
		if !ok || topic.Name != want {
			t.Errorf("%s is %q", code, topic.Name)
		}
	}
	if _, ok := m.exposer.Describe(m.state.GetGlobal("print")); ok {
		t.Error("a foreign function is described")
	}
	m.must(t, "found = farm.barn()")
	if got := m.exposer.Members(m.state.GetGlobal("found")); len(got) != 3 || got[0] != "count" {
		t.Errorf("members %v", got)
	}
}
