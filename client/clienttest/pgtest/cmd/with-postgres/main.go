// Command with-postgres runs a command beside a private PostgreSQL server that ends with it:
//
//	with-postgres -- go test ./...
//
// The command finds the server's address in the environment variable that [pgtest.EnvURL] names. If
// that variable is set already, no server is started. The exit code is that of the command, or
// 128 + n if signal n ended it.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

const (
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "with-postgres:", err)
	}
	os.Exit(code)
}

func run(args []string) (int, error) {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return exitUsage, errors.New("usage: with-postgres -- COMMAND [ARGUMENT]...")
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	if os.Getenv(pgtest.EnvURL) != "" {
		return runCommand(args, os.Environ(), signals)
	}
	return runBeside(args, signals)
}

// runBeside starts a server, runs the command with the server's address, and stops the server.
func runBeside(args []string, signals <-chan os.Signal) (int, error) {
	server, err := pgtest.Start(pgtest.Options{})
	if err != nil {
		return exitFailed, err
	}
	env := append(os.Environ(), pgtest.EnvURL+"="+server.URL("postgres"))
	code, err := runCommand(args, env, signals)
	return code, errors.Join(err, server.Stop())
}

// runCommand runs the command and passes signals on to it. It returns the exit code.
func runCommand(args, env []string, signals <-chan os.Signal) (int, error) {
	command := exec.Command(args[0], args[1:]...)
	command.Env = env
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Start(); err != nil {
		return exitFailed, err
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	for {
		select {
		case received := <-signals:
			// An error only means that the command has ended at the same moment.
			_ = command.Process.Signal(received)
		case err := <-done:
			return exitCode(err)
		}
	}
}

func exitCode(err error) (int, error) {
	ended, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		if err != nil {
			return exitFailed, err
		}
		return 0, nil
	}
	if status, ok := ended.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return ended.ExitCode(), nil
}
