package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/runtime/monitor/page"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/schedule"
)

// see returns a page as a browser gets it.
func (w *listened) see(path string) string {
	w.t.Helper()
	status, text := ask(w.t, w.address+path, "Accept", "text/html")
	if status != http.StatusOK {
		w.t.Fatalf("%s: %d %s", path, status, text)
	}
	return text
}

// lastRun returns the path of the newest run of a script.
func (w *listened) lastRun(script string) string {
	w.t.Helper()
	_, rest, found := strings.Cut(w.see("/scripts/"+script), `<a href="/runs/`)
	if !found {
		w.t.Fatalf("%s has no run", script)
	}
	id, _, _ := strings.Cut(rest, `"`)
	return "/runs/" + id
}

func (w *listened) expectText(text string, words ...string) {
	w.t.Helper()
	for _, word := range words {
		if rest, absent := strings.CutPrefix(word, "!"); strings.Contains(text, rest) == absent {
			w.t.Errorf("%q: absent %t\n%s", rest, absent, text)
		}
	}
}

// The page shows the runs of scripts with their output, calls, changes and errors, in both formats
// of the log.
func TestThePageShowsRuns(t *testing.T) {
	t.Parallel()
	for _, format := range []logFormat{logText, logJSON} {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			s := newServed(t, map[string]string{
				"works.lua":  "schedule.declare{cron = '0 * * * *', timezone = 'Europe/Berlin'}\nprint('<b>3 of 4</b>')\nprint('password=hunter2')\nlog.warn('late')\ndbos.enqueue('q', 'w', nil)\ntime.sleep('90s')\n",
				"fails.lua":  "schedule.declare{cron = '0 * * * *', on_failure = function(f) print('told somebody') end}\nlocal orders\nprint(orders.id)\n",
				"broken.lua": "schedule.declare{cron = '* * *'}\n",
			})
			s.app.options.logFormat = format
			s.app.openLog()
			w := s.on("sqlite:" + filepath.Join(t.TempDir(), "d.sqlite")).listen(serveOptions{listen: "127.0.0.1:0"})
			s.until("the server waits", func() bool { return s.clock.began(lookEvery) == 1 })
			w.expectText(w.see("/"), "3 scripts", "1 failing", "broken.lua", "works.lua", "none yet", "in 1 h")
			w.expectText(w.see("/scripts/broken.lua"), "it has 3 fields", "!Run now")
			s.clock.move(time.Hour)
			s.until("it sleeps", func() bool { return s.clock.began(90*time.Second) == 1 })
			s.until("the other has failed", s.told("on_failure ended"))
			w.expectText(w.see("/"), "1 running", "2 failing")
			w.expectText(w.see(w.lastRun("works.lua")), "running", "time.sleep", "&lt;b&gt;3 of 4&lt;/b&gt;", "!<b>", "password=***", "!hunter2", "late", "Follow")
			w.expectText(w.see(w.lastRun("fails.lua")), "failed", "attempt to index a nil value", "fails.lua:3", "told somebody", "nothing")
			s.clock.move(90 * time.Second)
			s.until("it has ended", s.told("ended"))
			s.until("the page knows it", func() bool { return strings.Contains(w.see(w.lastRun("works.lua")), "badge success") })
			w.expectText(w.see(w.lastRun("works.lua")), "1 min 30 s", "1 by enqueue", "dbos.enqueue", "!running")
			w.end()
			<-w.ended
		})
	}
}

// However much runs write, the beginning and the end of each output are kept within the limits.
func TestAKeptOutputIsBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r, whole := &keptRun{now: time.Now}, ""
		for i, size := range rapid.SliceOfN(rapid.IntRange(0, 30_000), 0, 12).Draw(t, "sizes") {
			text := strings.Repeat(string(rune('a'+i)), size)
			r.write(i%2 == 1, []byte(text))
			whole += text
		}
		kept, leftOut := "", 0
		for _, p := range r.shown().Output {
			if kept += p.Text; p.LeftOut > 0 {
				leftOut = p.LeftOut
				if kept != whole[:keptHead] {
					t.Fatalf("the beginning has %d bytes", len(kept))
				}
			}
		}
		if len(kept)+leftOut != len(whole) || len(kept) > keptHead+keptTail || !strings.HasSuffix(whole, kept[min(len(kept), keptHead):]) || leftOut > 0 && len(kept) != keptHead+keptTail {
			t.Fatalf("%d bytes are kept and %d left out, of %d", len(kept), leftOut, len(whole))
		}
	})
}

