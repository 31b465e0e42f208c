package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/dbos-script/dbos-script/bench/databases"
)

// A machine has the built programs, the server and a folder for files.
type machine struct {
	options
	servers *databases.Servers
	place   string // the folder of all its files
	command string // dbos-script
	maxrss  string // measures a process
}

func newMachine(ctx context.Context, o options) (*machine, error) {
	folder, err := os.MkdirTemp(o.folder, "operators-")
	if err != nil {
		return nil, err
	}
	// The server runs as another user, who must find its data.
	if err := os.Chmod(folder, 0o755); err != nil {
		return nil, err
	}
	m := &machine{options: o, place: folder, command: filepath.Join(folder, "dbos-script"), maxrss: filepath.Join(folder, "maxrss")}
	for program, source := range map[string]string{m.command: "./cmd/dbos-script", m.maxrss: "./bench/maxrss"} {
		build := exec.CommandContext(ctx, "go", "build", "-o", program, source)
		if out, err := build.CombinedOutput(); err != nil {
			return nil, errors.Join(fmt.Errorf("build %s: %w\n%s", source, err, out), os.RemoveAll(folder))
		}
	}
	m.servers, err = databases.OpenIn(folder, o.fsync)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return m, nil
}

func (m *machine) close() error { return errors.Join(m.servers.Close(), os.RemoveAll(m.place)) }

// say reports progress.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// A usage is the report of bench/maxrss about a command.
type usage struct {
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu"`
	Memory  int64   `json:"memory"`

	out, log string
}

// megabytes returns the peak of the memory.
func (u usage) megabytes() float64 { return float64(u.Memory) / 1e6 }

// run runs dbos-script with some arguments, which must succeed.
func (m *machine) run(ctx context.Context, args ...string) (u usage, err error) {
	report, theirs, err := os.Pipe()
	if err != nil {
		return u, err
	}
	defer report.Close()
	command := exec.CommandContext(ctx, m.maxrss, append([]string{m.command}, args...)...)
	var out, log bytes.Buffer
	command.Stdout, command.Stderr, command.ExtraFiles = &out, &log, []*os.File{theirs}
	failed := command.Run()
	theirs.Close()
	if failed == nil {
		failed = json.NewDecoder(report).Decode(&u)
	}
	if failed != nil {
		return u, fmt.Errorf("dbos-script %s: %w\n%s%s", strings.Join(args, " "), failed, out.String(), log.String())
	}
	u.out, u.log = out.String(), strings.TrimSpace(log.String())
	return u, nil
}

// shortest runs the command several times, and returns the run that took the least time.
func (m *machine) shortest(ctx context.Context, args ...string) (best usage, err error) {
	for turn := range m.turns {
		u, err := m.run(ctx, args...)
		if err != nil {
			return best, err
		}
		if turn == 0 || u.Seconds < best.Seconds {
			best = u
		}
	}
	return best, nil
}

// changing returns the arguments of a command that changes something, with an audit log.
func (m *machine) changing(args ...string) []string {
	return append(args, "--yes", "--audit", filepath.Join(m.place, "audit.jsonl"))
}
