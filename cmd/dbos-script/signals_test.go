package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/stdlib"
)

const (
	// unresolvedName is the name under which this test binary is the command where the server of
	// names is the one of the variable unresolvedBy.
	unresolvedName = "dbos-script-unresolved"
	unresolvedBy   = "DBOS_SCRIPT_TEST_RESOLVER"
)

// unresolved is the command with the resolver of the test.
func unresolved() {
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", os.Getenv(unresolvedBy))
	}}
	main()
}

// silentAddresses returns the addresses of servers on this machine that never answer: of TCP, of
// HTTP and of names.
func silentAddresses(t *testing.T) (tcp, web, names string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	t.Cleanup(func() { close(over); server.CloseClientConnections(); server.Close() })
	resolver, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resolver.Close() })
	return listener.Addr().String(), server.URL, resolver.LocalAddr().String()
}

// Whatever a run waits for, each signal that asks for its end ends it in order: with the exit code
// for that, its end in the audit log, and nothing half done. Its limit of time does, too.
func TestEveryEndFromOutsideEndsAnyWaitInOrder(t *testing.T) {
	t.Parallel()
	tcp, web, names := silentAddresses(t)
	waits := map[string]string{
		"computing":           `while true do pcall(function() while true do end end) end`,
		"asleep":              `while true do pcall(time.sleep, "1h") end`,
		"in a program":        `while true do pcall(exec.run, "sleep", {"100"}) end`,
		"in a request":        `while true do pcall(http.get, "` + web + `", {timeout = "1h"}) end`,
		"for a name":          `while true do pcall(http.get, "http://nowhere.example/", {timeout = "1h"}) end`,
		"for a database":      `while true do pcall(function() dbos.connect{database_url = "postgres://u@` + tcp + `/x?sslmode=disable"}:list_workflows() end) end`,
		"for its name":        `while true do pcall(function() dbos.connect{database_url = "postgres://u@nowhere.example/x"}:list_workflows() end) end`,
		"for a result":        `while true do pcall(function() dbos.retrieve_workflow("first"):get_result() end) end`,
		"for a lock":          `while true do pcall(function() dbos.connect{database_url = "sqlite:locked.sqlite"}:enqueue("q", "w", 1, {sdk = "go"}) end) end`,
		"in a retry":          `retry.call(function() error("no") end, {attempts = 1000, backoff = "1h"})`,
		"in a stream":         `while true do pcall(function() for _ in dbos.read_stream_async("first", "k") do end end) end`,
		"in a callback":       `while true do pcall(seq.each, {1}, function() time.sleep("1h") end) end`,
		"for several results": `while true do pcall(dbos.wait, {"first"}) end`,
	}
	for wait, script := range waits {
		for _, end := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, nil} {
			t.Run(fmt.Sprintf("%s/%v", wait, end), func(t *testing.T) {
				t.Parallel()
				flags := []string{"--allow-exec", "sleep", "--allow-net", "*", "--allow-db", "sqlite:locked.sqlite",
					"--allow-db", "postgres://u@" + tcp + "/x?sslmode=disable", "--allow-db", "postgres://u@nowhere.example/x"}
				for limit := time.Second; ; limit *= 4 {
					timed := flags
					if end == nil {
						timed = append(slices.Clone(flags), "--timeout", limit.String())
					}
					e := newEnded(t, script, end, timed...)
					e.cmd.Env = append(os.Environ(), unresolvedBy+"="+names)
					line, err := e.firstLine()
					if line == "ready\n" {
						e.end()
						return
					}
					if end != nil || limit > patience { // a busy machine may not come to the wait within a second
						t.Fatalf("%q, %v", line, err)
					}
					_ = e.cmd.Wait()
				}
			})
		}
	}
}

// firstLine starts the run, and returns the first line that it writes.
func (e *ended) firstLine() (string, error) {
	out, err := e.cmd.StdoutPipe()
	if err == nil {
		err = e.cmd.Start()
	}
	if err != nil {
		return "", err
	}
	return bufio.NewReader(out).ReadString('\n')
}

