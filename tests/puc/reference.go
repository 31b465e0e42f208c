package puc

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

//go:embed testdata/driver.lua51
var driver string

//go:embed testdata/support.lua51
var support string

const (
	// referenceMemory limits lua5.1, in KiB. A single operation can be too fast for its own check.
	referenceMemory = 2 << 20
	// referenceTime limits lua5.1 for one program. Its own limit does not see a function of C.
	referenceTime = time.Minute
)

// Reference is a running process of lua5.1 that takes one program after the other.
type Reference struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	folder  string
}

// NewReference starts lua5.1, or returns an error that names the package to install.
func NewReference() (*Reference, error) {
	r := &Reference{}
	return r, r.start()
}

func (r *Reference) start() error {
	path, err := exec.LookPath("lua5.1")
	if err != nil {
		return errors.New("lua5.1 is missing: on Debian and Ubuntu, apt-get install -y --no-install-recommends lua5.1")
	}
	folder, err := os.MkdirTemp("", "puc-*")
	if err != nil {
		return err
	}
	file := filepath.Join(folder, "driver.lua")
	if err := os.WriteFile(file, []byte(driver), 0o600); err != nil {
		return err
	}
	bounded := fmt.Sprintf("ulimit -v %d; exec \"$0\" \"$1\"", referenceMemory)
	r.command, r.folder = exec.Command("sh", "-c", bounded, path, file), folder
	r.command.Env = []string{"TZ=UTC", "LC_ALL=C"}
	r.command.Stderr = os.Stderr
	if r.in, err = r.command.StdinPipe(); err != nil {
		return err
	}
	stdout, err := r.command.StdoutPipe()
	if err != nil {
		return err
	}
	r.out = bufio.NewReaderSize(stdout, 1<<16)
	if err := r.command.Start(); err != nil {
		return err
	}
	return r.send(support)
}

// Close ends the process and removes its files.
func (r *Reference) Close() {
	r.in.Close()
	r.command.Wait()
	os.RemoveAll(r.folder)
}

// Run returns the output of a program and how it ended. A program that needs more memory or time
// than the process may have ends it: the next one gets a new process.
func (r *Reference) Run(source string) (Outcome, error) {
	end := time.AfterFunc(referenceTime, func() { r.command.Process.Kill() })
	outcome, err := r.run(source)
	end.Stop()
	if strings.Contains(outcome.text(), "not enough memory") {
		outcome.End = TooLong // a pcall of the program caught it
	}
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, syscall.EPIPE) {
		return outcome, err
	}
	r.Close()
	return Outcome{End: TooLong}, r.start()
}

func (r *Reference) run(source string) (Outcome, error) {
	if err := r.send(source); err != nil {
		return Outcome{}, err
	}
	line, err := r.out.ReadString('\n')
	if err != nil {
		return Outcome{}, fmt.Errorf("lua5.1 ended: %w", err)
	}
	size, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return Outcome{}, err
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(r.out, text); err != nil {
		return Outcome{}, err
	}
	output, status := "", string(text)
	if i := strings.LastIndex(status, "\n"); i >= 0 {
		output, status = status[:i+1], status[i+1:]
	}
	return newOutcome(output, status), nil
}

func (r *Reference) send(text string) error {
	_, err := fmt.Fprintf(r.in, "%d\n%s", len(text), text)
	return err
}
