package terminal

import (
	"io"
	"os"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/term"
)

// A Screen is shared by the streams of one command. They write in turns, above the status line.
type Screen struct {
	mutex  sync.Mutex
	status string    // the line that is shown, "" for none
	to     io.Writer // where it is shown
	torn   bool      // the last line written has no end yet

	held      bool   // what is written is kept
	kept      []kept // in its order
	keptBytes int
}

// kept is a text that was written while the screen was held.
type kept struct {
	to   io.Writer
	text string
}

// maxKept is how many bytes are kept at most, the newest ones.
const maxKept = 1 << 20

// Hold keeps all that the streams of this screen write, up to a megabyte, until the function that
// it returns is called: something else draws on the terminal meanwhile.
func (w *Writer) Hold() (release func()) {
	s := w.screen
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.erase()
	s.held = true
	return sync.OnceFunc(func() {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.held = false
		list := s.kept
		s.kept, s.keptBytes = nil, 0
		s.draw()
		for _, k := range list {
			_ = s.write(k.to, k.text)
		}
	})
}

// keep stores a text in place of writing it.
func (s *Screen) keep(to io.Writer, text string) {
	s.kept = append(s.kept, kept{to, text})
	s.keptBytes += len(text)
	for s.keptBytes > maxKept && len(s.kept) > 1 {
		s.keptBytes -= len(s.kept[0].text)
		s.kept = s.kept[1:]
	}
}

// A Writer writes text that drives no terminal. It is safe for concurrent use.
type Writer struct {
	screen  *Screen
	to      io.Writer
	pending []byte // the begin of a character whose rest is still to come
}

// Writer returns one that writes to a stream of this screen.
func (s *Screen) Writer(to io.Writer) *Writer { return &Writer{screen: s, to: to} }

// Write writes text as Text returns it.
func (w *Writer) Write(text []byte) (int, error) {
	w.screen.mutex.Lock()
	defer w.screen.mutex.Unlock()
	whole := append(w.pending, text...)
	cut := len(whole) - unfinished(whole)
	w.pending = append([]byte(nil), whole[cut:]...)
	if err := w.screen.write(w.to, Text(string(whole[:cut]))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// unfinished returns how many bytes at the end begin a character that more bytes would complete.
func unfinished(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if b := text[len(text)-n]; utf8.RuneStart(b) {
			if b >= utf8.RuneSelf && !utf8.FullRune(text[len(text)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// Close writes buffered text and ends the status line. The stream itself stays open.
func (w *Writer) Close() error {
	w.screen.mutex.Lock()
	defer w.screen.mutex.Unlock()
	text := Text(string(w.pending))
	w.pending = nil
	w.screen.erase()
	w.screen.status = ""
	return w.screen.write(w.to, text)
}

// write writes above the status line. A line without an end, such as a question, stands alone.
func (s *Screen) write(to io.Writer, text string) error {
	if text == "" {
		return nil
	}
	if s.held {
		s.keep(to, text)
		return nil
	}
	s.erase()
	_, err := io.WriteString(to, text)
	s.torn = !strings.HasSuffix(text, "\n")
	s.draw()
	return err
}

func (s *Screen) erase() {
	if s.status != "" && !s.torn && !s.held {
		_, _ = io.WriteString(s.to, "\r\x1b[K")
	}
}

func (s *Screen) draw() {
	if s.status != "" && !s.torn && !s.held {
		_, _ = io.WriteString(s.to, s.status)
	}
}

// Status shows a line below all that is written, in place of the one before; "" removes it. A
// text that is wider than the terminal is cut, because a line that wraps cannot be erased.
func (w *Writer) Status(text string) {
	s := w.screen
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.erase()
	s.status, s.to = Line(text), w.to
	if width, _ := Size(w); width > 0 {
		s.status = Cut(s.status, width-1)
	}
	s.draw()
}

// styled writes without a change, in turns with the others.
type styled struct{ *Writer }

func (w styled) Write(text []byte) (int, error) {
	w.screen.mutex.Lock()
	defer w.screen.mutex.Unlock()
	return len(text), w.screen.write(w.to, string(text))
}

// Styled returns a writer for text with colours of our own, whose other parts went through Text
// or Line.
func Styled(w io.Writer) io.Writer {
	if clean, ok := w.(*Writer); ok {
		return styled{clean}
	}
	return w
}

// File returns the file that w writes to in the end; false if there is none.
func File(w io.Writer) (*os.File, bool) {
	switch w := w.(type) {
	case *os.File:
		return w, true
	case *Writer:
		return File(w.to)
	case styled:
		return File(w.to)
	}
	return nil, false
}

// Is returns true if w is a terminal.
func Is(w io.Writer) bool {
	file, ok := File(w)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Size returns the width and the height of the terminal that w is, in characters; 0 if it is none.
func Size(w io.Writer) (width, height int) {
	if file, ok := File(w); ok {
		width, height, _ = term.GetSize(int(file.Fd()))
	}
	return width, height
}

// Coloured returns true if w is a terminal that takes colours; NO_COLOR is the usual way to
// refuse them.
func Coloured(w io.Writer) bool {
	return Is(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
