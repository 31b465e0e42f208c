package main

import (
	"bytes"
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
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A blocked is a process whose change is held on its way by the test.
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

// block starts a run that cancels a workflow, and waits until its statement is on its way to the
// server.
func block(t *testing.T) *blocked {
	t.Helper()
	b := clienttest.On(t, "Postgres")
	if _, err := b.NewClient().Enqueue("q", "wf", 1, client.WithEnqueueWorkflowID("w")); err != nil {
		t.Fatal(err)
	}
	under, free := make(chan struct{}), make(chan struct{})
	p := &blocked{log: &tail{}, record: filepath.Join(t.TempDir(), "audit.jsonl"), release: sync.OnceFunc(func() { close(free) })}
	t.Cleanup(p.release)
	held := sync.OnceFunc(func() { close(under) })
	proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if r.Mentions("UPDATE") {
			held()
			<-free
		}
		return pgproxy.Pass
	}})
	p.cmd = command(t, t.TempDir(), "-e", `dbos.cancel_workflow("w")`, "--db", proxy.URL(), "--schema", b.Config().DatabaseSchema, "--audit", p.record)
	p.cmd.Stderr = p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-under:
	case <-time.After(patience):
		t.Fatalf("the change did not begin within %v\n%s", patience, p.log)
	}
	if outcome := p.outcome(t); outcome != audit.Started {
		t.Fatalf("the record says %q", outcome)
	}
	return p
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

// The second Ctrl-C, like a kill, ends the process at once; the record then says that the outcome
// is not known.
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
