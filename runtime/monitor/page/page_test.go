package page

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

// facts is a source, and carries out nothing.
type facts struct {
	schedules []Schedule
	runs      map[string]Detail
}

func (f facts) Schedules() []Schedule        { return f.schedules }
func (f facts) Run(id string) (Detail, bool) { d, found := f.runs[id]; return d, found }

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

// example returns a server with a script in each state. text stands wherever a script, an error or
// a file decides about a text.
func example(text string) facts {
	run := func(id, outcome string, ago, took time.Duration) Run {
		return Run{ID: id, Script: "retention" + text, Tick: noon.Add(-ago), Began: noon.Add(-ago), Took: took, Outcome: outcome}
	}
	good, bad, going := run("r1"+text, Success, 2*time.Hour, 1500*time.Millisecond), run("r2"+text, "failed", time.Hour, 70*time.Second), run("r3"+text, Running, time.Minute, time.Minute)
	bad.Attempt, going.By = 1, "the page"+text
	f := facts{runs: map[string]Detail{}, schedules: []Schedule{
		{Script: "broken" + text, Mistake: "broken.lua:1: no" + text},
		{Script: "held" + text, Cron: "@daily" + text, Zone: time.UTC, Next: noon.Add(12 * time.Hour), Overlap: "skip" + text, Paused: true, Runs: []Run{bad}},
		{Script: "retention" + text, Cron: "0 * * * *" + text, Zone: time.UTC, Next: noon.Add(time.Hour), Overlap: "queue" + text, Timeout: 10 * time.Minute, Runs: []Run{going, bad, good}},
	}}
	f.runs[good.ID] = Detail{
		Run: good, Changes: []Change{{"cancel" + text, 12}, {"resume" + text, 1}},
		Output: []Piece{{Text: "first\n" + text}, {Text: "warned\n" + text, Err: true}, {LeftOut: 12345}, {Text: "last\n" + text}},
		Steps:  []Step{{Name: "dbos.count" + text, Took: 500 * time.Millisecond}, {Name: "dbos.cancel" + text, Began: 1400 * time.Millisecond, Took: 100 * time.Millisecond, Failed: true}},
		More:   3,
	}
	f.runs[bad.ID] = Detail{Run: bad, Error: "retention.lua:3: attempt to index a nil value" + text, Dropped: true}
	f.runs[going.ID] = Detail{Run: going, Steps: []Step{{Name: "time.sleep" + text, Began: 30 * time.Second, Took: 30 * time.Second, Open: true}}}
	return f
}

// steps are the actions of a test: they note each call, and fail if told so.
type steps struct {
	calls []string
	err   error
}

func (s *steps) RunNow(_ context.Context, script string) (string, error) {
	s.calls = append(s.calls, "run "+script)
	return "r9", s.err
}

func (s *steps) Pause(_ context.Context, script string, paused bool) error {
	s.calls = append(s.calls, fmt.Sprintf("pause %s %t", script, paused))
	return s.err
}

func paged(f facts, signedIn bool) *Page { return acting(f, signedIn, &steps{}) }

func acting(f facts, signedIn bool, actions *steps) *Page {
	return New(Config{
		Source: f, Actions: actions, Title: "jobs", Zone: time.UTC, Now: func() time.Time { return noon },
		Visit: func(*http.Request) Visit { return Visit{FormToken: "form-token", SignedIn: signedIn} },
	})
}

// answer returns the answer of a page.
func answer(t rapid.TB, p http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r, err := http.NewRequestWithContext(context.Background(), method, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.ServeHTTP(w, r)
	return w
}

func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		t.Errorf("%s differs from what the page is now: go test ./runtime/monitor/page -update writes it\n%s", path, text)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	p := paged(example(".lua"), true)
	for path, file := range map[string]string{
		"/": "overview.html", "/scripts/retention.lua": "script.html", "/scripts/held.lua": "held.html", "/scripts/broken.lua": "broken.html",
		"/runs/r1.lua": "success.html", "/runs/r2.lua": "failed.html", "/runs/r3.lua": "running.html", "/runs/r3.lua?follow=1": "followed.html",
		"/scripts/retention.lua/run": "question_run.html", "/scripts/retention.lua/pause": "question_pause.html", "/scripts/held.lua/resume": "question_resume.html",
	} {
		w := answer(t, p, http.MethodGet, path)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" || w.Header().Get("Content-Security-Policy") != policy {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		golden(t, file, w.Body.String())
	}
	empty := answer(t, paged(facts{}, false), http.MethodGet, "/")
	golden(t, "empty.html", empty.Body.String())
}

