package client_test

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// childVariable names what a process started by a test is to do, instead of running tests.
const childVariable = "CLIENT_TEST_CHILD"

// children are what such processes can do.
var children = map[string]func() error{"bulk": bulkCalls, "bulk run": goOnWithBulk, "prune": pruneAll, "executor": executorLives}

func TestMain(m *testing.M) {
	name := os.Getenv(childVariable)
	if name == "" {
		os.Exit(m.Run())
	}
	if err := children[name](); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child is a process of its own that does one of these, with variables of its own.
func child(t *testing.T, name string, environment ...string) *exec.Cmd {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(append(os.Environ(), environment...), childVariable+"="+name)
	command.Stderr = os.Stderr
	return command
}
