package run_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/scripttest"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/fetch"
)

// declared returns each function that a script or a test of scripts can call, by its name.
func declared() map[string]*declare.Func {
	modules := slices.Concat(run.Modules(), run.TestModules(), []declare.Module{scripttest.Globals(&scripttest.Suite{})})
	functions := map[string]*declare.Func{}
	for _, topic := range declare.NewRegistry(modules...).Topics() {
		if f, ok := topic.Item.(*declare.Func); ok {
			functions[topic.Name] = f
		}
	}
	return functions
}

func TestEachFunctionHasAKind(t *testing.T) {
	t.Parallel()
	functions := declared()
	for name, f := range functions {
		if f.Kind == declare.NoKind {
			t.Errorf("%s has no kind: Pure, Reads, Changes or Outside declares it", name)
		}
	}
	if len(functions) < 200 {
		t.Errorf("only %d functions were found", len(functions))
	}
}

// pureCalls returns Lua that calls a pure function, where the examples of its manual also call
// functions of other kinds.
func pureCalls() map[string]string {
	const moment = `local t = uuid.parse("01890a5d-ac96-774b-bcce-b302099a8057").time `
	return map[string]string{
		"dbos.bulk":          `print(tostring(dbos.bulk({status = "ERROR"}, {batch_size = 200, rps = 50})))`,
		"dbos.debouncer":     `print(dbos.debouncer("reindex", {timeout = "5m"}).workflow_name)`,
		"dbos.portable_args": `print(json.encode(dbos.portable_args{positional = {1, 2}, named = {retries = 3}}))`,
		"time:unix":          moment + `print(t:unix())`,
		"time:unix_ms":       moment + `print(t:unix_ms())`,
		"time:format":        moment + `print(t:format("%Y-%m-%d %H:%M", {tz = "Europe/Berlin"}))`,
		"time.range":         `for from, to in time.range("2026-11-23", "2026-11-24", "6h") do print(from, to) end`,
		"retry.call":         `print(retry.call(function(try) return try end))`,
		"exit":               `exit("partial", "some workflows failed")`,
		"assert.raises":      `print(assert.raises("too small", function() error("it is too small") end))`,
	}
}

// pureMethods returns calls of the pure methods whose objects only a function of another kind
// makes.
func pureMethods() map[string]any {
	return map[string]any{"handle:get_workflow_id": &bindings.Handle{}, "response:json": &fetch.Response{Body: `{"n": 1}`, Status: 200}}
}

// Each pure function is called twice, in runs that have nothing in common but the script: any use
// of the database, of the network, of the clock or of a wait is counted, no file, program and
// variable is granted, and arguments, tick, width and clock differ. Both calls must have one result
// and write nothing.
func TestAPureFunctionDependsOnItsArgumentsAlone(t *testing.T) {
	t.Parallel()
	judged := 0
	for name, f := range declared() {
		if f.Kind != declare.Pure || strings.HasPrefix(name, "client:") { // a method of a client is the function of dbos
			continue
		}
		if receiver, ok := pureMethods()[name]; ok {
			if _, err := f.Invoke(t.Context(), receiver, f.NewArgs()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		examples := f.Examples
		if call := pureCalls()[name]; call != "" {
			examples = []string{call}
		}
		for _, example := range examples {
			judged++
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				if why := impure(t, example, takesTime(f)); why != "" {
					t.Errorf("%s is declared to be pure, but %s:\n%s", name, why, example)
				}
			})
		}
	}
	if judged < 70 {
		t.Errorf("only %d examples were judged", judged)
	}
}

// The judge finds each way in which a function is not pure.
func TestTheJudgeOfPureFunctionsFindsOthers(t *testing.T) {
	t.Parallel()
	for call, want := range map[string]string{
		`print(time.ago("24h"))`:                        "the clock was read",
		`print(time.parse("-24h"))`:                     "the clock was read",
		`print(uuid.v4())`:                              "has two results",
		`print(args.declare{n = {default = "1"}}.n)`:    "the clock was read",
		`print(schedule.tick())`:                        "has two results",
		`print(screen.columns())`:                       "has two results",
		`time.sleep("10ms")`:                            "it waited",
		`print(#dbos.list_workflows{})`:                 "fails",
		`print(#audit.changes{})`:                       "fails",
		`print(env.get("HOME", "nowhere"))`:             "fails",
		`print(fs.exists("/"))`:                         "fails",
		`exec.run("true")`:                              "fails",
		`http.get("http://api.example.com")`:            "fails",
		`log.info("resumed")`:                           "it wrote",
		`emit{n = 1}`:                                   "it wrote",
		`help("json")`:                                  "it wrote",
		`local p = progress.new{total = 1} p:add(1)`:    "the clock was read",
		`print(json.encode(json.array{}))`:              "",
		`print(pcall(json.decode, "{"))`:                "",
		`print(retry.call(function() return "w1" end))`: "",
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			if why := impure(t, call, false); !strings.Contains(why, want) || want == "" && why != "" {
				t.Errorf("got %q, want %q", why, want)
			}
		})
	}
}