func TestPagesThatAreNotThere(t *testing.T) {
	t.Parallel()
	p := paged(example(".lua"), false)
	for path, says := range map[string]string{
		"/scripts/none.lua": "there is no scheduled script of that name", "/runs/none": "dbos-script runs shows older ones", "/other": "There is no such page",
		"/scripts/": "no such page", "/runs/r1.lua/x": "no such page", "/assets/layout.html": "no such page", "/scripts/%3Cscript%3E": "there is no scheduled script",
	} {
		if w := answer(t, p, http.MethodGet, path); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), says) || strings.Contains(w.Body.String(), "<script") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	for path, kind := range map[string]string{"/assets/page.css": "text/css; charset=utf-8", "/assets/icon.svg": "image/svg+xml"} {
		if w := answer(t, p, http.MethodGet, path); w.Code != http.StatusOK || w.Header().Get("Content-Type") != kind || w.Body.Len() == 0 {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
}

// Nothing happens before the question is answered; then the browser is led to the result.
func TestQuestions(t *testing.T) {
	t.Parallel()
	done := &steps{}
	p := acting(example(".lua"), true, done)
	for _, path := range []string{"/scripts/retention.lua/run", "/scripts/retention.lua/pause", "/scripts/held.lua/resume"} {
		if w := answer(t, p, http.MethodGet, path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `name="form" value="form-token"`) {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if len(done.calls) > 0 {
		t.Fatalf("a question has done %q", done.calls)
	}
	for _, test := range []struct{ path, to, call string }{
		{"/scripts/retention.lua/run", "/runs/r9?follow=1", "run retention.lua"},
		{"/scripts/retention.lua/pause", "/scripts/retention.lua", "pause retention.lua true"},
		{"/scripts/held.lua/resume", "/scripts/held.lua", "pause held.lua false"},
	} {
		done.calls = nil
		if w := answer(t, p, http.MethodPost, test.path); w.Code != http.StatusSeeOther || w.Header().Get("Location") != test.to || !slices.Equal(done.calls, []string{test.call}) {
			t.Errorf("%s: %d %v, called %q", test.path, w.Code, w.Header(), done.calls)
		}
	}
	done.calls, done.err = nil, errors.New("it is running since <noon>")
	if w := answer(t, p, http.MethodPost, "/scripts/retention.lua/run"); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "it is running since &lt;noon&gt;") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	done.calls = nil
	for _, path := range []string{"/scripts/none.lua/run", "/scripts/retention.lua/delete", "/scripts/retention.lua", "/runs/r1.lua"} {
		if w := answer(t, p, http.MethodPost, path); w.Code != http.StatusNotFound || len(done.calls) > 0 {
			t.Errorf("%s: %d %q", path, w.Code, done.calls)
		}
	}
}

func TestSigningIn(t *testing.T) {
	t.Parallel()
	p := paged(facts{}, false)
	for method, to := range map[string]string{http.MethodGet: "/runs/r1?follow=1", http.MethodPost: "/"} {
		w := httptest.NewRecorder()
		p.SignIn(w, httptest.NewRequest(method, "/runs/r1?follow=1", nil), http.StatusUnauthorized, "Not that <one>.")
		if text := w.Body.String(); w.Code != http.StatusUnauthorized || !strings.Contains(text, `name="to" value="`+to+`"`) || !strings.Contains(text, "Not that &lt;one&gt;.") {
			t.Errorf("%s: %d %s", method, w.Code, text)
		}
	}
}

// marks counts the characters that make markup. Data has none, because each of its own is escaped.
func marks(text string) [3]int {
	return [3]int{strings.Count(text, "<"), strings.Count(text, ">"), strings.Count(text, `"`)}
}

// everyPage returns the pages of the example, with a text in all places.
func everyPage(t rapid.TB, text string) (all []string) {
	f := example(text)
	p := paged(f, true)
	paths := []string{"/"}
	for _, s := range f.schedules {
		paths = append(paths, scriptPath(s.Script), scriptPath(s.Script)+"/run", scriptPath(s.Script)+"/pause", scriptPath(s.Script)+"/resume")
	}
	for _, id := range []string{"r1", "r2", "r3"} {
		paths = append(paths, runPath(id+text))
	}
	for _, path := range paths {
		w := answer(t, p, http.MethodGet, path)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, w.Code)
		}
		all = append(all, w.Body.String())
	}
	return all
}

