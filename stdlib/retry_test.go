package stdlib_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

func TestRetry(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code, want string
		took       time.Duration
	}{
		"at once":  {`print(retry.call(function(try) return try, nil, "x" end))`, "1\tnil\tx", 0},
		"no value": {`print(select("#", retry.call(function() end)))`, "0", 0},
		"until it works": {`local n = 0
			print(retry.call(function(try) n = n + 1 if try < 4 then error("no") end return try, n end, {jitter = 0}))
			print(n)`, "4\t4\n4", 7 * time.Second},
		"until the last": {`local n = 0
			local ok, err = pcall(retry.call, function() n = n + 1 error({n = n}) end, {attempts = 3, backoff = "2s", jitter = 0})
			print(ok, err.n, n)`, "false\t3\t3", 6 * time.Second},
		"longest wait":  {`pcall(retry.call, function() error("no") end, {attempts = 5, backoff = 10, max = "15s", jitter = 0})`, "", 55 * time.Second},
		"without waits": {`pcall(retry.call, function() error("no") end, {attempts = 100, backoff = 0})`, "", 0},
		"hopeless": {`local n = 0
			local ok, err = pcall(retry.call, function() n = n + 1 env.get("X") end)
			print(n, err.code)`, "1\tDenied", 0},
		"on a code": {`local n = 0
			local ok, err = pcall(retry.call, function() n = n + 1 env.get("X") end, {on = "Denied", attempts = 2, jitter = 0})
			print(n, err.code)`, "2\tDenied", time.Second},
		"on another code": {`local n = 0
			pcall(retry.call, function() n = n + 1 error("no") end, {on = {"Timeout"}})
			print(n)`, "1", 0},
		"inside each other": {`print(retry.call(function(try)
			  return retry.call(function(inner) if try * inner < 4 then error("no") end return try, inner end, {attempts = 2, jitter = 0})
			end, {jitter = 0}))`, "2\t2", 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m, began := newMachine(t, grants.Lists{}), time.Now()
				m.prints(c.code, c.want)
				if took := time.Since(began); took != c.took {
					t.Errorf("it took %v, want %v", took, c.took)
				}
			})
		})
	}
}

func TestRetryIsInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t, grants.Lists{})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		began := time.Now()
		_, err := m.vm.RunString(ctx, "runbook.lua", `retry.call(function() error("no") end, {backoff = "10h", max = "10h"}) print("on")`)
		if stopped, ok := errors.AsType[*vm.ScriptError](err); !ok || stopped.Kind != vm.Interrupted || time.Since(began) != time.Minute || m.out.Len() > 0 {
			t.Errorf("%v after %v, %q", err, time.Since(began), m.out.String())
		}
	})
}

func TestRetryTellsTheLog(t *testing.T) {
	t.Parallel()
	for raised, shown := range map[string]string{
		`"no such host"`:                     `"runbook.lua:1: no such host"`,
		`{status = 503}`:                     `"{status = 503}"`,
		`{message = "busy", code = "Later"}`: `busy`,
	} {
		m := newMachine(t, grants.Lists{})
		m.prints(`retry.call(function(try) if try == 1 then error(`+raised+`) end end, {backoff = 0})`, "")
		if line := m.log.String(); !strings.Contains(line, `msg="trying again" failed=1 wait=0s error=`+shown+"\n") {
			t.Error(line)
		}
	}
}

func TestRetryMistakes(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	for code, want := range map[string]string{
		`retry.call(5)`:                    `retry.call: argument "fn": function expected, got number`,
		`retry.call(print, {attempt = 2})`: `retry.call: unknown option "attempt" (did you mean "attempts"?)`,
	} {
		m.raises(code, "InvalidArgument", want)
	}
	m.raises(`retry.call(print, {attempts = 0})`, "InvalidOption", `retry.call: argument "attempts": must be at least 1, got 0`)
	m.raises(`retry.call(print, {jitter = 2})`, "InvalidOption", `retry.call: argument "jitter": must be at most 1, got 2`)
}
