package main

import (
	"bytes"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A blocked is a process whose change waits for a lock that the test holds.
type blocked struct {
	cmd     *exec.Cmd
	log     *tail
	record  string
	release func()
}

// A tail is written by a process and read by a test.
type tail struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (l *tail) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(p)
}

func (l *tail) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

// block starts a run that cancels a workflow, and waits until its call is under way.
func block(t *testing.T) *blocked {
	t.Helper()
	b := clienttest.On(t, "SQLite")
	if _, err := b.NewClient().Enqueue("q", "wf", 1, client.WithEnqueueWorkflowID("w")); err != nil {
		t.Fatal(err)
	}
	p := &blocked{log: &tail{}, record: filepath.Join(t.TempDir(), "audit.jsonl"), release: lock(t, b)}
	p.cmd = command(t, t.TempDir(), "-e", `dbos.cancel_workflow("w")`, "--db", b.Config().DatabaseURL, "--audit", p.record)
	p.cmd.Stderr = p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return p.outcome(t) == audit.Started })
	return p
}

// lock keeps others from writing until it is released.
func lock(t *testing.T, b clienttest.Backend) (release func()) {
	t.Helper()
	handle, err := sql.Open("sqlite", strings.TrimPrefix(b.Config().DatabaseURL, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	handle.SetMaxOpenConns(1)
	if _, err := handle.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	return sync.OnceFunc(func() { handle.Close() })
}

// outcome is what the record says of the run's only change; empty before it says anything.
func (p *blocked) outcome(t *testing.T) string {
	t.Helper()
	runs, err := audit.Summaries(p.record)
	if err != nil || len(runs) == 0 {
		return ""
	}
	changes, err := audit.Changes(p.record, runs[0].Run.ID)
	if err != nil || len(changes) != 1 {
		t.Fatalf("%v, %v", changes, err)
	}
	return changes[0].Outcome
}

func eventually(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !condition(); {
		if time.Now().After(deadline) {
			t.Fatalf("the condition did not come true within %v", patience)
		}
	}
}

// Ctrl-C lets the call under way end, and says what came of it.
func TestInterruptWaitsForTheChangeUnderWay(t *testing.T) {
	t.Parallel()
	p := block(t)
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return strings.Contains(p.log.String(), "cancel_workflow is under way and is waited for") })
	p.release()
	_ = p.cmd.Wait()
	if code := p.cmd.ProcessState.ExitCode(); code != stdlib.ExitInterrupted || p.outcome(t) != audit.Done {
		t.Errorf("exit code %d, outcome %q\n%s", code, p.outcome(t), p.log)
	}
	if text := p.log.String(); !strings.Contains(text, "what this run has done") || !strings.Contains(text, "interrupted") {
		t.Errorf("standard error:\n%s", text)
	}
}

// The second Ctrl-C, like a kill, ends the process at once; the record then says that the outcome is
// not known.
func TestTheSecondInterruptEndsAtOnce(t *testing.T) {
	t.Parallel()
	for name, kill := range map[string]func(*blocked) error{
		"interrupted twice": func(p *blocked) error {
			if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
				return err
			}
			eventually(t, func() bool { return strings.Contains(p.log.String(), "Ctrl-C again ends at once") })
			return p.cmd.Process.Signal(os.Interrupt)
		},
		"killed": func(p *blocked) error { return p.cmd.Process.Kill() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := block(t)
			defer p.release()
			if err := kill(p); err != nil {
				t.Fatal(err)
			}
			_ = p.cmd.Wait()
			if state, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && !state.Signaled() {
				t.Errorf("the process ended by itself: %v", p.cmd.ProcessState)
			}
			runs, err := audit.Summaries(p.record)
			if err != nil || len(runs) != 1 || runs[0].Outcome != audit.Unfinished || p.outcome(t) != audit.Started {
				t.Errorf("the record says %+v: %v", runs, err)
			}
		})
	}
}