func checkMarkup(t rapid.TB, text string) {
	if strings.ContainsAny(text, "/") || text == "." || text == ".." {
		return // no file has such a name
	}
	plain := everyPage(t, "x")
	for i, page := range everyPage(t, text) {
		if marks(page) != marks(plain[i]) {
			t.Fatalf("%q becomes markup: %v, want %v\n%s", text, marks(page), marks(plain[i]), page)
		}
		if strings.ContainsAny(page, "\x00\x1b\r\u202e") {
			t.Fatalf("%q: a control character is left\n%s", text, page)
		}
	}
}

func TestNothingOfAScriptBecomesMarkup(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"<script>alert(1)</script>", `" onmouseover="x`, "'><b>", "javascript:alert(1)", "{{.}}", "&lt;", "\x1b[31m\u202e\x00\r", "\xff<", "]]>", "<!--"} {
		checkMarkup(t, strings.ReplaceAll(text, "/", "∕"))
	}
	rapid.Check(t, func(t *rapid.T) { checkMarkup(t, rapid.String().Draw(t, "text")) })
}

func FuzzNothingOfAScriptBecomesMarkup(f *testing.F) {
	f.Add("<script>")
	f.Add("\" x=\"")
	f.Fuzz(func(t *testing.T, text string) { checkMarkup(t, text) })
}

// A bar lies on its axis, is wide enough to be seen, and begins no later than its step.
func TestBars(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "whole"))
		step := Step{Began: time.Duration(rapid.Int64Range(0, int64(2*time.Hour)).Draw(t, "began")), Took: time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "took"))}
		b := bars([]Step{step}, whole)[0]
		if b.X < 0 || b.Width < thinnest || b.X+b.Width > span || b.X > units(step.Began, whole) {
			t.Fatalf("%+v of %s: %+v", step, whole, b)
		}
	})
	var runs []Run
	for i := range 30 {
		runs = append(runs, Run{Took: time.Duration(30-i) * time.Second})
	}
	pillars := strip(runs)
	if first, last := pillars[0], pillars[len(pillars)-1]; len(pillars) != recent || first.X != 0 || last.X != (recent-1)*stripStep || last.Height != stripHeight || last.Y != 0 || first.Height >= last.Height {
		t.Errorf("%+v", pillars)
	}
}

func TestTimesInWords(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0 ms", -time.Second: "0 ms", time.Microsecond: "< 1 ms", 999 * time.Millisecond: "999 ms", 1250 * time.Millisecond: "1.25 s", 2 * time.Second: "2 s", 10 * time.Second: "10 s",
		200 * time.Second: "3 min 20 s", 2 * time.Hour: "2 h", 49 * time.Hour: "2 d 1 h",
	} {
		if got := took(d); got != want {
			t.Errorf("%d: %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{0: "now", -5 * time.Second: "5 s ago", 5 * time.Minute: "in 5 min", -47 * time.Hour: "47 h ago", 72 * time.Hour: "in 3 days"} {
		if got := roughly(noon.Add(d), noon); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
	for at, want := range map[time.Time]string{{}: "never", noon: "12:00:00", noon.AddDate(0, 0, -1): "1 Mar 12:00:00", noon.AddDate(-1, 0, 0): "2 Mar 2025 12:00:00"} {
		if got := moment(at, noon); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}
