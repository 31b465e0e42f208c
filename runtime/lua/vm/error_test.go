package vm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	lua "github.com/yuin/gopher-lua"
)

func TestFormatIsTheDocumentedPicture(t *testing.T) {
	t.Parallel()
	source := strings.Repeat("\n", 9) + `local dbos = {resume_workflows = function(_, opts) if opts.queu then error('dbos.resume_workflows: unknown option "queu"', 2) end end}
local function restart(ids)
	dbos.resume_workflows(ids, {queu = "slow"})
end

restart({})
`
	_, err := run(t, Config{}, source)
	want := `script.lua:12: dbos.resume_workflows: unknown option "queu"
   12 |  dbos.resume_workflows(ids, {queu = "slow"})
  script.lua:10: in function 'resume_workflows'
  script.lua:12: in function 'restart'
  script.lua:15: in main chunk
`
	if got := report(t, err); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFormatWithColourHintAndForeignErrors(t *testing.T) {
	t.Parallel()
	failure := &ScriptError{Message: "bad \x1b[31mthing\x07", Hint: "do better", File: "a.lua", Line: 3, SourceLine: "\tx" + strings.Repeat("y", 300)}
	var b bytes.Buffer
	if err := Format(&b, fmt.Errorf("wrapped: %w", failure), true); err != nil {
		t.Fatal(err)
	}
	want := "\x1b[1ma.lua:3: bad \\x1b[31mthing\\x07\x1b[0m\n    3 |  x" + strings.Repeat("y", 158) + "…\n  hint: do better\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
	if got := report(t, errors.New("other")); got != "other\n" {
		t.Errorf("got %q", got)
	}
}

func TestTraceKeepsTheFirstPlace(t *testing.T) {
	t.Parallel()
	_, err := run(t, Config{}, `local function load() error("no data") end
local function cleanup(f)
  local ok, e = pcall(f)
  if not ok then error(e, 0) end
end
cleanup(load)`)
	want := `script.lua:1: no data
    1 | local function load() error("no data") end
  script.lua:1: in function <script.lua:1>
  script.lua:3: in function 'cleanup'
  script.lua:6: in main chunk
`
	if got := report(t, err); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTraceGoesThroughCoroutines(t *testing.T) {
	t.Parallel()
	_, err := run(t, Config{}, `local function step() error("in the thread") end
local co = coroutine.wrap(function()
  coroutine.yield()
  step()
end)
co()
local function drive() co() end
drive()`)
	want := `script.lua:1: in the thread
    1 | local function step() error("in the thread") end
  script.lua:1: in function 'step'
  script.lua:4: in function <script.lua:2>
  script.lua:7: in function 'drive'
  script.lua:8: in main chunk
`
	if got := report(t, err); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDeepTraceIsCut(t *testing.T) {
	t.Parallel()
	_, err := run(t, Config{}, "local function deep(n) if n == 0 then error('x') end return 1 + deep(n - 1) end\ndeep(500)")
	failure := failureOf(t, err)
	if n := len(failure.Traceback); n != innerFrames+outerFrames+1 {
		t.Errorf("%d frames", n)
	}
	if got := failure.Traceback[innerFrames].String(); got != "… 481 more" {
		t.Errorf("got %q", got)
	}
}

func TestErrorsOfLargeValuesAreQuickAndShort(t *testing.T) {
	t.Parallel()
	var err error
	took := busy(t, func() {
		_, err = run(t, Config{Limits: Limits{Memory: -1, Time: unhurried}}, `local t = {}
for i = 1, 200000 do t["key" .. i] = i end
for i = 1, 100 do pcall(function() t.kye5() end) end
big = t
for i = 1, 100 do pcall(function() return keey5 end) pcall(table.insert) end
error(("x"):rep(1e6))`)
	})
	failure := failureOf(t, err)
	if len(failure.Message) > longestMessage+3 || took > 20*time.Second {
		t.Errorf("%d bytes after %s of work", len(failure.Message), took)
	}
}

func TestSyntaxErrorInAModule(t *testing.T) {
	t.Parallel()
	_, err := run(t, Config{ScriptDir: "testdata/modules"}, "\nlocal m = require 'broken'")
	want := `testdata/modules/broken.lua:1: "}" expected (to close "{")
    1 | return {
  script.lua:2: in main chunk
`
	if got := report(t, err); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// busyError is an error of the host with everything that one can answer.
type busyError struct{ queue string }

func (e *busyError) Error() string     { return "the queue " + e.queue + " is busy" }
func (e *busyError) ErrorCode() string { return "QueueBusy" }
func (e *busyError) ErrorHint() string { return "wait" }

func hostError(L *lua.LState) int {
	L.Error(&lua.LUserData{Value: fmt.Errorf("enqueue: %w", &busyError{"slow"}), Metatable: lua.LNil}, 1)
	return 0
}

func TestErrorObjectsOfTheHost(t *testing.T) {
	t.Parallel()
	v := newVM(Config{Globals: map[string]Loader{"fail": func(L *lua.LState) lua.LValue { return L.NewFunction(hostError) }}})
	defer v.Close()
	_, err := v.RunString(context.Background(), "script.lua", `local ok, e = pcall(fail)
assert(not ok and type(e) == "userdata")
ok, e = pcall(error, e)
ok, e = pcall(assert, false, e)
ok, e = xpcall(error, function(x) return x end, e)
assert(type(e) == "userdata")
error(e)`)
	failure := failureOf(t, err)
	if failure.Code != "QueueBusy" || failure.Hint != "wait" || failure.Message != "enqueue: the queue slow is busy" {
		t.Errorf("got %+v", failure)
	}
	if failure.File != "script.lua" || failure.Line != 1 {
		t.Errorf("placed at %s:%d, want where it was raised first", failure.File, failure.Line)
	}
	var busy *busyError
	if !errors.As(err, &busy) || busy.queue != "slow" {
		t.Errorf("%v does not lead to the Go error", err)
	}
}

func TestErrorOfFindsErrorsInHostObjects(t *testing.T) {
	t.Parallel()
	type object struct{ failure error }
	raise := func(L *lua.LState) int {
		L.Error(&lua.LUserData{Value: &object{&busyError{"q"}}, Metatable: lua.LNil}, 0)
		return 0
	}
	v := newVM(Config{
		Globals: map[string]Loader{"fail": func(L *lua.LState) lua.LValue { return L.NewFunction(raise) }},
		ErrorOf: func(value lua.LValue) error {
			if ud, ok := value.(*lua.LUserData); ok {
				if o, ok := ud.Value.(*object); ok {
					return o.failure
				}
			}
			return nil
		},
	})
	defer v.Close()
	_, err := v.RunString(context.Background(), "script.lua", "fail()")
	if failure := failureOf(t, err); failure.Code != "QueueBusy" {
		t.Errorf("got %+v", failure)
	}
}

func TestPanicEndsTheRun(t *testing.T) {
	t.Parallel()
	panics := func(L *lua.LState) lua.LValue {
		return L.NewFunction(func(*lua.LState) int { panic(errors.New("a bug")) })
	}
	for name, source := range map[string]string{
		"plain":     "boom()",
		"pcall":     "pcall(boom) print('never')",
		"xpcall":    "xpcall(boom, print) print('never')",
		"loop":      "while true do pcall(boom) end",
		"coroutine": "pcall(coroutine.wrap(function() boom() end)) print('never')",
		"resume":    "coroutine.resume(coroutine.create(boom)) print('never')",
		"deep":      "coroutine.wrap(function() pcall(function() table.sort({2, 1}, boom) end) end)() print('never')",
	} {
		var out bytes.Buffer
		v := newVM(Config{Stdout: &out, Globals: map[string]Loader{"boom": panics}})
		_, err := v.RunString(context.Background(), "script.lua", source)
		failure := failureOf(t, err)
		if failure.Kind != Internal || failure.Message != "internal error: a bug" || failure.Line != 1 || out.Len() > 0 {
			t.Errorf("%s: %+v, output %q", name, failure, out.String())
		}
		if text := report(t, err); strings.Contains(text, "goroutine") || strings.Contains(text, ".go:") {
			t.Errorf("%s: a Go stack is shown:\n%s", name, text)
		}
		var stop *Stop
		if !errors.As(err, &stop) {
			t.Fatalf("%s: no *Stop behind %v", name, err)
		}
		if inThread := name == "coroutine" || name == "resume"; !inThread && !bytes.Contains(stop.Stack, []byte("TestPanicEndsTheRun")) {
			t.Errorf("%s: the stack does not show the panic:\n%s", name, stop.Stack)
		}
		v.Close()
	}
}

func TestAbortEndsTheRunWithItsCause(t *testing.T) {
	t.Parallel()
	denied := errors.New("more than 10 changes")
	var v *VM
	v = newVM(Config{Globals: map[string]Loader{"abort": func(L *lua.LState) lua.LValue {
		return L.NewFunction(func(*lua.LState) int { v.Abort(denied); return 0 })
	}}})
	defer v.Close()
	_, err := v.RunString(context.Background(), "script.lua", "\npcall(abort)\nwhile true do end")
	failure := failureOf(t, err)
	if failure.Kind != Interrupted || failure.Message != "more than 10 changes" || failure.Line == 0 || !errors.Is(err, denied) {
		t.Errorf("got %+v", failure)
	}
	v.Abort(denied)
	mustRun(t, v, "return 1")
}

// internalError is a bug that the host itself caught.
type internalError struct{}

func (internalError) Error() string     { return "internal error: nil map" }
func (internalError) ErrorCode() string { return "Internal" }
func (internalError) ErrorHint() string { return "report it" }

func TestAbortTakesCodeAndHintOfItsCause(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{internalError{}, &busyError{"q"}} {
		var v *VM
		v = newVM(Config{Globals: map[string]Loader{"abort": func(L *lua.LState) lua.LValue {
			return L.NewFunction(func(*lua.LState) int { v.Abort(cause); return 0 })
		}}})
		_, err := v.RunString(context.Background(), "script.lua", "abort() while true do end")
		failure := failureOf(t, err)
		if _, internal := cause.(internalError); (failure.Kind == Internal) != internal {
			t.Errorf("%v: kind %s", cause, failure.Kind)
		}
		var coded coder
		if !errors.As(err, &coded) || failure.Code != codeOf(cause) || coded.ErrorCode() != failure.Code || failure.Hint != cause.(hinter).ErrorHint() {
			t.Errorf("%v: got %+v", cause, failure)
		}
		v.Close()
	}
}

func TestContextEndsTheRun(t *testing.T) {
	t.Parallel()
	started := make(chan struct{})
	signal := func(L *lua.LState) lua.LValue {
		return L.NewFunction(func(*lua.LState) int { close(started); return 0 })
	}
	v := newVM(Config{Globals: map[string]Loader{"started": signal}})
	defer v.Close()
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-started
		cancel()
	}()
	_, err := v.RunString(ctx, "script.lua", "started()\nwhile true do pcall(function() while true do end end) end")
	if failure := failureOf(t, err); failure.Kind != Interrupted || failure.Message != "interrupted" || failure.Code != "Interrupted" || failure.Line != 2 {
		t.Errorf("got %+v", failure)
	}
	deadline, cancelDeadline := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancelDeadline()
	_, err = v.RunString(deadline, "script.lua", "while true do end")
	if failure := failureOf(t, err); failure.Kind != Timeout || failure.Message != "the script ran past its deadline" {
		t.Errorf("got %+v", failure)
	}
	_, err = v.RunString(ctx, "script.lua", "return 1")
	if failure := failureOf(t, err); failure.Kind != Interrupted {
		t.Errorf("a run under a context that has ended: %+v", failure)
	}
}

func TestGoFunctionsSeeTheEndOfTheRun(t *testing.T) {
	t.Parallel()
	blocks := func(L *lua.LState) lua.LValue {
		return L.NewFunction(func(L *lua.LState) int {
			<-L.Context().Done()
			L.RaiseError("call cancelled: %s", context.Cause(L.Context()).Error())
			return 0
		})
	}
	// In a bubble the clock stands until all are blocked, so the time cannot run out before the
	// call.
	synctest.Test(t, func(t *testing.T) {
		_, err := run(t, Config{Limits: Limits{Time: 30 * time.Millisecond}, Globals: map[string]Loader{"block": blocks}}, "pcall(block)\nprint(1)")
		failure := failureOf(t, err)
		if failure.Kind != Timeout || failure.Message != "the script ran longer than 30ms (--timeout)" || failure.Code != "Timeout" || failure.Line != 1 {
			t.Errorf("got %+v", failure)
		}
	})
}

func TestALongTextIsCutBetweenCharacters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text    string
		longest int
		want    string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "abc…"},
		{"aäb", 2, "a…"},
		{"aäb", 3, "aä…"},
		{"a😀b", 4, "a…"},
		{"a😀b", 5, "a😀…"},
		{"😀", 1, "…"},
		{"abc" + strings.Repeat("\x80", 9), 8, "abc\x80\x80…"},
	} {
		if got := cutText(c.text, c.longest); got != c.want {
			t.Errorf("cutText(%q, %d) returns %q, not %q", c.text, c.longest, got, c.want)
		}
	}
}
