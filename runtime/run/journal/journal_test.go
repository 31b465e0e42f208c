package journal_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// statement draws one piece of a script. out collects all that the script sees.
func statement(t *rapid.T, depth int) string {
	n := rapid.IntRange(0, 5).Draw(t, "n")
	kind := rapid.IntRange(0, 13).Draw(t, "kind")
	if depth > 0 && kind >= 9 {
		kind -= 5
	}
	switch kind {
	case 0:
		return fmt.Sprintf("see(t.add(%d, 2))", n)
	case 1:
		return "see(t.read())"
	case 2, 3:
		return fmt.Sprintf("see(t.change('c%d'))", n)
	case 4:
		return fmt.Sprintf("see(t.post('p%d'))", n)
	case 5:
		return fmt.Sprintf("do local k = t.ticket('k%d') see(k.id, k:use()) end", n)
	case 6:
		return "see(pcall(t.fail, 'Broken')) do local _, e = pcall(t.fail, 'Odd') see(e.code, e.message, e.hint, e.where, e.workflow_id, e.count, e.cause.message) end"
	case 7:
		return "see(math.random(1000)) time.sleep('1m')"
	case 8:
		return "see(type(uuid.v4()), #emitted(t.walk_on(5)))"
	case 9:
		return fmt.Sprintf("for i = 1, %d do %s end", n, statement(t, depth+1))
	case 10:
		return fmt.Sprintf("for x in t.walk(%d) do see(x.id, x.num) if x.num == %d then break end %s end", min(n+2, 6), rapid.IntRange(1, 9).Draw(t, "stop"), statement(t, depth+1))
	case 11:
		return fmt.Sprintf("see(pcall(function() for x in t.walk(9) do see(x.id) %s end end))", statement(t, depth+1))
	case 12:
		return fmt.Sprintf("for x in t.walk_on(%d) do see(x.id) %s end", n, statement(t, depth+1))
	}
	return fmt.Sprintf("if t.read() %% 2 == 0 then %s else %s end", statement(t, depth+1), statement(t, depth+1))
}

const prelude = `local t = require("t")
local out = {}
local function see(...) for i = 1, select("#", ...) do out[#out + 1] = tostring((select(i, ...))) end end
local function emitted(walk) local list = {} for x in walk do list[#list + 1] = x.id end return list end
`

func scriptOf(t *rapid.T) string {
	count := rapid.IntRange(1, 6).Draw(t, "count")
	var b strings.Builder
	b.WriteString(prelude)
	for range count {
		b.WriteString(statement(t, 0) + "\n")
	}
	b.WriteString("print(table.concat(out, ' '))\n")
	return b.String()
}

// Whenever a process is killed, the run is finished by the next one: the script sees the same, each
// change takes effect once, and an act outside twice at most if the kill came before its step.
func TestARunIsFinishedAfterKills(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		script := scriptOf(rt)
		whole := newWorld()
		want := whole.finish(t, script)
		points := whole.points
		var kills []int
		for range rapid.IntRange(1, 3).Draw(rt, "kills") {
			kills = append(kills, rapid.IntRange(0, points).Draw(rt, "kill"))
		}
		w := newWorld()
		if got := w.finish(t, script, kills...); got != want {
			rt.Fatalf("after kills at %v of %d points\n%s\nprinted %s\nnot     %s", kills, points, script, got, want)
		}
		if !slices.Equal(w.changed(), whole.changed()) {
			rt.Fatalf("after kills at %v of %d points\n%s\nchanged %v\nnot     %v", kills, points, script, w.changed(), whole.changed())
		}
		if !oncePlus(w.posts, whole.posts, len(kills)) {
			rt.Fatalf("after kills at %v of %d points\n%s\nposted %v\nnot    %v", kills, points, script, w.posts, whole.posts)
		}
	})
}

// oncePlus returns true if posts are the wanted ones, with some of them repeated at once.
func oncePlus(posts, want []string, repeats int) bool {
	i := 0
	for _, text := range posts {
		switch {
		case i < len(want) && text == want[i]:
			i++
		case i > 0 && text == want[i-1] && repeats > 0:
			repeats--
		default:
			return false
		}
	}
	return i == len(want)
}

// allKinds is a script with all kinds of calls.
const allKinds = prelude + `
	see(t.read(), t.change("a"), t.post("p1"))
	local k = t.ticket("k1")
	see(k.id, k:use(), pcall(t.fail, "Broken"))
	for x in t.walk(7) do see(x.id) if x.num % 2 == 0 then see(t.change("w" .. x.num)) end end
	see(pcall(function() for x in t.walk(9) do see(x.id) t.post(x.id) end end))
	for x in t.walk_on(5) do see(x.id, t.read()) end
	time.sleep("1h")
	emit(t.walk(7))
	see(t.change("b"), math.random(1e6))
	print(table.concat(out, " "))`

