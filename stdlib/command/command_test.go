package command

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func sh(script string) Command {
	return Command{Path: "/bin/sh", Args: []string{"-c", script}, Env: []string{"PATH=" + os.Getenv("PATH")}, Limit: 1 << 20}
}

func TestRun(t *testing.T) {
	t.Parallel()
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*Command)
		script string
		want   Result
	}{
		"outputs":   {script: "echo out; echo err >&2", want: Result{Stdout: "out\n", Stderr: "err\n"}},
		"exit code": {script: "exit 7", want: Result{Code: 7}},
		"signal":    {script: "kill -TERM $$", want: Result{Code: 143}},
		"stdin":     {script: "cat", change: func(c *Command) { c.Stdin = "in\x00\xff" }, want: Result{Stdout: "in\x00\xff"}},
		"no stdin":  {script: "cat", want: Result{}},
		"folder":    {script: "pwd", change: func(c *Command) { c.Dir = folder }, want: Result{Stdout: folder + "\n"}},
		"variables": {script: "echo $A$B", change: func(c *Command) { c.Env = []string{"A=1 2"} }, want: Result{Stdout: "1 2\n"}},
		"no shell": {change: func(c *Command) { c.Path, c.Args = "/bin/echo", []string{"$HOME; ls *", "`x`"} },
			want: Result{Stdout: "$HOME; ls * `x`\n"}},
	} {
		command := sh(c.script)
		if c.change != nil {
			c.change(&command)
		}
		if got, err := Run(t.Context(), command); err != nil || *got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAProgramHasItsTime(t *testing.T) {
	t.Parallel()
	for _, script := range []string{"exec sleep 1000", "sleep 1000; true"} {
		command := sh(script)
		command.Timeout = 10 * time.Millisecond
		_, err := Run(t.Context(), command)
		if failure, ok := errors.AsType[*Error](err); !ok || failure.ErrorCode() != "Timeout" || err.Error() != "sh: it ran longer than 10ms and was ended" {
			t.Errorf("%s: %v", script, err)
		}
	}
}

func TestTheEndOfTheRunEndsAProgram(t *testing.T) {
	t.Parallel()
	stop := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	started := filepath.Join(t.TempDir(), "started")
	if err := syscall.Mkfifo(started, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		if _, err := os.ReadFile(started); err != nil {
			t.Error(err)
		}
		cancel(stop)
	}()
	if _, err := Run(ctx, sh("echo > "+started+"; sleep 1000")); err != stop {
		t.Error(err)
	}
}

func TestAProgramThatWritesTooMuchIsEnded(t *testing.T) {
	t.Parallel()
	for _, script := range []string{"while :; do echo y; done", "while :; do echo y >&2; done"} {
		command := sh(script)
		command.Limit = 100_000
		if _, err := Run(t.Context(), command); err == nil || err.Error() != "sh: it wrote more than 100000 bytes and was ended" {
			t.Errorf("%s: %v", script, err)
		}
	}
}

func TestProgramsThatCannotBeStarted(t *testing.T) {
	t.Parallel()
	plain := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Command){
		"plain: permission denied":                       func(c *Command) { c.Path = plain },
		"gone: no such file or directory":                func(c *Command) { c.Path = filepath.Join(filepath.Dir(plain), "gone") },
		`sh: there is no folder "/no/such" to run it in`: func(c *Command) { c.Dir = "/no/such" },
	} {
		command := sh("true")
		change(&command)
		_, err := Run(t.Context(), command)
		if failure, ok := errors.AsType[*Error](err); !ok || err.Error() != want || failure.ErrorCode() != "" {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	environ := []string{"PATH=/bin", "LC_ALL=C", "SECRET=x", "AWS_KEY=k", "HOME=/h", "odd"}
	granted := func(name string) bool { return strings.HasPrefix(name, "AWS_") }
	got := Environment(environ, granted, map[string]string{"HOME": "/other", "NEW": "a=b"})
	if want := []string{"AWS_KEY=k", "HOME=/other", "LC_ALL=C", "NEW=a=b", "PATH=/bin"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for name, want := range map[string]bool{"LD_PRELOAD": true, "DYLD_INSERT_LIBRARIES": true, "OLD_X": false, "PATH": true, "HOME": true,
		"BASH_ENV": true, "ENV": true, "BASH_FUNC_ls%%": true, "GIT_SSH_COMMAND": true, "PYTHONSTARTUP": true, "NODE_OPTIONS": true, "PERL5OPT": true,
		"RUBYOPT": true, "LUA_INIT_5_1": true, "JAVA_TOOL_OPTIONS": true, "PAGER": true, "LESSOPEN": true, "LANG": false, "ORDER": false, "LC_ALL": false, "TZ": false,
		"PSQLRC": true, "AWS_CONFIG_FILE": true, "AWS_PAGER": true, "KUBECONFIG": true, "PGPASSWORD": false, "PGDATABASE": false, "AWS_REGION": false,
		"NODE_ENV": false, "ZIPCODE": false, "MAKER": false, "LESSON": false, "R_COUNT": false, "XDG_SESSION_ID": false} {
		if LoadsCode(name) != want {
			t.Errorf("%s", name)
		}
	}
}
