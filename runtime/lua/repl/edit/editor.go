package edit

import (
	"errors"
	"fmt"
	"io"
)

// ErrInterrupted is returned when Ctrl-C dropped the input.
var ErrInterrupted = errors.New("interrupted")

// A History holds the inputs of before, the oldest first, and takes each new one.
type History interface {
	Len() int
	GetLine(at int) (string, error)
	Write(entry string) (int, error)
}

// A Span is a part of the text with a colour, an escape sequence.
type Span struct {
	From, To int
	Colour   string
}

// A Candidate is a text that can stand where the cursor is.
type Candidate struct {
	Text  string // the whole word, including the part already typed
	After string // follows when there is no other candidate
	Doc   string // one sentence; may be empty
}

// A Completion lists the candidates for the end of a text.
type Completion struct {
	Candidates []Candidate
	Typed      int  // bytes at the end of the text that the candidates replace
	Partial    bool // there may be more candidates
}

// Config says where an Editor reads, writes and looks things up. All but the colours and Paint
// are needed.
type Config struct {
	In  io.Reader
	Out io.Writer
	// Size returns the columns and rows of the window; 0 when they are not known.
	Size func() (width, height int)
	// Raw keeps the terminal from handling keys itself, until restore is called.
	Raw func() (restore func(), err error)
	// Prompt stands before an input, and Continued before its other lines.
	Prompt, Continued string
	PromptColour      string
	Colour            bool
	// Paint returns the colours of a text, in the order of their places. It may be nil.
	Paint    func(text string) []Span
	Complete func(text string) Completion
	// Finished returns false if Enter is to begin a new line.
	Finished func(text string) bool
	History  History
}

// An Editor reads inputs from a terminal. It is for one goroutine.
type Editor struct {
	Config
	keys     decoder
	screen   screen
	actions  map[string]func()
	buffer   buffer
	menu     menu
	search   search
	verbatim bool   // the next key is text, whatever it does otherwise
	entry    int    // index of the history entry shown; the history's length for the draft
	draft    string // the text typed before the user walked through the history
	note     string // a line below the text until the next key
	end      error  // the input is at its end: nil for Enter
	ended    bool
}

// New returns an editor of a terminal.
func New(c Config) *Editor {
	e := &Editor{Config: c, keys: decoder{in: c.In}, screen: screen{out: c.Out, size: c.Size}}
	e.actions = e.bindings()
	return e
}

// Read returns one input with all its lines. The error is io.EOF at the end of the keys and for
// Ctrl-D in an empty input, and ErrInterrupted for Ctrl-C.
func (e *Editor) Read() (text string, err error) {
	restore, err := e.Raw()
	if err != nil {
		return "", err
	}
	defer restore()
	e.reset()
	if _, err := io.WriteString(e.Out, "\x1b[?2004h"); err != nil {
		return "", err
	}
	defer func() {
		if _, off := io.WriteString(e.Out, "\x1b[?2004l"); err == nil {
			err = off
		}
	}()
	for !e.ended {
		if e.keys.idle() {
			if err := e.refresh(); err != nil {
				return "", err
			}
		}
		k, err := e.keys.next()
		if err != nil {
			e.finish(err)
			break
		}
		e.press(k)
	}
	if err := e.leave(); err != nil {
		return "", err
	}
	return e.result()
}

func (e *Editor) reset() {
	e.buffer = buffer{killed: e.buffer.killed}
	e.menu, e.search = menu{}, search{}
	e.verbatim, e.ended, e.end, e.draft, e.note = false, false, nil, "", ""
	e.entry = e.History.Len()
	e.screen.drawn = nil
}

// finish ends the input and clears the rows below it.
func (e *Editor) finish(err error) {
	e.ended, e.end = true, err
	e.menu, e.search.active, e.note = menu{}, false, ""
}

func (e *Editor) result() (string, error) {
	if e.end != nil {
		return "", e.end
	}
	if _, err := e.History.Write(e.buffer.text); err != nil {
		fmt.Fprintf(e.Out, "this input is not in the history: %v\r\n", err)
	}
	return e.buffer.text, nil
}

// leave draws all of the input for the last time and moves below it.
func (e *Editor) leave() error {
	text := e.buffer.text
	if errors.Is(e.end, ErrInterrupted) {
		text += "^C"
	}
	d := e.drawing(text, len(text))
	d.wholeText = true
	if err := e.screen.draw(d); err != nil {
		return err
	}
	e.screen.drawn = nil
	_, err := io.WriteString(e.Out, "\r\n")
	return err
}

func (e *Editor) refresh() error {
	d := e.drawing(e.buffer.text, e.buffer.at)
	width, height := e.screen.window()
	switch {
	case e.search.active:
		d.below = []string{cut(e.search.line(), width-1)}
	case e.menu.open():
		d.below = e.menu.rows(width, max(height-len(d.rows(width)), height/2)-1, e.Colour)
	case e.note != "":
		d.below = []string{cut(e.note, width-1)}
	}
	return e.screen.draw(d)
}

func (e *Editor) drawing(text string, at int) drawing {
	d := drawing{text: text, at: at, prompts: [2]prompt{{text: e.Prompt}, {text: e.Continued}}}
	if e.Colour {
		d.prompts[0].colour = e.PromptColour
		if e.Paint != nil {
			d.spans = e.Paint(text)
		}
	}
	return d
}

// press runs the action of a key.
func (e *Editor) press(k key) {
	e.note = ""
	if e.verbatim {
		e.verbatim = false
		e.insertVerbatim(k)
		return
	}
	if e.search.active && e.searchKey(k) {
		return
	}
	if k.name != "tab" && k.name != "shift-tab" {
		if e.menu.chosen() && (k.name == "escape" || k.name == "ctrl-g") {
			e.menu.choose(&e.buffer, -1)
		}
		e.menu = menu{}
	}
	switch k.name {
	case typed:
		e.buffer.typeText(k.text)
		return
	case pasted:
		e.buffer.insert(k.text)
		return
	}
	if action := e.actions[k.name]; action != nil {
		action()
	}
}

// insertVerbatim inserts the bytes that the terminal sent for a key, instead of running its
// action.
func (e *Editor) insertVerbatim(k key) {
	text := k.text
	if text == "" {
		text = lineEnds(k.raw)
	}
	e.buffer.insert(text)
}
