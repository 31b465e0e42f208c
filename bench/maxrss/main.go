// Command maxrss runs a program. Then it writes the program's time and its peak memory to file
// descriptor 3, as a line of JSON.
//
// The kernel counts the memory that a process had as a copy of its parent toward its peak. The
// benchmark is large, so it has this small command start the program.
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
	Seconds float64 `json:"seconds"` // from the start to the end
	CPU     float64 `json:"cpu"`     // processor time, in seconds
	Memory  int64   `json:"memory"`  // in bytes
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
	usage := Usage{Seconds: time.Since(start).Seconds(), CPU: (state.UserTime() + state.SystemTime()).Seconds()}
	if counted, ok := state.SysUsage().(*syscall.Rusage); ok {
		usage.Memory = counted.Maxrss * 1024 // kilobytes on Linux
	}
	return state.ExitCode(), json.NewEncoder(report).Encode(usage)
}
