// Command maxrss runs a program. Then it writes the program's time and its peak memory to file
// descriptor 3, as a line of JSON.
//
// The kernel counts the memory of the parent at the start toward a program's peak. Therefore the
// parent must be small.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"time"
)

// Usage is the time and the peak memory of a program.
type Usage struct {
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu"`
	Memory  int64   `json:"memory"` // in bytes
}

func main() {
	status, err := run(os.Args[1:], os.NewFile(3, "usage"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "maxrss:", err)
		os.Exit(1)
	}
	os.Exit(status)
}

func run(command []string, report *os.File) (status int, err error) {
	start := time.Now()
	process, err := os.StartProcess(command[0], command, &os.ProcAttr{Files: []*os.File{os.Stdin, os.Stdout, os.Stderr}})
	if err != nil {
		return 0, err
	}
	state, err := process.Wait()
	if err != nil {
		return 0, err
	}
	u := Usage{Seconds: time.Since(start).Seconds(), CPU: (state.UserTime() + state.SystemTime()).Seconds()}
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		u.Memory = usage.Maxrss * 1024 // kilobytes on Linux
	}
	return state.ExitCode(), json.NewEncoder(report).Encode(u)
}
