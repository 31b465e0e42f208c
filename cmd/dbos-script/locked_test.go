package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/stdlib"
)

// lockedFile makes an SQLite database with the workflow w, which somebody else has locked.
func lockedFile(t *testing.T, lock ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.sqlite")
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: "sqlite:" + path, Create: true})
	if err == nil {
		_, err = c.Enqueue("q", "wf", 1, client.WithEnqueueWorkflowID("w"))
	}
	if err != nil {
		t.Fatal(err)
	}
	c.Shutdown(0)
	holder, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { holder.Close() })
	holder.SetMaxOpenConns(1)
	for _, text := range lock {
		if _, err := holder.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// A run whose time is up while a file is locked ends by itself, and the record says that nothing
// happened.
func TestALockedFileEndsWithTheRun(t *testing.T) {
	t.Parallel()
	path, record := lockedFile(t, "BEGIN IMMEDIATE"), filepath.Join(t.TempDir(), "audit.jsonl")
	cmd := command(t, t.TempDir(), "-e", `dbos.cancel_workflow("w")`, "--db", "sqlite:"+path, "--audit", record, "--timeout", "1s")
	output, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != stdlib.ExitTimeout || !strings.Contains(string(output), "failed, nothing changed") {
		t.Errorf("exit code %d\n%s", code, output)
	}
	runs, err := audit.Summaries(record)
	if err != nil || len(runs) != 1 {
		t.Fatalf("%+v, %v", runs, err)
	}
	changes, err := audit.Changes(record, runs[0].Run.ID)
	if err != nil || len(changes) != 1 || changes[0].Outcome != audit.Failed {
		t.Errorf("the record has %+v, %v", changes, err)
	}
}

// Connecting ends with the run, too: it is not given up, as a call that does not return is.
func TestConnectingEndsWithTheRun(t *testing.T) {
	t.Parallel()
	path := lockedFile(t, "PRAGMA journal_mode = DELETE", "BEGIN EXCLUSIVE")
	began := time.Now()
	cmd := command(t, t.TempDir(), "-e", `print(#dbos.list_workflows{})`, "--db", "sqlite:"+path, "--timeout", "1s")
	output, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != stdlib.ExitTimeout || strings.Contains(string(output), "given up") {
		t.Errorf("exit code %d after %v\n%s", code, time.Since(began), output)
	}
}
