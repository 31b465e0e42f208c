package repl

import (
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/dbos-script/dbos-script/runtime/lua/repl/edit"
)

// TerminalOptions say how inputs are read and look.
type TerminalOptions struct {
	Prompt string // before an input
	Colour bool   // whether there are any
	// PromptColour is a name such as red; it may be empty.
	PromptColour string
	// History is offered line by line, and gets each input.
	History *History
	// Complete returns the candidates for the end of a text.
	Complete func(text string) Completion
	In       *os.File  // the terminal's keys
	Out      io.Writer // the terminal
	// Size returns the columns and rows of its window; 0 when they are not known.
	Size func() (width, height int)
}

// continuedPrompt stands before the other lines of an input, under the end of the first prompt.
const continuedPrompt = "..> "

// Terminal reads inputs with an editor, a history and completion.
type Terminal struct{ editor *edit.Editor }

// NewTerminal reads from a terminal.
func NewTerminal(o TerminalOptions) *Terminal {
	return &Terminal{edit.New(edit.Config{
		In: o.In, Out: o.Out, Size: o.Size, Raw: func() (func(), error) { return raw(o.In) },
		Prompt: o.Prompt, Continued: fmt.Sprintf("%*s", utf8.RuneCountInString(o.Prompt), continuedPrompt),
		PromptColour: promptColour(o.PromptColour), Colour: o.Colour, Paint: Colours,
		Complete: o.Complete, Finished: Complete, History: o.History,
	})}
}

// raw has a terminal hand on every key, until restore is called.
func raw(in *os.File) (restore func(), err error) {
	descriptor := int(in.Fd())
	state, err := term.MakeRaw(descriptor)
	if err != nil {
		return nil, fmt.Errorf("the terminal: %w", err)
	}
	return func() { _ = term.Restore(descriptor, state) }, nil
}

// Read returns one input, with all its lines.
func (t *Terminal) Read(bool) (string, error) {
	text, err := t.editor.Read()
	if errors.Is(err, edit.ErrInterrupted) {
		return "", ErrInterrupted
	}
	return text, err
}
