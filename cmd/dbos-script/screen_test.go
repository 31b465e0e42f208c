package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The word that the screen shows stands in two pieces, because an error quotes its line of the
// script.
const drawing = `
local s = screen.new()
local keys = ""
while true do
  s:draw {{{"dra" .. "wn", "bold"}, " ", s.width .. " x " .. s.height}, "keys " .. keys}
  local key = s:key()
  if key ~= "resize" then keys = keys .. " " .. key end
  if key == "q" then break end
  if key == "p" then print("printed") log.warn("warned") end
  if key == "e" then error("a mistake") end
  if key == "l" then s:draw {"looping"} while true do end end
  if key == "d" then dbos.delete_workflows {"order-1"} end
end
print("after")`

// draw runs the script that draws on a terminal.
func draw(t *testing.T, args ...string) *screen {
	t.Helper()
	folder := shopFolder(t)
	if err := os.WriteFile(filepath.Join(folder, "draw.lua"), []byte(drawing), 0o600); err != nil {
		t.Fatal(err)
	}
	s := openScreen(t, folder, nil, append([]string{"run", "draw.lua", "--db", "sqlite:shop.sqlite"}, args...)...)
	s.shows("drawn 80 x 24\nkeys")
	return s
}

// ends expects the end of the process, with the terminal as it was, and a text on it.
func (s *screen) ends(code int, text string) {
	s.t.Helper()
	if got := s.wait(); got != code {
		s.t.Errorf("exit code %d, want %d", got, code)
	}
	shown := s.text()
	if !strings.Contains(shown, text) || strings.Contains(shown, "drawn") || strings.Contains(shown, "goroutine") {
		s.t.Errorf("%q is not shown, or not alone:\n%s", text, shown)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if !s.vt.CursorVisible() {
		s.t.Error("the cursor stays hidden")
	}
}

func TestAScreenIsGoneAfterEveryEnd(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]struct {
		do   func(*screen)
		code int
		text string
	}{
		"quit":               {func(s *screen) { s.press("pq") }, 0, "printed\n"},
		"error":              {func(s *screen) { s.press("e") }, 1, "draw.lua:10: a mistake"},
		"Ctrl-C":             {func(s *screen) { s.press(ctrlC) }, 130, "interrupted"},
		"Ctrl-C in a loop":   {func(s *screen) { s.press("l"); s.shows("looping"); s.press(ctrlC) }, 130, "interrupted"},
		"SIGTERM":            {func(s *screen) { _ = s.cmd.Process.Signal(syscall.SIGTERM) }, 130, "interrupted"},
		"SIGHUP":             {func(s *screen) { _ = s.cmd.Process.Signal(syscall.SIGHUP) }, 130, "interrupted"},
		"a question, and no": {func(s *screen) { s.press("d"); s.shows("[y/N]"); s.press("n" + enter) }, 5, "the answer was no"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := draw(t)
			end.do(s)
			s.ends(end.code, end.text)
		})
	}
}

// The limit of a run's time ends it though nobody presses a key.
func TestAScreenEndsWithTheTimeOfItsRun(t *testing.T) {
	t.Parallel()
	draw(t, "--timeout", "1s").ends(124, "the script ran longer than 1s (--timeout)")
}

// A question has the terminal until it is answered; then the script goes on drawing.
func TestAScreenGivesWayToAQuestion(t *testing.T) {
	t.Parallel()
	s := draw(t)
	s.press("d")
	s.shows("delete_workflows of 1 workflow for good on sqlite:shop.sqlite\nGo on with this run? [y/N]")
	s.press("y" + enter)
	s.shows("drawn 80 x 24\nkeys  d")
	s.press("xq")
	s.ends(0, "after")
}

// isStopped waits for the process to be stopped, because a signal to go on is lost before that.
func (s *screen) isStopped() {
	s.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		state, err := exec.CommandContext(s.t.Context(), "ps", "-o", "stat=", "-p", strconv.Itoa(s.cmd.Process.Pid)).Output()
		if err != nil || strings.HasPrefix(string(state), "T") {
			return
		}
	}
	s.t.Error("the process does not stop")
}

// Ctrl-Z gives the terminal back and stops the process; when it goes on, the lines are drawn again.
func TestAScreenStopsAndGoesOn(t *testing.T) {
	t.Parallel()
	s := draw(t)
	s.press("p")
	s.shows("keys  p")
	s.press("\x1a")
	s.until("the output that was kept", func(text string) bool { return strings.Contains(text, "printed") && !strings.Contains(text, "drawn") })
	s.isStopped()
	if err := s.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	s.shows("drawn 80 x 24\nkeys  p")
	s.press("q")
	s.ends(0, "after")
}
