//go:build !unix

package command

import (
	"os"
	"os/exec"
)

// group leaves the program alone: it is ended without what it started.
func group(*exec.Cmd) {}

func endGroup(*os.Process) {}

func exitCode(state *os.ProcessState) int { return state.ExitCode() }