// The last runs of each script are kept, and the outputs of the newest.
func TestTheHistoryIsBounded(t *testing.T) {
	t.Parallel()
	clock := newHeldClock()
	s := newServed(t, map[string]string{})
	h := newRunHistory(newServeReporter(s.app), clock.Now)
	large := []byte(strings.Repeat("x", keptHead+keptTail))
	const scripts = 8
	var first, last schedule.Tick
	for i := range keptRuns + 5 {
		for script := range scripts {
			tick := schedule.Tick{Script: fmt.Sprint(script), At: clock.Now()}
			if i == 5 && script == 0 {
				first = tick
			}
			h.Started(tick)
			_, _ = keptStream{h, h.find(tickID(tick)), false}.Write(large)
			h.Ended(tick, time.Second, nil)
			last = tick
		}
		clock.move(time.Minute)
	}
	size := 0
	for _, script := range h.scripts {
		if len(script.runs) != keptRuns {
			t.Errorf("%d runs", len(script.runs))
		}
		for _, r := range script.runs {
			size += r.head.size + r.tail.size
		}
	}
	if size > keptOutputs || size < keptOutputs-len(large) || int64(size) != h.bytes.Load() {
		t.Errorf("%d bytes are kept, %d counted", size, h.bytes.Load())
	}
	if d, found := h.Run(tickID(first)); !found || !d.Dropped || len(d.Output) != 0 || d.Outcome != page.Success {
		t.Errorf("the oldest: %t %+v", found, d.Run)
	}
	if d, found := h.Run(tickID(last)); !found || d.Dropped || len(d.Output) == 0 {
		t.Errorf("the newest: %t %+v", found, d.Run)
	}
	for script := range scripts {
		h.Gone(fmt.Sprint(script))
	}
	if left := h.bytes.Load(); left != 0 || len(h.Schedules()) != 0 {
		t.Errorf("%d bytes are left", left)
	}
}

// A call in which a run was stopped ends with the run, and later calls are counted.
func TestKeptCalls(t *testing.T) {
	t.Parallel()
	clock := newHeldClock()
	r := &keptRun{now: clock.Now, detail: page.Detail{Run: page.Run{Began: clock.Now(), Outcome: page.Running}}}
	for range keptSteps - 1 {
		r.called("a")(nil)
	}
	r.called("stopped")
	r.called("later")(context.Canceled)
	clock.move(time.Minute)
	if d := r.shown(); d.More != 1 || len(d.Steps) != keptSteps || d.Steps[0].Failed || !d.Steps[keptSteps-1].Open || d.Steps[keptSteps-1].Took != time.Minute {
		t.Errorf("%d steps, %d more, the last %+v", len(d.Steps), d.More, d.Steps[keptSteps-1])
	}
	r.settle()
	if step := r.shown().Steps[keptSteps-1]; step.Open || !step.Failed || step.Took != time.Minute {
		t.Errorf("%+v", step)
	}
}

// post answers a question of the page with yes, and returns the page that the browser is led to.
func (w *listened) post(path string) (status int, text string) {
	w.t.Helper()
	_, rest, _ := strings.Cut(w.see(path), `name="form" value="`)
	token, _, _ := strings.Cut(rest, `"`)
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.address+path, strings.NewReader(url.Values{"form": {token}}.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Origin", w.address)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// A run that somebody asks for has the path of a run for a tick, and its reason says who asked. A
// script that is paused has no ticks until it is resumed.
func TestThePageRunsAndPauses(t *testing.T) {
	t.Parallel()
	s := newServed(t, map[string]string{"job.lua": "schedule.declare{cron = '0 * * * *'}\ndbos.enqueue('q', 'w', nil)\nprint('worked')\ntime.sleep('30s')\n"})
	w := s.on("sqlite:" + filepath.Join(t.TempDir(), "d.sqlite")).listen(serveOptions{listen: "127.0.0.1:0"})
	s.until("the server waits", func() bool { return s.clock.began(lookEvery) == 1 })
	status, text := w.post("/scripts/job.lua/run")
	w.expectText(text, "asked for by the page")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	s.until("it sleeps", func() bool { return s.clock.began(30*time.Second) == 1 })
	if status, text := w.post("/scripts/job.lua/run"); status != http.StatusConflict || !strings.Contains(text, "may not run twice at once") {
		t.Errorf("%d %s", status, text)
	}
	s.clock.move(30 * time.Second)
	s.until("it has ended", s.told("ended script=job.lua"))
	runs, err := audit.Summaries(s.app.options.audit)
	if err != nil || len(runs) != 1 || runs[0].Reason != "asked for by the page" || runs[0].Changes != 1 || !strings.Contains(s.log.String(), "by=\"the page\"") {
		t.Errorf("the audit log has %+v, %v\n%s", runs, err, s.log)
	}
	if _, text := w.post("/scripts/job.lua/pause"); !strings.Contains(text, "Its ticks are held") {
		t.Error(text)
	}
	s.clock.move(3 * time.Hour)
	s.until("the server looks again", func() bool { return s.clock.began(lookEvery) >= 2 })
	w.expectText(w.see("/"), "1 paused", "held until it is resumed")
	if _, text := w.post("/scripts/job.lua/resume"); strings.Contains(text, "Its ticks are held") {
		t.Error(text)
	}
	s.clock.move(time.Hour)
	s.until("the tick has come", func() bool { return s.clock.began(30*time.Second) == 2 })
	s.clock.move(30 * time.Second)
	s.until("both have ended", func() bool { return strings.Count(s.log.String(), "ended script=job.lua") == 2 })
	s.expectCounts(map[string]int{"started script=job.lua": 2, "ticks were missed": 0, "paused by the page": 1, "resumed by the page": 1})
	w.end()
	<-w.ended
	if err := (&steering{}).Pause(t.Context(), "job.lua", true); !errors.Is(err, errStarting) {
		t.Errorf("before the start: %v", err)
	}
}
