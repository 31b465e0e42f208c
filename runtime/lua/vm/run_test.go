package vm

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// newVM makes a state that minds no memory but where the test says so: tests run side by side in
// one process.
func newVM(config Config) *VM {
	if config.Limits.Memory == 0 {
		config.Limits.Memory = -1
	}
	return New(config)
}

func run(t *testing.T, config Config, source string) ([]lua.LValue, error) {
	t.Helper()
	v := newVM(config)
	t.Cleanup(v.Close)
	return v.RunString(context.Background(), "script.lua", source)
}

func mustRun(t *testing.T, v *VM, source string) []lua.LValue {
	t.Helper()
	results, err := v.RunString(context.Background(), "script.lua", source)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func failureOf(t *testing.T, err error) *ScriptError {
	t.Helper()
	var failure *ScriptError
	if !errors.As(err, &failure) {
		t.Fatalf("got %v, want a *ScriptError", err)
	}
	return failure
}

func report(t *testing.T, err error) string {
	t.Helper()
	var b bytes.Buffer
	if err := Format(&b, err, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRunGivesArgumentsAndResults(t *testing.T) {
	t.Parallel()
	v := newVM(Config{})
	defer v.Close()
	results, err := v.RunString(context.Background(), "add", "local a, b = ... return a + b, nil, 'x'", lua.LNumber(1), lua.LNumber(2))
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 3 || results[0] != lua.LNumber(3) || results[1] != lua.LNil || results[2] != lua.LString("x") {
		t.Errorf("got %v", results)
	}
}

func TestGlobalsStayBetweenRuns(t *testing.T) {
	t.Parallel()
	v := newVM(Config{})
	defer v.Close()
	mustRun(t, v, "kept = {1} co = coroutine.wrap(function() coroutine.yield(1) coroutine.yield(2) end) co()")
	if results := mustRun(t, v, "kept[2] = 2 return #kept, co()"); results[0] != lua.LNumber(2) || results[1] != lua.LNumber(2) {
		t.Errorf("got %v", results)
	}
	if _, err := v.RunString(context.Background(), "bad", "error('x')"); err == nil {
		t.Error("no error")
	}
	mustRun(t, v, "assert(#kept == 2)")
}

func TestPrintWritesToTheConfiguredOutput(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if _, err := run(t, Config{Stdout: &out}, `print("a", 1, nil, true, 0.5) print() print(setmetatable({}, {__tostring = function() return "shown" end}))`); err != nil {
		t.Fatal(err)
	}
	if want := "a\t1\tnil\ttrue\t0.5\n\nshown\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("pipe closed") }

func TestOutputThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	_, err := run(t, Config{Stdout: brokenWriter{}}, "\nprint('x')")
	if failure := failureOf(t, err); failure.Line != 2 || !strings.Contains(failure.Message, "pipe closed") {
		t.Errorf("got %v", failure)
	}
}

func TestOutputLimitCountsWhatGoesThroughStdout(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	v := newVM(Config{Stdout: &out, Limits: Limits{Output: 10}})
	defer v.Close()
	v.L().G.Global.RawSetString("emit", v.L().NewFunction(func(L *lua.LState) int {
		if _, err := v.Stdout().Write([]byte(L.CheckString(1))); err != nil {
			L.RaiseError("%s", err.Error())
		}
		return 0
	}))
	_, err := v.RunString(context.Background(), "script.lua", "emit('12345')\npcall(emit, '1234567')\nemit('never')")
	failure := failureOf(t, err)
	if failure.Kind != Output || out.String() != "1234512345" {
		t.Errorf("kind %v, output %q", failure.Kind, out.String())
	}
	mustRun(t, v, "emit('next run')")
}

func TestRunFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "runbook.lua"), "\ufeff#!/usr/bin/env dbos-script\nlocal m = require 'lib.helper'\nreturn m, ...")
	write(t, filepath.Join(dir, "lib", "helper.lua"), "return 'helped'")
	v := newVM(Config{})
	defer v.Close()
	results, err := v.RunFile(context.Background(), path, lua.LString("arg"))
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 2 || results[0] != lua.LString("helped") || results[1] != lua.LString("arg") {
		t.Errorf("got %v", results)
	}
}

func TestPreambleKeepsLineNumbers(t *testing.T) {
	t.Parallel()
	for _, source := range []string{"#!/bin/x\n\nerror('e')", "\ufeff\n\nerror('e')", "\ufeff#!x\r\n\r\nerror('e')"} {
		_, err := run(t, Config{}, source)
		if failure := failureOf(t, err); failure.Line != 3 || failure.SourceLine != "error('e')" {
			t.Errorf("%q: line %d %q", source, failure.Line, failure.SourceLine)
		}
	}
	for _, source := range []string{"", "#", "\ufeff", "#!/bin/x"} {
		if _, err := run(t, Config{}, source); err != nil {
			t.Errorf("%q: %v", source, err)
		}
	}
}

func TestScriptThatCannotBeRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "bulk_resume.lua"), "")
	write(t, filepath.Join(dir, "long.lua"), strings.Repeat("-", MaxSource+1))
	v := newVM(Config{})
	defer v.Close()
	for name, want := range map[string]string{
		"bulk_resme.lua": `(did you mean "bulk_resume.lua"?)`,
		"":               "is a folder, not a script",
		"long.lua":       "more than the 4194304",
	} {
		_, err := v.RunFile(context.Background(), filepath.Join(dir, name))
		if failure := failureOf(t, err); failure.Kind != NoFile || !strings.Contains(failure.Message, want) {
			t.Errorf("%s: %s: %s", name, failure.Kind, failure.Message)
		}
	}
}

func TestRequireStaysInTheFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	scripts := filepath.Join(dir, "scripts")
	write(t, filepath.Join(dir, "secret.lua"), "return 'secret'")
	write(t, filepath.Join(scripts, "inside.lua"), "return 'inside'")
	link := func(target, name string) {
		if err := os.Symlink(target, filepath.Join(scripts, name)); err != nil {
			t.Fatal(err)
		}
	}
	link("../secret.lua", "out.lua")
	link(filepath.Join(dir, "secret.lua"), "absolute.lua")
	link("..", "up")
	link("inside.lua", "alias.lua")
	v := newVM(Config{ScriptDir: scripts})
	defer v.Close()
	if results := mustRun(t, v, "return require 'alias'"); results[0] != lua.LString("inside") {
		t.Errorf("a link inside the folder gives %v", results)
	}
	for _, name := range []string{"out", "absolute", "up.secret"} {
		_, err := v.RunString(context.Background(), "script.lua", "return require '"+name+"'")
		if failure := failureOf(t, err); !strings.Contains(failure.Message, "path escapes from parent") {
			t.Errorf("%s: %s", name, failure.Message)
		}
	}
}

func TestLoadersAndGlobalsAreMadeOnce(t *testing.T) {
	t.Parallel()
	made := map[string]int{}
	loader := func(name string) Loader {
		return func(L *lua.LState) lua.LValue {
			made[name]++
			table := L.NewTable()
			table.RawSetString("name", lua.LString(name))
			return table
		}
	}
	v := newVM(Config{
		Loaders: map[string]Loader{"dbos": loader("dbos"), "json": loader("json")},
		Globals: map[string]Loader{"dbos": Require("dbos"), "emit": loader("emit")},
	})
	defer v.Close()
	mustRun(t, v, `assert(require "dbos" == dbos and require("dbos") == dbos and dbos.name == "dbos" and emit == emit)`)
	if made["dbos"] != 1 || made["emit"] != 1 || made["json"] != 0 {
		t.Errorf("made %v", made)
	}
	_, err := v.RunString(context.Background(), "script.lua", `require "jsn"`)
	if failure := failureOf(t, err); !strings.Contains(failure.Message, `(did you mean "json"?)`) {
		t.Error(failure.Message)
	}
	_, err = v.RunString(context.Background(), "script.lua", `return emti`)
	if failure := failureOf(t, err); !strings.Contains(failure.Message, `(did you mean "emit"?)`) {
		t.Error(failure.Message)
	}
}

func TestProgramRunsInSeveralStatesAtOnce(t *testing.T) {
	t.Parallel()
	program, err := Compile("shared.lua", `
		local list = {`+strings.Repeat("'x', ", 300)+`}
		local text = ""
		for i = 1, 100 do text = text .. i .. "," end
		list[1] = ...
		return #list, #text, list[1]`)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			v := newVM(Config{Limits: Limits{Memory: -1}})
			defer v.Close()
			results, err := v.Run(context.Background(), program, lua.LNumber(i))
			if err != nil || len(results) != 3 || results[0] != lua.LNumber(300) || results[1] != lua.LNumber(292) || results[2] != lua.LNumber(i) {
				t.Errorf("got %v, %v", results, err)
			}
		})
	}
	wg.Wait()
}

func TestIncompleteSource(t *testing.T) {
	t.Parallel()
	for source, incomplete := range map[string]bool{
		"if x then": true, "f(": true, "x =": true, "local t = {": true, "s = [[": true, "--[[": true, "for i = 1, 3 do": true,
		"return function()": true, "x = = 1": false, "end": false, "s = 'x": false, "x = 1 // 2": false, "repeat": true,
	} {
		_, err := Compile("repl", source)
		if failure := failureOf(t, err); failure.Incomplete != incomplete || failure.Kind != Syntax {
			t.Errorf("%q: incomplete %v (%s)", source, failure.Incomplete, failure.Message)
		}
	}
}

func TestLargeSourceCompilesAndCanBeStopped(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	source.WriteString("local t = {")
	for i := range 100_000 {
		source.WriteString("{id = 'w")
		source.WriteString(strings.Repeat("x", i%7))
		source.WriteString("', n = 1},\n")
	}
	source.WriteString("} return #t")
	if results, err := run(t, Config{Limits: Limits{Memory: -1}}, source.String()); err != nil || results[0] != lua.LNumber(100_000) {
		t.Errorf("got %v, %v", results, err)
	}
	// Forty thousand labels and gotos keep the compiler busy for seconds.
	slow := "do " + strings.Repeat("goto a ", 40_000) + strings.Repeat("do ::b:: end ", 40_000) + "::a:: end"
	start := time.Now()
	_, err := run(t, Config{Limits: Limits{Time: 50 * time.Millisecond, Memory: -1}}, slow)
	if failure := failureOf(t, err); failure.Kind != Timeout || time.Since(start) > 5*time.Second {
		t.Errorf("kind %v after %s", failure.Kind, time.Since(start))
	}
}
