package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// A screen is a process on a virtual terminal: keys go in, and what somebody would see can be read.
type screen struct {
	t       *testing.T
	cmd     *exec.Cmd
	keys    *os.File
	vt      vt10x.Terminal
	mutex   sync.Mutex
	changed chan struct{} // a token after each output
	ended   chan error
}

const screenWidth, screenHeight = 80, 24

// openScreen starts the command in a folder, which is its home too, on a terminal.
func openScreen(t *testing.T, folder string, environment []string, args ...string) *screen {
	t.Helper()
	return openSized(t, screenWidth, screenHeight, folder, environment, args...)
}

// openSized is openScreen for a terminal of another size.
func openSized(t *testing.T, width, height int, folder string, environment []string, args ...string) *screen {
	t.Helper()
	s := &screen{t: t, changed: make(chan struct{}, 1), ended: make(chan error, 1)}
	s.cmd = exec.CommandContext(t.Context(), commandPath(t), args...)
	s.cmd.Dir = folder
	s.cmd.Env = bare(append([]string{"HOME=" + folder, "TERM=xterm-256color", "PATH=" + os.Getenv("PATH"), "PAGER="}, environment...)...)
	keys, err := pty.StartWithSize(s.cmd, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)})
	if err != nil {
		t.Fatal(err)
	}
	s.keys = keys
	s.vt = vt10x.New(vt10x.WithSize(width, height), vt10x.WithWriter(keys))
	go s.show()
	t.Cleanup(s.end)
	return s
}

// commandPath links this test binary as the command.
func commandPath(t *testing.T) string { return command(t, t.TempDir()).Path }

// show gives the terminal what the process writes, until it ends.
func (s *screen) show() {
	buffer := make([]byte, 4096)
	for {
		n, err := s.keys.Read(buffer)
		s.mutex.Lock()
		_, _ = s.vt.Write(buffer[:n])
		s.mutex.Unlock()
		select {
		case s.changed <- struct{}{}:
		default:
		}
		if err != nil {
			s.ended <- s.cmd.Wait()
			return
		}
	}
}

func (s *screen) end() {
	_ = s.cmd.Process.Kill()
	<-s.ended
	_ = s.keys.Close()
}

// wait gives the exit code of the process.
func (s *screen) wait() int {
	s.t.Helper()
	select {
	case err := <-s.ended:
		s.ended <- err
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return exit.ExitCode()
		}
		return 0
	case <-time.After(patience):
		s.t.Fatalf("the process did not end:\n%s", s.text())
	}
	return -1
}

// press types keys.
func (s *screen) press(keys string) {
	s.t.Helper()
	if _, err := io.WriteString(s.keys, keys); err != nil {
		s.t.Fatal(err)
	}
}

// text is what the terminal shows, without the blanks at the ends.
func (s *screen) text() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var lines []string
	for _, line := range strings.Split(s.vt.String(), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// until waits for the terminal to show something.
func (s *screen) until(what string, shown func(text string) bool) {
	s.t.Helper()
	deadline := time.After(patience)
	for !shown(s.text()) {
		select {
		case <-s.changed:
		case <-deadline:
			s.t.Fatalf("%s is not shown:\n%s", what, s.text())
		}
	}
}

// shows waits for the terminal to end with a text.
func (s *screen) shows(end string) {
	s.t.Helper()
	s.until(fmt.Sprintf("%q", end), func(text string) bool { return strings.HasSuffix(text, end) })
}

// holds waits for a text anywhere.
func (s *screen) holds(part string) {
	s.t.Helper()
	s.until(fmt.Sprintf("%q", part), func(text string) bool { return strings.Contains(text, part) })
}

// colour is that of the first place where a text stands.
func (s *screen) colour(part string) vt10x.Color {
	s.t.Helper()
	for y, line := range strings.Split(s.text(), "\n") {
		before, _, found := strings.Cut(line, part)
		if found {
			s.mutex.Lock()
			defer s.mutex.Unlock()
			return s.vt.Cell(len([]rune(before)), y).FG
		}
	}
	s.t.Fatalf("%q is not shown:\n%s", part, s.text())
	return 0
}