// Each point of one script that has everything, one after the other.
func TestEachPointOfAScriptCanBeTheLast(t *testing.T) {
	t.Parallel()
	whole := newWorld()
	want := whole.finish(t, allKinds)
	if len(whole.changed()) != 8 || len(whole.posts) != 8 || !strings.Contains(want, "Seventh") {
		t.Fatalf("printed %s, changed %v, posted %v", want, whole.changed(), whole.posts)
	}
	for k := range whole.points {
		expectFinished(t, newWorld(), whole, want, allKinds, k)
	}
	if whole.points < 60 {
		t.Errorf("only %d points", whole.points)
	}
}

// A walk that goes on behind recorded pages asks its function to begin behind them.
func TestAWalkGoesOnBehindItsRecordedPages(t *testing.T) {
	t.Parallel()
	const script = prelude + `for x in t.walk_on(9) do see(x.id, t.change(x.id)) end print(table.concat(out, " "))`
	w := newWorld()
	want := newWorld().finish(t, script)
	if got := w.finish(t, script, 8, 9); got != want || len(w.changed()) != 9 {
		t.Errorf("printed %s, changed %v, want %s", got, w.changed(), want)
	}
	if len(w.asked) == 0 || w.asked[0] < 2 {
		t.Errorf("it was begun behind %v items", w.asked)
	}
}

// replayed runs a first script to its end, and then a second one on its record.
func replayed(t *testing.T, first, second string) error {
	t.Helper()
	w := newWorld()
	w.finish(t, prelude+first)
	_, err := w.run(t, prelude+second)
	return err
}

func TestAScriptThatDiffersFromItsRecordEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ first, second, want string }{
		"another function": {"t.read() t.post('a')", "t.read()\nt.read()", "step 1 is recorded as t.post (a.lua:5), but the script calls t.read (a.lua:6)"},
		"other arguments":  {"t.read() t.post('a')", "t.read() t.post('b')", "step 1 is recorded as t.post (a.lua:5), but the script calls t.post (a.lua:5) with other arguments"},
		"another receiver": {"t.ticket('a'):use()", "local a, b = {}, t.ticket('a') a = t.ticket('b') a:use()", "step 1 is recorded as ticket:use (a.lua:5), but the script calls t.ticket (a.lua:5)"},
		"one step less":    {"t.read() t.post('a')", "t.read()", "the script has ended, but step 1, t.post (a.lua:5) is recorded as well"},
		"three steps less": {"t.read() t.post('a') t.post('b') t.post('c')", "t.read()", "the script has ended, but 3 more steps are recorded: the first is step 1, t.post (a.lua:5)"},
		"an error instead": {"t.read() t.post('a')", "t.read() error('no')", "the script has ended, but step 1, t.post (a.lua:5) is recorded as well"},
		"a shorter walk":   {"for _ in t.walk(6) do end", "for _ in t.walk(5) do end", "step 0 is recorded as t.walk (a.lua:5), but the script calls t.walk (a.lua:5) with other arguments"},
		"it is not caught": {"t.read() t.post('a')", "t.read() pcall(t.post, 'b') pcall(t.post, 'a')", "step 1 is recorded as t.post (a.lua:5), but the script calls t.post (a.lua:5) with other arguments"},
		"another walk first": {"local a, b = t.walk(6), t.walk(6) for i = 1, 4 do a() end for i = 1, 4 do b() end",
			"local a, b = t.walk(6), t.walk(6) for i = 1, 4 do b() end for i = 1, 4 do a() end",
			"step 2 is recorded as t.walk (a.lua:5), but the script calls t.walk (a.lua:5) with other arguments"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := replayed(t, test.first, test.second)
			var different *journal.NonDeterministicError
			if !errors.As(err, &different) || different.Error() != test.want {
				t.Fatalf("got %v\nwant %s", err, test.want)
			}
			var coded declare.Coder
			if !errors.As(err, &coded) || coded.ErrorCode() != "NonDeterministic" {
				t.Errorf("the code is %v", coded)
			}
		})
	}
}

// The error of the journal ends the script where it is: nothing behind it runs.
func TestNoScriptGoesOnBehindADifference(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.finish(t, prelude+"t.read()")
	out, err := w.run(t, prelude+"print(1) pcall(t.post, 'a') print(2)")
	if err == nil || out != "1\n" {
		t.Errorf("printed %q, %v", out, err)
	}
}

func TestALimitEndsTheRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limits       journal.Limits
		script, want string
	}{
		"steps": {journal.Limits{Steps: 2}, "t.read() t.read() pcall(t.post, 'a') pcall(t.post, 'b')", "step 2, t.post (a.lua:5): the journal of the run is full: it has 2 steps, and may have 2"},
		"bytes": {journal.Limits{Bytes: 3000}, "pcall(t.big, 2000) pcall(t.big, 2000)", "step 1, t.big (a.lua:5): the journal of the run is full: it has 4292 bytes with this step, and may have 3000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.limits = test.limits
			_, err := w.run(t, prelude+test.script)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v", err)
			}
			if len(w.posts) != 0 {
				t.Errorf("posted %v", w.posts)
			}
		})
	}
}

// A call that cannot be recorded is an error before it is made, which a script can catch.
func TestACallThatCannotBeRecordedIsAnError(t *testing.T) {
	t.Parallel()
	w := newWorld()
	out, err := w.run(t, prelude+`
		local ok, e = pcall(t.open)
		print(e.code, e.message)
		ok, e = pcall(t.each, 1, {each = function() end})
		print(e.code, e.message)
		ok, e = pcall(emit, function() end)
		print(e.code, e.message)
		print(t.each(1))`)
	const want = "NotRecordable\tt.open: a durable run cannot record the call: a open is no data\n" +
		"NotRecordable\tt.each: a durable run cannot record the call: it would call the function \"each\" while it is under way, and not in a replay\n" +
		"NotRecordable\temit: a durable run cannot record the call: it would call the function \"value\" while it is under way, and not in a replay\n1\n"
	if err != nil || out != want {
		t.Errorf("got %q, %v", out, err)
	}
}

// Between steps the clock stands still, and a wait that was begun is not waited for again.
func TestTheClockIsThatOfTheLastStep(t *testing.T) {
	t.Parallel()
	const script = `print(os.time() - os.time{year = 2026, month = 11, day = 30, hour = 0, min = 0}, os.clock())
		local a = time.now()
		time.sleep("2h")
		print(a, time.now(), os.date("!%H:%M"), time.format("-1h"))`
	w := newWorld()
	first, err := w.run(t, script)
	if err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(100 * time.Hour)
	second, err := w.run(t, script)
	if err != nil || first != second {
		t.Errorf("printed %s, and in a replay %s, %v", first, second, err)
	}
	if !strings.Contains(first, "2026-11-30T11:00:00Z\t2026-11-30T14:00:00Z\t14:00\t2026-11-30T13:00:00Z") {
		t.Errorf("printed %s", first)
	}
}

func TestAWaitThatWasBegunGoesOn(t *testing.T) {
	t.Parallel()
	const script = `time.sleep("2h") print(time.now())`
	w := newWorld()
	w.killAt = 1 // the step of the wait is recorded
	if _, err := w.run(t, script); !w.dead {
		t.Fatalf("it was not killed: %v", err)
	}
	w.now, w.killAt = w.now.Add(90*time.Minute), -1
	began := w.now
	out, err := w.run(t, script)
	if err != nil || !strings.HasPrefix(out, "2026-11-30T14:00:00Z") {
		t.Errorf("printed %s, %v", out, err)
	}
	if waited := w.now.Sub(began); waited != 30*time.Minute {
		t.Errorf("it waited for %v", waited)
	}
}

func TestAnAddressIsAnError(t *testing.T) {
	t.Parallel()
	for _, script := range []string{"tostring({})", "print(print)", "string.format('%s', {})", "tostring(coroutine.create(print))"} {
		_, err := newWorld().run(t, script)
		if err == nil || !strings.Contains(err.Error(), "is its address") {
			t.Errorf("%s: %v", script, err)
		}
	}
	out, err := newWorld().run(t, `print(tostring(setmetatable({}, {__tostring = function() return "a text" end})))`)
	if err != nil || out != "a text\n" {
		t.Errorf("printed %q, %v", out, err)
	}
}

// Random numbers and the order of tables are the same in each process.
func TestChanceIsTheSameInAReplay(t *testing.T) {
	t.Parallel()
	const script = `local keys = {}
		for i = 1, 20 do keys["k" .. math.random(1e9)] = i end
		local list = {}
		for k, v in pairs(keys) do list[#list + 1] = k .. v end
		print(table.concat(list, " "), uuid.v4())`
	w := newWorld()
	first, second := w.finish(t, script), w.finish(t, script)
	if first != second || len(first) < 100 {
		t.Errorf("printed %s, and in a replay %s", first, second)
	}
}

// An iterator that a recorded call draws from is part of that call.
func TestAWalkWithinACallIsSkippedWithIt(t *testing.T) {
	t.Parallel()
	const script = prelude + `emit(t.walk(7)) see(t.change("a")) print(out[1])`
	w := newWorld()
	first := w.finish(t, script)
	second := w.finish(t, script)
	if strings.Count(first, "\n") != 8 || second != "1\n" {
		t.Errorf("printed %q, and in a replay %q", first, second)
	}
	var within int
	for _, s := range w.recorded().Steps() {
		within += s.Within
	}
	if within != 2 {
		t.Errorf("%d steps within others: %+v", within, w.recorded().Steps())
	}
}

