package run_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// execute runs a text with a config, and returns what it wrote and its error.
func execute(t *testing.T, config run.Config, text string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	config.Stdout = &out
	err := run.Do(t.Context(), config, func(r *run.Run) error { return r.Execute(run.Text("test.lua", text)) })
	return out.String(), err
}

// A config with nothing but a database grants nothing, and lets nobody's fleet be changed.
func TestTheZeroConfigIsSafe(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	c := b.NewClient()
	if _, err := c.Enqueue("q", "wf", 1, client.WithEnqueueWorkflowID("w")); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"a file": `fs.read("run_test.go")`, "a program": `exec.run("true")`, "a variable": `env.get("HOME")`,
		"a database":   `dbos.connect{database_url = "sqlite:other.sqlite"}`,
		"many changes": `local ids = {"w"} for i = 1, 1000 do ids[#ids + 1] = "w" .. i end dbos.delete_workflows(ids)`,
	} {
		if _, err := execute(t, run.Config{Database: b.Config()}, text); run.ExitCode(err) != stdlib.ExitDenied {
			t.Errorf("%s: exit code %d, %v", name, run.ExitCode(err), err)
		}
	}
	if _, err := c.RetrieveWorkflow("w"); err != nil {
		t.Errorf("the workflow was deleted: %v", err)
	}
}

// A run records its changes in the file that AuditFile names, and only if it is set.
func TestARunRecordsItsChanges(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	config := run.Config{Script: "test.lua", Arguments: []string{"--id", "w"}, Database: b.Config()}
	config.AuditFile, config.Reason = func() (string, error) { return file, nil }, "a test"
	if _, err := execute(t, config, `dbos.enqueue("q", "wf", 1)`); err != nil {
		t.Fatal(err)
	}
	runs, err := audit.Summaries(file)
	if err != nil || len(runs) != 1 || runs[0].Outcome != "success" || runs[0].Reason != "a test" || runs[0].Text == "" || len(runs[0].Arguments) != 2 {
		t.Errorf("the record has %+v, %v", runs, err)
	}
	config.AuditFile = func() (string, error) { return "", errors.New("it has no place") }
	if _, err := execute(t, config, `dbos.enqueue("q", "wf", 1)`); run.ExitCode(err) != stdlib.ExitDenied {
		t.Errorf("a change without a record: %v", err)
	}
}

// Settings that could not hold are refused before anything runs.
func TestWrongConfigsAreRefused(t *testing.T) {
	t.Parallel()
	many := int64(3)
	fake := run.Environment{Client: struct{ client.Client }{}}
	for name, config := range map[string]run.Config{
		"a client in a dry run":  {Environment: fake, Safety: run.Safety{DryRun: true}},
		"a client with a limit":  {Environment: fake, Safety: run.Safety{MaxChanges: &many}},
		"a client with a record": {Environment: fake, Safety: run.Safety{AuditFile: func() (string, error) { return "x", nil }}},
		"an unknown profile":     {Grants: grants.Lists{DB: []string{"prod"}}},
	} {
		_, err := execute(t, config, `print("ran")`)
		if wrong := (*run.ConfigError)(nil); !errors.As(err, &wrong) || run.ExitCode(err) != stdlib.ExitUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Pieces of one run share their globals, and a program that was compiled before runs like its text.
func TestPiecesShareTheirGlobals(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r, err := run.New(t.Context(), run.Config{Streams: run.Streams{Stdout: &out}})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"function twice(x) return 2 * x end", "print(twice(21))"} {
		if err := r.Execute(run.Text("piece", text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil || out.String() != "42\n" {
		t.Errorf("it wrote %q, %v", out.String(), err)
	}
}

// A script that is read from a file finds its parameters and the scripts beside it.
func TestAFileFindsTheScriptsBesideIt(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{"main.lua": `print(require("part").name, ...)`, "part.lua": `return {name = "part"}`} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	source, err := run.ReadFile(filepath.Join(folder, "main.lua"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	config := run.Config{Script: source.Path, Arguments: []string{"a", "b"}, Streams: run.Streams{Stdout: &out}}
	if err := run.Do(t.Context(), config, func(r *run.Run) error { return r.Execute(source) }); err != nil || out.String() != "part\ta\tb\n" {
		t.Errorf("it wrote %q, %v", out.String(), err)
	}
	if _, err := run.ReadFile(folder); err == nil {
		t.Error("a folder was read")
	}
}

// The end of the context ends the run, with the exit code of an interruption.
func TestTheContextEndsTheRun(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	config := run.Config{Streams: run.Streams{Stdout: writerFunc(func(p []byte) (int, error) {
		cancel()
		return out.Write(p)
	})}}
	err := run.Do(ctx, config, func(r *run.Run) error { return r.Execute(run.Text("endless", `print("began") while true do end`)) })
	if run.ExitCode(err) != stdlib.ExitInterrupted || !strings.Contains(out.String(), "began") {
		t.Errorf("exit code %d: %v", run.ExitCode(err), err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
