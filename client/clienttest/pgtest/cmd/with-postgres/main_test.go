package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// envAsCommand makes this test binary behave as the command itself, so that tests can kill it.
const envAsCommand = "WITH_POSTGRES_UNDER_TEST"

func TestMain(m *testing.M) {
	if os.Getenv(envAsCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// withPostgres is the command, not started yet, in an environment without a shared server.
func withPostgres(args ...string) *exec.Cmd {
	command := exec.Command(os.Args[0], args...)
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, pgtest.EnvURL+"=") {
			command.Env = append(command.Env, entry)
		}
	}
	command.Env = append(command.Env, envAsCommand+"=1")
	return command
}

func TestExitCodeIsPassedOn(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]int{"exit 0": 0, "exit 7": 7, "kill -TERM $$": 128 + int(syscall.SIGTERM)} {
		command := withPostgres("--", "sh", "-c", script)
		command.Env = append(command.Env, pgtest.EnvURL+"=postgres://elsewhere")
		if err := command.Run(); command.ProcessState == nil {
			t.Fatal(err)
		}
		if got := command.ProcessState.ExitCode(); got != want {
			t.Errorf("%q gave exit code %d, want %d", script, got, want)
		}
	}
}

func TestMistakesAreReported(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no command":      {nil, exitUsage, "usage: with-postgres"},
		"unknown command": {[]string{"--", "no-such-command"}, exitFailed, "no-such-command"},
	} {
		command := withPostgres(test.args...)
		command.Env = append(command.Env, pgtest.EnvURL+"=postgres://elsewhere")
		output, err := command.CombinedOutput()
		if command.ProcessState == nil {
			t.Fatal(err)
		}
		if got := command.ProcessState.ExitCode(); got != test.code || !strings.Contains(string(output), test.want) {
			t.Errorf("%s: exit code %d, output %q", name, got, output)
		}
	}
}

func TestServerEndsWithTheCommand(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(*exec.Cmd, io.Closer) error{
		"the command ends": func(_ *exec.Cmd, input io.Closer) error { return input.Close() },
		"interrupted":      func(command *exec.Cmd, _ io.Closer) error { return command.Process.Signal(syscall.SIGTERM) },
		"killed":           func(command *exec.Cmd, _ io.Closer) error { return command.Process.Kill() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := withPostgres("--", "sh", "-c", "echo $"+pgtest.EnvURL+"; exec cat >/dev/null")
			input, address := startAndRead(t, command)
			conn, err := pgx.Connect(t.Context(), address)
			if err != nil {
				t.Fatal(err)
			}
			if err := stop(command, input); err != nil {
				t.Fatal(err)
			}
			waitUntilBroken(t, conn)
			input.Close()
			// Two of the three end by a signal, so the error says nothing.
			_ = command.Wait()
		})
	}
}

// startAndRead returns the command's input and the first line of its output.
func startAndRead(t *testing.T, command *exec.Cmd) (io.Closer, string) {
	t.Helper()
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return input, strings.TrimSpace(line)
}

// waitUntilBroken returns as soon as the server has closed the connection.
func waitUntilBroken(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	raw := conn.PgConn().Conn()
	if err := raw.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, raw); err != nil && os.IsTimeout(err) {
		t.Fatal("the server is still running")
	}
}
