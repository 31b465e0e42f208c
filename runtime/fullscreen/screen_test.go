package fullscreen_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"

	"github.com/dbos-script/dbos-script/runtime/fullscreen"
)

// A stage is a screen on a simulated device.
type stage struct {
	*testing.T
	device      tcell.SimulationScreen
	screen      *fullscreen.Screen
	interrupt   context.CancelCauseFunc
	ctx         context.Context
	holds, held int // how often output was held, and how often it still is
}

func newStage(t *testing.T, width, height int, colour bool) *stage {
	t.Helper()
	s := &stage{T: t, device: tcell.NewSimulationScreen("UTF-8")}
	patience, cancel := context.WithTimeoutCause(t.Context(), 10*time.Second, errors.New("no key came"))
	t.Cleanup(cancel)
	s.ctx, s.interrupt = context.WithCancelCause(patience)
	screen, err := fullscreen.On(s.device, fullscreen.Options{
		Colour: colour, Interrupt: func() { s.interrupt(errInterrupted) },
		Hold: func() func() { s.holds, s.held = s.holds+1, s.held+1; return func() { s.held-- } },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.screen = screen
	s.device.SetSize(width, height)
	t.Cleanup(screen.Close)
	return s
}

var errInterrupted = errors.New("interrupted")

// key returns the next key but for changes of the size, or the error of waiting for it.
func (s *stage) key() string {
	s.Helper()
	for {
		key, err := s.screen.Key(s.ctx, -1)
		if err != nil {
			return err.Error()
		}
		if key != fullscreen.KeyResize {
			return key
		}
	}
}

// shown returns the text on the device.
func (s *stage) shown() string {
	cells, width, _ := s.device.GetContents()
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 && i%width == 0 {
			b.WriteByte('\n')
		}
		if len(cell.Bytes) > 0 {
			b.Write(cell.Bytes)
		}
	}
	return b.String()
}

func TestLinesAreCutToTheScreen(t *testing.T) {
	t.Parallel()
	s := newStage(t, 8, 3, true)
	lines := []fullscreen.Line{
		{{Text: "ab\x1b[2Jcdefg"}}, {{Text: "日本"}, {Text: " x", Style: "bold"}, {Text: "yz wide"}}, {}, {{Text: "below"}},
	}
	if err := s.screen.Draw(lines); err != nil {
		t.Fatal(err)
	}
	if got, want := s.shown(), "ab\\x1b[2\n日本 xyz\n        "; got != want {
		t.Errorf("shown:\n%q\nwant\n%q", got, want)
	}
	if err := s.screen.Draw(nil); err != nil || strings.TrimSpace(s.shown()) != "" {
		t.Errorf("%v, what was there stays:\n%q", err, s.shown())
	}
}

func TestStyles(t *testing.T) {
	t.Parallel()
	for _, colour := range []bool{true, false} {
		s := newStage(t, 8, 1, colour)
		if err := s.screen.Draw([]fullscreen.Line{{{Text: "a", Style: "bold red"}, {Text: "b", Style: "dim reverse underline"}, {Text: "c"}}}); err != nil {
			t.Fatal(err)
		}
		cells, _, _ := s.device.GetContents()
		first := tcell.StyleDefault.Bold(true)
		if colour {
			first = first.Foreground(tcell.ColorMaroon)
		}
		for i, want := range []tcell.Style{first, tcell.StyleDefault.Dim(true).Reverse(true).Underline(true), tcell.StyleDefault} {
			if cells[i].Style != want {
				t.Errorf("colour %v, cell %d: %v, want %v", colour, i, cells[i].Style, want)
			}
		}
	}
}

func TestKeysHaveNames(t *testing.T) {
	t.Parallel()
	s := newStage(t, 10, 2, true)
	for _, c := range []struct {
		key  tcell.Key
		char rune
		mod  tcell.ModMask
		want string
	}{
		{tcell.KeyRune, 'q', 0, "q"}, {tcell.KeyRune, 'ö', 0, "ö"}, {tcell.KeyRune, 'x', tcell.ModAlt, "alt-x"}, {tcell.KeyRune, ' ', 0, " "},
		{tcell.KeyUp, 0, 0, "up"}, {tcell.KeyEnter, 0, 0, "enter"}, {tcell.KeyEscape, 0, 0, "esc"}, {tcell.KeyBackspace2, 0, 0, "backspace"},
		{tcell.KeyCtrlL, 0, tcell.ModCtrl, "ctrl-l"}, {tcell.KeyF5, 0, 0, "f5"}, {tcell.KeyPgDn, 0, 0, "pagedown"},
	} {
		s.device.InjectKey(c.key, c.char, c.mod)
		if got := s.key(); got != c.want {
			t.Errorf("%v %q is %q, want %q", c.key, c.char, got, c.want)
		}
	}
	if key, err := s.screen.Key(s.ctx, 0); key != "" || err != nil {
		t.Errorf("no key is %q, %v", key, err)
	}
}

func TestCtrlCRestoresTheTerminalAndInterrupts(t *testing.T) {
	t.Parallel()
	s := newStage(t, 10, 2, true)
	if s.held != 1 {
		t.Errorf("output is held %d times", s.held)
	}
	s.device.InjectKey(tcell.KeyCtrlC, 0, tcell.ModCtrl)
	if got := s.key(); got != errInterrupted.Error() {
		t.Errorf("the key is %q", got)
	}
	if s.screen.IsOpen() || s.held != 0 {
		t.Errorf("open %v, held %d", s.screen.IsOpen(), s.held)
	}
	if err := s.screen.Draw(nil); err != nil {
		t.Errorf("a program that is to end draws: %v", err)
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := newStage(t, 10, 2, true)
	s.interrupt(errInterrupted)
	if got := s.key(); got != errInterrupted.Error() {
		t.Errorf("the key is %q", got)
	}
}

func TestALargerTerminalShowsMore(t *testing.T) {
	t.Parallel()
	s := newStage(t, 5, 1, true)
	if err := s.screen.Draw([]fullscreen.Line{{{Text: "abcdefgh"}}, {{Text: "below"}}}); err != nil {
		t.Fatal(err)
	}
	s.device.SetSize(8, 2)
	if err := s.device.PostEvent(tcell.NewEventResize(8, 2)); err != nil { // as a terminal does
		t.Fatal(err)
	}
	for s.shown() != "abcdefgh\nbelow   " {
		if key, err := s.screen.Key(s.ctx, -1); key != fullscreen.KeyResize || err != nil {
			t.Fatalf("the key is %q, %v, and shown is %q", key, err, s.shown())
		}
	}
}

// A terminal without the characters of pictures shows plain ones.
func TestPicturesOnAPlainTerminal(t *testing.T) {
	t.Parallel()
	device := tcell.NewSimulationScreen("US-ASCII")
	screen, err := fullscreen.On(device, fullscreen.Options{Interrupt: func() {}})
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	device.SetSize(7, 1)
	s := &stage{T: t, device: device}
	if err := screen.Draw([]fullscreen.Line{{{Text: "▸█░…↳✗·"}}}); err != nil || s.shown() != ">#..>x-" {
		t.Errorf("%v, shown: %q", err, s.shown())
	}
}

// Keys that nobody reads are dropped, so that Ctrl-C and Ctrl-\ behind them are not.
func TestKeysThatNobodyReads(t *testing.T) {
	t.Parallel()
	for _, interrupt := range []tcell.Key{tcell.KeyCtrlC, tcell.KeyCtrlBackslash} {
		s := newStage(t, 10, 2, true)
		go func() {
			for range 200 {
				s.device.InjectKey(tcell.KeyRune, 'x', 0)
			}
			for s.screen.IsOpen() && s.ctx.Err() == nil {
				s.device.InjectKey(interrupt, 0, tcell.ModCtrl) // the device drops keys too
			}
		}()
		<-s.ctx.Done()
		if cause := context.Cause(s.ctx); cause != errInterrupted {
			t.Errorf("%v: %v", interrupt, cause)
		}
	}
}

func TestAQuestionHasTheTerminal(t *testing.T) {
	t.Parallel()
	s := newStage(t, 10, 2, true)
	asked := false
	if err := s.screen.Draw([]fullscreen.Line{{{Text: "drawn"}}}); err != nil {
		t.Fatal(err)
	}
	s.screen.Aside(func() {
		asked = s.held == 0
		s.device.Clear()
		s.device.Show()
	})
	if got := s.shown(); got != "drawn     \n          " {
		t.Errorf("after it, shown is %q", got)
	}
	if !asked || s.held != 1 || s.holds != 2 {
		t.Errorf("asked with output %v, held %d of %d", asked, s.held, s.holds)
	}
	if key, err := s.screen.Key(s.ctx, -1); key != fullscreen.KeyResize {
		t.Errorf("after it, %q, %v", key, err)
	}
	s.screen.Close()
	s.screen.Close()
	if s.held != 0 {
		t.Errorf("held %d times after the end", s.held)
	}
	s.screen.Aside(func() { asked = false })
	if asked {
		t.Error("a question after the end is not asked")
	}
	if err := s.screen.Draw(nil); !errors.Is(err, fullscreen.ErrClosed) {
		t.Errorf("%v", err)
	}
	if _, err := s.screen.Key(s.ctx, -1); !errors.Is(err, fullscreen.ErrClosed) {
		t.Errorf("%v", err)
	}
}
