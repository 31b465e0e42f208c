package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/stdlib"
)

// crashing is a module whose functions panic with a password in what they panic with.
func crashing() declare.Module {
	const secret = secretHead + secretTail
	values := map[string]any{
		"url": "no connection to postgres://ops:" + secret + "@db/orders", "bare": secret,
		"error": errors.New("sent " + secret), "wrapped": fmt.Errorf("read: %w", errors.New(secret)),
		"record": struct{ Password string }{secret}, "pointer": &struct{ Password string }{secret}, "bytes": []byte(secret),
	}
	m := declare.Module{Name: "crash", Doc: "Panics."}
	for name, value := range values {
		m.Funcs = append(m.Funcs, declare.Do(name, "Panics.", func(context.Context, declare.None) error { panic(value) }))
	}
	m.Funcs = append(m.Funcs, declare.Do("index", "Panics.", func(context.Context, declare.None) error {
		empty := []string{}
		return errors.New(empty[len(values)])
	}))
	return m
}

// crash runs a piece of Lua, and returns the exit code and everything it wrote, to its record too.
func crash(t *testing.T, folder, chunk string, debug bool) (code int, out string) {
	t.Helper()
	var text bytes.Buffer
	a := &app{streams: streams{in: strings.NewReader(""), out: &text, err: &text}}
	a.environment.Modules = []declare.Module{crashing()}
	a.options.database, a.options.debug, a.options.verbose = "sqlite:"+filepath.Join(folder, "dbos.sqlite"), debug, true
	a.options.safety.audit = filepath.Join(t.TempDir(), "audit.jsonl")
	code = a.report(a.runChunk(t.Context(), chunk, nil))
	record, err := os.ReadFile(a.options.safety.audit)
	if err != nil {
		t.Fatalf("%v; the run wrote %s", err, text.String())
	}
	return code, text.String() + string(record)
}

// A panic is reported with the version and the place, in no output with what it panicked with,
// and the script does not go on.
func TestInternalErrorsHoldNoSecret(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	makeEmbedded(t, folder)
	for _, f := range crashing().Funcs {
		for form, call := range map[string]string{
			"plain": "crash.%s()", "caught": "print(pcall(crash.%s))", "logged": "local _, e = pcall(crash.%s) log.error(e) emit{error = e}",
			"coroutine": "coroutine.wrap(function() crash.%s() end)()",
		} {
			for _, debug := range []bool{false, true} {
				code, text := crash(t, folder, "dbos.enqueue('q', 'wf', 1)\n"+fmt.Sprintf(call, f.Name)+"\nprint('went', 'on')", debug)
				if code != stdlib.ExitScriptError || leaks(text) || strings.Contains(text, "went\ton") {
					t.Errorf("%s, %s: exit code %d\n%s", f.Name, form, code, text)
				}
				for _, part := range []string{"internal error: ", "dbos-script " + buildVersion() + ", go1.", "internal_test.go:", "this is a bug of dbos-script", `"exit_code":1`} {
					if !strings.Contains(text, part) {
						t.Errorf("%s, %s: no %q in\n%s", f.Name, form, part, text)
					}
				}
			}
		}
	}
	if _, text := crash(t, folder, "dbos.enqueue('q', 'wf', 1) crash.index()", false); !strings.Contains(text, "index out of range [7] with length 0") {
		t.Errorf("an error of Go's runtime is not shown:\n%s", text)
	}
}

// A panic outside of a call of the script is reported as well.
func TestAPanicOutsideOfAScriptIsReported(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	a := &app{streams: streams{in: strings.NewReader(""), out: &out, err: &out}}
	err := a.session(t.Context(), "-e", nil, func(*run.Run) error { panic("postgres://ops:" + secretHead + secretTail + "@db") })
	var panicked *bridge.Panic
	if code := a.report(err); !errors.As(err, &panicked) || code != stdlib.ExitScriptError || leaks(out.String()) || !strings.Contains(out.String(), "internal_test.go:") {
		t.Errorf("exit code %d\n%s", code, out.String())
	}
}