// takesTime returns true if a function has an argument that is a time. The clock is read before the
// call of such a function, for a time that is relative to now; the two results must be equal if
// the time is not.
func takesTime(f *declare.Func) bool {
	return slices.ContainsFunc(f.Params(), func(p declare.Param) bool { return p.Type.Kind == declare.KindTime })
}

// impure returns why a piece of Lua does not depend on itself alone, or "" if it does. A look at
// the clock is none of the reasons if relative is true.
func impure(t *testing.T, text string, relative bool) string {
	t.Helper()
	a, b := &seclusion{number: 1, relative: relative}, &seclusion{number: 2, relative: relative}
	if why := cmp.Or(a.run(t, text), b.run(t, text)); why != "" {
		return why
	}
	if a.notes.String() != b.notes.String() {
		return fmt.Sprintf("has two results: %s and %s", a.notes.String(), b.notes.String())
	}
	return ""
}

// A seclusion is a run without a world around it. Its number makes it differ from another one.
type seclusion struct {
	number         int
	relative       bool // the clock may be read
	running        atomic.Bool
	clocks, sleeps atomic.Int64
	notes          strings.Builder // the texts that the script prints
}

func (s *seclusion) now() time.Time {
	if s.running.Load() {
		s.clocks.Add(1)
	}
	return time.Date(2026+s.number, 3, 2, 10, 0, s.number, 0, time.UTC)
}

func (s *seclusion) config(out *bytes.Buffer) run.Config {
	return run.Config{
		Script: "test.lua", Arguments: []string{"--n", fmt.Sprint(s.number)},
		Streams:   run.Streams{Stdout: out, Stderr: out, Width: func() int { return 80 + s.number }, Verbose: true},
		Transport: noNetwork{},
		Safety:    run.Safety{AuditPath: func() (string, error) { return "", errors.New("there is no log") }},
		Environment: run.Environment{
			Clock: s.now, Client: noDatabase{}, Tick: time.Date(2026, 3, 2, 10, s.number, 0, 0, time.UTC), Modules: []declare.Module{s.module()},
			Sleep: func(context.Context, time.Duration) error {
				s.sleeps.Add(1)
				return nil
			},
		},
	}
}

// module takes what a script prints, so that a run that writes is noticed.
func (s *seclusion) module() declare.Module {
	type args struct {
		Texts []declare.Raw `arg:"texts,variadic" doc:"The texts."`
	}
	return declare.Module{Name: "notes", Doc: "Notes.", Funcs: []declare.Func{
		declare.Do("add", "Adds a note.", func(_ context.Context, a args) error {
			for _, raw := range a.Texts {
				text, err := raw.Text()
				if err != nil {
					return err
				}
				s.notes.WriteString(text + "\t")
			}
			return nil
		}).Outside().Example(`notes.add("a")`),
	}}
}

// run runs a text. It returns the first sign of a world around it.
func (s *seclusion) run(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	err := run.Do(t.Context(), s.config(&out), func(r *run.Run) error {
		s.running.Store(true)
		defer s.running.Store(false)
		return r.Execute(run.Text("test.lua", `local print, assert = notes.add, require("assert") `+text))
	})
	if end := (*stdlib.ExitRequest)(nil); errors.As(err, &end) {
		fmt.Fprintf(&s.notes, "exit %d %s", end.Status, end.Message)
		err = nil
	}
	switch {
	case err != nil:
		return fmt.Sprintf("a call fails: %v", err)
	case s.clocks.Load() > 0 && !s.relative:
		return "the clock was read"
	case s.sleeps.Load() > 0:
		return "it waited"
	case out.Len() > 0:
		return fmt.Sprintf("it wrote %q", out.String())
	}
	return ""
}

// noDatabase panics at any call.
type noDatabase struct{ client.Client }

type noNetwork struct{}

func (noNetwork) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("no network")
}
