package repl

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/reeflective/readline"
	"github.com/reeflective/readline/inputrc"
)

// TerminalOptions say how inputs are read and look.
type TerminalOptions struct {
	Prompt string // before an input
	Colour bool   // whether there are any
	// PromptColour is a name such as red; it may be empty.
	PromptColour string
	// History is offered line by line, and gets each input.
	History *History
	// Complete gives what can stand at the end of a text and how many bytes of it are typed.
	Complete func(text string) ([]Candidate, int)
	Out      io.Writer  // the terminal
	Width    func() int // of its window, in characters; 0 when that is not known
}

// continuedPrompt stands before the last line of an input that is not finished, under the end of the first prompt.
const continuedPrompt = "..> "

// Terminal reads inputs with an editor, a history and completion.
type Terminal struct {
	shell   *readline.Shell
	options TerminalOptions
	room    room
}

// NewTerminal reads from the terminal of the process.
func NewTerminal(o TerminalOptions) *Terminal {
	shell := readline.NewShell()
	t := &Terminal{shell: shell, options: o, room: room{out: o.Out, width: o.Width}}
	shell.Prompt.Primary(t.prompt)
	shell.Prompt.Secondary(func() string { return fmt.Sprintf("%*s", utf8.RuneCountInString(o.Prompt), continuedPrompt) })
	shell.Config.Vars["menu-complete-display-prefix"] = true
	shell.Config.Vars["cursor-position-probe"] = false // see room
	shell.Config.Vars["comment-begin"] = "--"          // the editor greys what follows it
	shell.AcceptMultiline = func(text []rune) bool { return Complete(string(text)) }
	shell.History.Add("history", o.History)
	shell.Completer = t.complete
	shell.SyntaxHighlighter = t.draw
	t.bindInterrupt()
	return t
}

// bindInterrupt ends the line at Ctrl-C. The editor's own command does so only when no other key follows at once.
func (t *Terminal) bindInterrupt() {
	const command = "give-up-line"
	t.shell.Keymap.Register(map[string]func(){command: func() {
		t.shell.Display.ResetHelpers()
		end := t.shell.Line().Len()
		t.shell.Line().Insert(end, []rune("^C")...)
		t.shell.Cursor().Set(end + 2)
		t.shell.Display.Refresh()
		t.shell.Display.AcceptLine()
		t.shell.History.Accept(false, false, readline.ErrInterrupt)
	}})
	for _, keymap := range []string{"emacs", "emacs-standard", "vi-insert", "vi-command", "vi-move", "vi"} {
		t.shell.Config.Binds[keymap]["\x03"] = inputrc.Bind{Action: command}
	}
}

// draw is called whenever the line is drawn.
func (t *Terminal) draw(line []rune) string {
	indent := utf8.RuneCountInString(t.options.Prompt)
	t.room.make(indent, line, t.shell.Cursor().Pos())
	// Without this the editor leaves the secondary prompt out; with it, it writes it over lines that wrap.
	t.shell.Config.Vars["multiline-column"] = !t.room.wraps(indent, line)
	if !t.options.Colour {
		return string(line)
	}
	return Highlight(string(line))
}

func (t *Terminal) prompt() string {
	if !t.options.Colour {
		return t.options.Prompt
	}
	return promptColour(t.options.PromptColour) + t.options.Prompt + noColour
}

// Read gives one input, with all its lines.
func (t *Terminal) Read(bool) (string, error) {
	t.room.row = 0
	line, err := t.shell.Readline()
	if errors.Is(err, readline.ErrInterrupt) {
		return "", ErrInterrupted
	}
	return line, err
}

func (t *Terminal) complete(line []rune, cursor int) readline.Completions {
	text := string(line[:cursor])
	list, typed := t.options.Complete(text)
	// The editor replaces all of a prefix, and takes a word of its own choice for an empty one: so what is not typed of
	// the candidate keeps one character before it.
	prefix := text[len(text)-typed:]
	if typed == 0 && text != "" && !strings.HasSuffix(text, " ") && !strings.HasSuffix(text, "\n") {
		_, size := utf8.DecodeLastRuneInString(text)
		prefix = text[len(text)-size:]
	}
	kept := prefix[:len(prefix)-typed]
	values := make([]readline.Completion, len(list))
	for i, candidate := range list {
		values[i] = readline.Completion{Value: kept + candidate.Text, Display: candidate.Text, Description: candidate.Doc}
		if rest := string(line[cursor:]); len(list) == 1 && !strings.HasPrefix(strings.TrimSpace(rest), strings.TrimSpace(candidate.After)) {
			values[i].Value += candidate.After
		}
	}
	completions := readline.CompleteRaw(values)
	completions.PREFIX = prefix
	return completions
}
