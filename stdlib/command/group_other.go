//go:build !unix

package command

import (
	"os"
	"os/exec"
)

// group does nothing here: only the program itself is ended, not the programs that it started.
func group(*exec.Cmd) {}

func endGroup(*os.Process) {}

func exitCode(state *os.ProcessState) int { return state.ExitCode() }
