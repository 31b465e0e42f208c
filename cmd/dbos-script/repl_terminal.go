package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/repl"
	"github.com/dbos-script/dbos-script/runtime/terminal"
)

func (c *conversation) reader() (repl.Reader, error) {
	if !c.watched {
		return repl.NewLines(c.app.in), nil
	}
	path, err := historyFile()
	if err != nil {
		return nil, err
	}
	history, err := repl.OpenHistory(path)
	if err != nil {
		return nil, fmt.Errorf("the history of inputs: %w", err)
	}
	completer := &repl.Completer{VM: c.run.VM(), Exposer: c.run.Exposer(), Registry: c.run.Registry(), Globals: c.run.Globals(), Values: c.values}
	return repl.NewTerminal(repl.TerminalOptions{
		Prompt: c.prompt(), PromptColour: c.app.profile.Colour, Colour: terminal.Coloured(c.app.out), History: history,
		In: c.app.in.(*os.File), Out: terminal.Styled(c.app.out), Size: func() (int, int) { return terminal.Size(c.app.out) },
		Complete: func(text string) repl.Completion { return completer.Complete(c.run.Context(), text) },
	}), nil
}

// greet prints the database of the session. If a flag names it, it is opened first, so that a
// mistake shows at once. The default file is not opened, because that would make it.
func (c *conversation) greet() error {
	url, embedded := c.app.options.url()
	if !embedded {
		if _, err := c.run.Connection(c.run.Context()); err != nil {
			return err
		}
	}
	how := hanging("help() explains, Tab completes, Ctrl-D ends", c.app.width(), 0)
	fmt.Fprintf(c.app.err, "%s%s\n%s\n", client.Redact(url), c.mode(", read-only", ", a dry run"), how)
	return nil
}

// prompt shows the profile and the mode.
func (c *conversation) prompt() string {
	name := c.app.profile.Name
	if name == "" {
		name = "dbos"
	}
	return name + c.mode("(ro)", "(dry)") + "> "
}

// mode is a text when the session changes nothing.
func (c *conversation) mode(readOnly, dryRun string) string {
	switch {
	case c.app.options.readOnly:
		return readOnly
	case c.app.options.dryRun:
		return dryRun
	}
	return ""
}

// completionPatience is how long a completion may ask the database.
const completionPatience = time.Second

// values asks the connection that a method is called on, else the session's own, for completion.
// It opens none.
func (c *conversation) values(ctx context.Context, on declare.Raw, name, beginning string) repl.Completion {
	connection := c.run.Opened()
	if on != nil {
		if other, ok := on.Native().(*bindings.Connection); ok {
			connection = other
		}
	}
	if connection == nil {
		return repl.Completion{}
	}
	ctx, cancel := context.WithTimeout(ctx, completionPatience)
	defer cancel()
	values, partial := connection.Values(ctx, name, beginning)
	found := repl.Completion{Partial: partial}
	for _, value := range values {
		found.Candidates = append(found.Candidates, repl.Candidate{Text: value.Text, Doc: value.Doc})
	}
	return found
}

// historyFile stands in the user's state folder.
func historyFile() (string, error) {
	folder, err := stateFolder()
	if err != nil {
		return "", fmt.Errorf("the history of inputs: %w", err)
	}
	return filepath.Join(folder, "history"), nil
}
