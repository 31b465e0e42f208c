package main

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A follower reads the lines of a `log --follow` that runs beside other commands.
type follower struct {
	t     *testing.T
	env   []string
	lines chan string
	seen  []string
}

func newFollower(t *testing.T) *follower {
	folder := t.TempDir()
	f := &follower{t: t, lines: make(chan string), env: append(os.Environ(), "XDG_STATE_HOME="+folder,
		environmentURL+"=sqlite:"+filepath.Join(folder, "shop.sqlite"))}
	f.run("db", "init")
	f.run("-e", `dbos.enqueue_many("orders", "pay", {1, 2}, {workflow_ids = {"o-1", "o-2"}})`)
	cmd := command(t, t.TempDir(), "log", "--follow", "--every", "0.1s", "--output", "csv")
	cmd.Env = f.env
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	go func() {
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			select {
			case f.lines <- lines.Text():
			case <-t.Context().Done():
				return
			}
		}
		close(f.lines)
	}()
	return f
}

// run runs a command to its end.
func (f *follower) run(args ...string) {
	f.t.Helper()
	cmd := command(f.t, f.t.TempDir(), args...)
	cmd.Env = f.env
	if out, err := cmd.CombinedOutput(); err != nil {
		f.t.Fatalf("%v: %v\n%s", args, err, out)
	}
}

// await reads lines until each of some texts has been in one.
func (f *follower) await(texts ...string) {
	f.t.Helper()
	deadline := time.After(patience)
	for _, text := range texts {
		for !strings.Contains(strings.Join(f.seen, "\n"), text) {
			select {
			case line, open := <-f.lines:
				if !open {
					f.t.Fatalf("it ended, and never wrote %s:\n%s", text, strings.Join(f.seen, "\n"))
				}
				f.seen = append(f.seen, line)
			case <-deadline:
				f.t.Fatalf("it never wrote %s:\n%s", text, strings.Join(f.seen, "\n"))
			}
		}
	}
}

// Changes that other commands make arrive while log --follow runs, each once and in their order. A
// change that is under way when the log is read has a line before, that it has started.
func TestTheLogFollowsOtherCommands(t *testing.T) {
	t.Parallel()
	f := newFollower(t)
	f.await("audit,enqueue_many,", "database,created,")
	f.run("cancel", "o-1")
	f.await(",1,1,done,", "database,ended in CANCELLED,")
	f.run("priority", "o-2", "--to", "5")
	f.await("audit,set_priority,")
	all := strings.Join(slices.DeleteFunc(f.seen, func(line string) bool { return strings.Contains(line, ",started,") }), "\n")
	for text, times := range map[string]int{"audit,enqueue_many,": 1, "audit,cancel_workflows,": 1, "database,ended in CANCELLED,": 1, "database,created,": 2} {
		if got := strings.Count(all, text); got != times {
			t.Errorf("%s came %d times, not %d:\n%s", text, got, times, all)
		}
	}
}