// ended is a run with one change, which is then ended from outside.
type ended struct {
	t      *testing.T
	cmd    *exec.Cmd
	signal os.Signal // nil for the limit of time
	record string
	log    lastWords
	shown  chan struct{} // closed once all of a terminal was read; nil without a terminal
}

func newEnded(t *testing.T, script string, signal os.Signal, flags ...string) *ended {
	t.Helper()
	folder := t.TempDir()
	makeEmbedded(t, folder)
	if strings.Contains(script, "locked.sqlite") {
		locked := lockedFile(t, "PRAGMA journal_mode = DELETE", "BEGIN EXCLUSIVE")
		if err := os.Symlink(locked, filepath.Join(folder, "locked.sqlite")); err != nil {
			t.Fatal(err)
		}
	}
	e := &ended{t: t, signal: signal, record: filepath.Join(folder, "audit.jsonl")}
	e.cmd = command(t, folder, append([]string{"-e", `dbos.enqueue("q", "w", 1, {workflow_id = "first", sdk = "go"}) print("ready") ` + script,
		"--db", "sqlite:dbos.sqlite", "--audit", e.record}, flags...)...)
	named := filepath.Join(folder, unresolvedName)
	if err := os.Rename(e.cmd.Path, named); err != nil {
		t.Fatal(err)
	}
	e.cmd.Path, e.cmd.Stderr = named, &e.log
	return e
}

// end ends the run, and holds it to what is promised.
func (e *ended) end() {
	e.t.Helper()
	code, outcome := stdlib.ExitTimeout, "timeout"
	if e.signal != nil {
		code, outcome = stdlib.ExitInterrupted, "interrupted"
		if err := e.cmd.Process.Signal(e.signal); err != nil {
			e.t.Fatal(err)
		}
	}
	_ = e.cmd.Wait()
	if e.shown != nil {
		<-e.shown
	}
	e.endedWith(code, outcome)
}

func (e *ended) endedWith(code int, outcome string) {
	e.t.Helper()
	if got := e.cmd.ProcessState.ExitCode(); got != code || strings.Contains(string(e.log), "given up") || strings.Contains(string(e.log), "goroutine") {
		e.t.Errorf("exit code %d, want %d\n%s", got, code, e.log)
	}
	runs, err := audit.Summaries(e.record)
	if err != nil || len(runs) != 1 || runs[0].Outcome != outcome || runs[0].Changes != 1 {
		e.t.Errorf("the record has %+v, %v; want the outcome %q and one change\n%s", runs, err, outcome, e.log)
	}
}

// A run whose output nobody reads any more ends in order at its next line.
func TestAClosedOutputEndsTheRunInOrder(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"print": `while true do pcall(print, "more") end`,
		"emit":  `while true do pcall(emit, {id = 1}) end`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnded(t, script, os.Interrupt, "--output", "ndjson", "--timeout", "1m")
			out, in, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			e.cmd.Stdout = in
			if err := e.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			in.Close()
			if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
				t.Fatalf("%q, %v", line, err)
			}
			out.Close()
			_ = e.cmd.Wait()
			e.endedWith(stdlib.ExitInterrupted, "interrupted")
		})
	}
}

// A run that waits for an answer to its question ends at a signal, and the change that was asked
// about is not made.
func TestASignalEndsAQuestion(t *testing.T) {
	t.Parallel()
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			e := newEnded(t, `dbos.cancel_workflow("first") print("went" .. " on")`, signal, "--confirm-above", "1")
			e.cmd.Stderr = nil
			keyboard, err := pty.Start(e.cmd)
			if err != nil {
				t.Fatal(err)
			}
			defer keyboard.Close()
			shown := bufio.NewReader(keyboard)
			for !strings.HasSuffix(string(e.log), "[y/N]") {
				b, err := shown.ReadByte()
				if err != nil {
					t.Fatalf("no question: %v\n%s", err, e.log)
				}
				e.log = append(e.log, b)
			}
			e.shown = make(chan struct{})
			go func() {
				defer close(e.shown)
				_, _ = shown.WriteTo(&e.log)
			}()
			e.end()
			if strings.Contains(string(e.log), "went on") {
				t.Error("the run went on")
			}
		})
	}
}
