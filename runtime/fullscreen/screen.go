package fullscreen

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gdamore/tcell/v2"

	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// ErrClosed is the error of a screen that was closed.
var ErrClosed = errors.New("the screen is closed")

// KeyResize is returned in place of a key if the size of the terminal has changed.
const KeyResize = "resize"

// pendingKeys is how many keys are kept that nobody has read yet; more are dropped.
const pendingKeys = 64

// Options connect a screen to its program.
type Options struct {
	// Colour draws colours. Bold, dim, reverse and underline are drawn without it too.
	Colour bool
	// Interrupt is called for Ctrl-C and Ctrl-\, after the terminal was restored. It must end
	// the context of Key.
	Interrupt func()
	// Hold keeps the output of the streams back until the function that it returns is
	// called. It may be nil.
	Hold func() (release func())
}

// A Screen is a terminal that was taken over. Its methods are safe for concurrent use.
type Screen struct {
	options Options
	device  tcell.Screen
	keys    chan string
	closed  chan struct{}
	undo    func() // of what watches the signals of job control

	mutex   sync.Mutex
	over    bool
	ending  bool   // the program ends, and its script need not know that the screen is gone
	lines   []Line // that were drawn last
	release func() // of Options.Hold
}

// Open takes over the terminal of the process until Close. The error says why it cannot.
func Open(o Options) (*Screen, error) {
	device, err := tcell.NewScreen()
	if err != nil {
		return nil, fmt.Errorf("the terminal cannot be used: %w", err)
	}
	return On(device, o)
}

// On is Open for a device of tcell, which Close ends.
func On(device tcell.Screen, o Options) (*Screen, error) {
	if o.Hold == nil {
		o.Hold = func() func() { return func() {} }
	}
	if err := device.Init(); err != nil {
		return nil, fmt.Errorf("the terminal cannot be used: %w", err)
	}
	for shown, plain := range map[rune]string{'█': "#", '░': ".", '…': ".", '↳': ">", '✗': "x", '·': "-", '▸': ">"} {
		device.RegisterRuneFallback(shown, plain)
	}
	device.HideCursor()
	s := &Screen{options: o, device: device, keys: make(chan string, pendingKeys), closed: make(chan struct{}), release: o.Hold()}
	s.undo = s.watchJobControl()
	go s.pump()
	return s, nil
}

// IsOpen returns false after Close.
func (s *Screen) IsOpen() bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return !s.over
}

// Size returns the width and the height in characters.
func (s *Screen) Size() (width, height int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.device.Size()
}

// Draw shows lines from the top on, in the place of the lines before. A line that is wider than the
// screen is cut, and lines beyond its height are left out. It returns ErrClosed after Close.
func (s *Screen) Draw(lines []Line) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch {
	case s.ending:
		return nil
	case s.over:
		return ErrClosed
	}
	s.lines = lines
	s.draw()
	s.device.Show()
	return nil
}

func (s *Screen) draw() {
	s.device.Clear()
	width, height := s.device.Size()
	for y, line := range s.lines {
		if y == height {
			return
		}
		x := 0
		for _, span := range line {
			style := span.Style.of(s.options.Colour)
			x = s.put(x, y, width, terminal.Line(span.Text), style)
		}
	}
}

// put writes a text at a place as far as there is room for it, and returns the column behind it.
func (s *Screen) put(x, y, width int, text string, style tcell.Style) int {
	for text != "" && x < width {
		rest, wide := s.device.Put(x, y, text, style)
		if len(rest) == len(text) {
			return width // the device has become smaller meanwhile
		}
		text, x = rest, x+wide
	}
	return x
}

// Key waits for a key and returns its name: the character, or a word such as up, enter, esc or
// ctrl-l. It returns KeyResize if the size has changed, and "" if a timeout that is not negative
// passes. It returns the cause if the context ends, and ErrClosed after Close.
func (s *Screen) Key(ctx context.Context, timeout time.Duration) (string, error) {
	var late <-chan time.Time
	if timeout >= 0 {
		timer := time.NewTimer(timeout)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case key := <-s.keys:
		return key, nil
	default:
	}
	select {
	case key := <-s.keys:
		return key, nil
	case <-late:
		return "", nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case <-s.closed:
	}
	s.mutex.Lock()
	ending := s.ending
	s.mutex.Unlock()
	if !ending {
		return "", ErrClosed
	}
	<-ctx.Done() // the program has been told to end
	return "", context.Cause(ctx)
}

// Aside leaves the terminal to a function, which may write and read on it, and draws the lines
// again after that.
func (s *Screen) Aside(call func()) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.over {
		call()
		return
	}
	s.leave()
	defer s.enter()
	call()
}

// leave gives the terminal back for a while.
func (s *Screen) leave() {
	_ = s.device.Suspend()
	s.release()
	s.release = func() {}
}

// enter takes the terminal again.
func (s *Screen) enter() {
	s.release = s.options.Hold()
	if s.device.Resume() == nil {
		s.draw()
		s.device.Sync()
	}
	s.push(KeyResize) // it may have another size by now
}

// Close restores the terminal, and writes the held output. A second call does nothing.
func (s *Screen) Close() { s.restore(false) }

// Abandon is Close for a program that is about to end: Draw does nothing after it, and Key waits
// for the end of its context.
func (s *Screen) Abandon() { s.restore(true) }

func (s *Screen) restore(ending bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.over {
		return
	}
	s.over, s.ending = true, ending
	close(s.closed)
	s.undo()
	s.device.Fini()
	s.release()
}