// A second process that records the same step ends the first one.
func TestAStepOfAnotherProcessEndsTheRun(t *testing.T) {
	t.Parallel()
	w := newWorld()
	var script strings.Builder
	script.WriteString(prelude + "t.read() t.post('a')")
	w.recorded().Append(t.Context(), journal.Step{Number: 5, Name: "t.post"})
	_, err := w.run(t, script.String())
	var different *journal.NonDeterministicError
	if !errors.As(err, &different) || different.Recorded.Number != 5 {
		t.Errorf("got %v", err)
	}
	if err := w.recorded().Append(t.Context(), journal.Step{Number: 5}); !errors.Is(err, journal.ErrTaken) {
		t.Errorf("got %v", err)
	}
}

// A replay of a run that has ended does nothing, and finds the first difference.
func TestAFinishedRunIsReplayed(t *testing.T) {
	t.Parallel()
	const script = prelude + "t.read() t.change('a') t.post('b') for x in t.walk(5) do t.add(x.num, 1) end"
	w := newWorld()
	w.finish(t, script)
	replay := func(script string) error {
		_, _, err := run.Replay(t.Context(), run.Config{Script: "a.lua", Environment: run.Environment{Modules: []declare.Module{w.module()}}},
			run.Text("a.lua", script), w.recorded().Steps())
		return err
	}
	changes, posts, points, steps := len(w.changed()), len(w.posts), w.points, len(w.recorded().Steps())
	for added, want := range map[string]string{
		"":                           "",
		" error('at the end')":       "",
		" t.add(1, 2)":               "",
		" t.post('c')":               "the run has ended with step 4, but the script calls t.post (a.lua:5) as step 5",
		" pcall(t.change, 'c')":      "the run has ended with step 4, but the script calls t.change (a.lua:5) as step 5",
		" for _ in t.walk(2) do end": "the run has ended with step 4, but the script calls t.walk (a.lua:5) as step 5",
	} {
		if err := replay(script + added); want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("with%s: got %v, want %s", added, err, want)
		}
	}
	if err := replay(prelude + "t.read() t.change('a') t.read()"); err == nil || !strings.Contains(err.Error(), "step 2 is recorded as t.post") {
		t.Errorf("got %v", err)
	}
	if len(w.changed()) != changes || len(w.posts) != posts || w.points != points || len(w.recorded().Steps()) != steps {
		t.Errorf("the replay did something: changed %v, posted %v, recorded %d steps", w.changed(), w.posts, len(w.recorded().Steps()))
	}
	if _, _, err := run.Replay(t.Context(), run.Config{Limits: vm.Limits{Time: time.Nanosecond}}, run.Text("a.lua", "while true do end"), nil); !run.TimedOut(err) {
		t.Errorf("got %v", err)
	}
}

// The error of a call that the end of the run interrupts is no result of the call.
func TestAnInterruptedCallIsNotRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld()
	if _, err := w.run(t, prelude+"t.read() t.stop()"); !errors.Is(err, errKilled) {
		t.Errorf("got %v", err)
	}
	if steps := w.recorded().Steps(); len(steps) != 1 || steps[0].Name != "t.read" {
		t.Errorf("recorded %+v", steps)
	}
}

func TestPureCallsAreNoSteps(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.finish(t, prelude+"t.add(1, 2) t.post('a') t.add(3, 4)")
	if steps := w.recorded().Steps(); len(steps) != 1 || steps[0].Name != "t.post" || steps[0].Where != "a.lua:5" {
		t.Errorf("recorded %+v", steps)
	}
}

// A change and its step are there together, or not at all.
func TestAChangeIsRecordedWithItsEffect(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ killAt, made int }{{0, 0}, {1, 0}, {2, 1}} { // before the change, before and after the commit
		w := newWorld()
		w.killAt = test.killAt
		if _, err := w.run(t, prelude+"t.change('a')"); !w.dead {
			t.Fatalf("it was not killed: %v", err)
		}
		if steps := w.recorded().Steps(); len(steps) != test.made || len(w.changed()) != test.made {
			t.Errorf("killed at %d: recorded %+v, changed %v", test.killAt, steps, w.changed())
		}
		w.finish(t, prelude+"t.change('a')")
		if steps := w.recorded().Steps(); len(steps) != 1 || string(steps[0].Result) != "1" || len(w.changed()) != 1 {
			t.Errorf("killed at %d: recorded %+v, changed %v", test.killAt, steps, w.changed())
		}
	}
}
