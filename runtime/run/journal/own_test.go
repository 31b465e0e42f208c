package journal_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// names returns the recorded steps.
func names(w *world) (list []string) {
	for _, s := range w.recorded().Steps() {
		list = append(list, s.Name)
	}
	return list
}

// ownSteps is a script with all calls that are steps by themselves.
const ownSteps = prelude + `
	see(t.change("a"))
	see(json.encode(step("count", function() t.post("p") return {t.read(), t.read()} end)))
	local tries = 0
	see(step("again", {retries = 3, interval = "1ms"}, function() tries = tries + 1 assert(tries > 2) return tries end))
	local ok, e = pcall(step, "fails", {retries = 1, interval = "1ms"}, function() error("broken") end)
	see(ok, e.message)
	durable.set_event("progress", {done = 1})
	durable.write_stream("log", "first")
	see(durable.recv("news", "1m").text)
	ok, e = pcall(durable.recv, "news", "1m")
	see(ok, e.code)
	see(durable.patch("p"))
	durable.sleep("1h")
	durable.write_stream("log", "second")
	print(table.concat(out, " "))
`

// Each call that is a step by itself has the name that an SDK gives it, and its effect.
func TestStepsOfTheirOwn(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.recorded().Post(journal.Posted{Topic: "news", Message: journal.Message{ID: "m1", Value: map[string]any{"text": "hello"}}})
	began := w.now
	out := w.finish(t, ownSteps)
	const said = "1 [1,1] 3 false a.lua:10: broken hello false Timeout true\n"
	if !strings.HasSuffix(out, said) { // after what it logs
		t.Errorf("printed %q, want %q", out, said)
	}
	want := []string{"t.change", "count", "again", "fails", "DBOS.setEvent", "DBOS.writeStream", "DBOS.recv",
		"DBOS.recv", "DBOS.sleep", "DBOS.patch-p", "DBOS.sleep", "DBOS.writeStream"}
	if got := names(w); !slices.Equal(got, want) {
		t.Errorf("the steps are %q\nwant          %q", got, want)
	}
	event, stream := w.recorded().Published("progress")
	if fmt.Sprint(event) != "map[done:1]" || stream != nil {
		t.Errorf("the event is %v, %v", event, stream)
	}
	if _, stream := w.recorded().Published("log"); fmt.Sprint(stream) != "[first second]" {
		t.Errorf("the stream is %v", stream)
	}
	if took := w.now.Sub(began); took < time.Hour+time.Minute || took > time.Hour+2*time.Minute {
		t.Errorf("the run waited for %v", took)
	}
	if again := w.finish(t, ownSteps); again != said || !slices.Equal(names(w), want) {
		t.Errorf("a replay printed %q, not %q, and has the steps %q", again, said, names(w))
	}
}

// Wherever the process is killed, the run is finished: a message is received once, an event and
// each value of a stream are published once.
func TestStepsOfTheirOwnOutliveKills(t *testing.T) {
	t.Parallel()
	post := func(w *world) *world {
		w.recorded().Post(journal.Posted{Topic: "news", Message: journal.Message{ID: "m1", Value: map[string]any{"text": "hello"}}})
		return w
	}
	whole := post(newWorld())
	whole.finish(t, ownSteps)
	if whole.points < 10 {
		t.Fatalf("the script has %d points", whole.points)
	}
	for k := range whole.points {
		w := post(newWorld())
		out := w.finish(t, ownSteps, k)
		if !strings.Contains(out, "hello false Timeout true") || !slices.Equal(names(w), names(whole)) {
			t.Errorf("after a kill at %d it printed %q, with the steps %q", k, out, names(w))
		}
		if _, stream := w.recorded().Published("log"); fmt.Sprint(stream) != "[first second]" {
			t.Errorf("after a kill at %d the stream is %v", k, stream)
		}
		if !oncePlus(w.posts, whole.posts, 1) {
			t.Errorf("after a kill at %d it posted %v", k, w.posts)
		}
	}
}

// A run that has gone on without a patch goes on without it, and a new one has it.
func TestAPatchIsForRunsThatHaveNotPassedIt(t *testing.T) {
	t.Parallel()
	const before = prelude + `see(t.change("a")) see(t.change("b")) print(table.concat(out, " "))`
	const after = prelude + `see(t.change("a")) if durable.patch("p") then see("new", t.change("c")) else see("old", t.change("b")) end print(table.concat(out, " "))`
	w := newWorld()
	w.finish(t, before)
	if out := w.finish(t, after); out != "1 old 2\n" {
		t.Errorf("a run from before prints %q", out)
	}
	w = newWorld()
	if out := w.finish(t, after); out != "1 new 2\n" || !slices.Contains(names(w), "DBOS.patch-p") {
		t.Errorf("a new run prints %q, with the steps %q", out, names(w))
	}
	if out := w.finish(t, after); out != "1 new 2\n" {
		t.Errorf("its replay prints %q", out)
	}
}

// A step of another name than the recorded one ends the run, and both are named; a step that makes
// a step by itself is refused.
func TestStepsThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.finish(t, prelude+`step("one", function() return 1 end)`)
	_, err := w.run(t, prelude+`step("two", function() return 1 end)`)
	if err == nil || !strings.Contains(err.Error(), "step 0 is recorded as one") || !strings.Contains(err.Error(), "the script calls two") {
		t.Errorf("another step: %v", err)
	}
	out := newWorld().finish(t, prelude+`
		see(select(2, pcall(step, "x", function() durable.set_event("k", 1) end)).message)
		see(select(2, pcall(step, "x", function() return print end)).message)
		see(select(2, pcall(step, "DBOS.sleep", function() end)).code, select(2, pcall(step, "x")).code)
		print(table.concat(out, "\n"))`)
	for _, want := range []string{"durable.set_event: it records a step by itself, and a step(...) is around it here", "cannot be recorded", "InvalidArgument"} {
		if !strings.Contains(out, want) {
			t.Errorf("it printed %s, without %q", out, want)
		}
	}
}
