package repl

import (
	"errors"
	"fmt"
	"strings"

	"github.com/reeflective/readline"
)

// continuedPrompt stands before the last line of an input that is not finished, under the end of the first prompt.
const continuedPrompt = "..> "

// Terminal reads inputs with an editor, a history and completion.
type Terminal struct{ shell *readline.Shell }

// NewTerminal reads from the terminal of the process. complete gives the names that can stand at the end of a text and
// how many bytes of them are typed.
func NewTerminal(prompt string, history *History, complete func(text string) (names []string, typed int)) *Terminal {
	shell := readline.NewShell()
	shell.Prompt.Primary(func() string { return prompt })
	shell.Prompt.Secondary(func() string { return fmt.Sprintf("%*s", len(prompt), continuedPrompt) })
	shell.Config.Vars["menu-complete-display-prefix"] = true
	shell.Config.Vars["multiline-column"] = true // without it the editor leaves the secondary prompt out
	shell.AcceptMultiline = func(text []rune) bool { return Complete(string(text)) }
	shell.History.Add("history", history)
	shell.Completer = func(line []rune, cursor int) readline.Completions {
		text := string(line[:cursor])
		names, typed := complete(text)
		return candidates(text, names, typed)
	}
	return &Terminal{shell}
}

// Read gives one input, with all its lines.
func (t *Terminal) Read(bool) (string, error) {
	line, err := t.shell.Readline()
	if errors.Is(err, readline.ErrInterrupt) {
		return "", ErrInterrupted
	}
	return line, err
}

// candidates keep all of the word before the cursor, as the editor replaces it whole.
func candidates(text string, names []string, typed int) readline.Completions {
	word := text[strings.LastIndexAny(text, " \t\n")+1:]
	kept := word[:max(len(word)-typed, 0)]
	values := make([]readline.Completion, len(names))
	for i, name := range names {
		values[i] = readline.Completion{Value: kept + name, Display: name}
	}
	completions := readline.CompleteRaw(values)
	completions.PREFIX = word
	return completions
}
