package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/dbos-script/dbos-script/runtime/repl"
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
	completer := &repl.Completer{VM: c.vm, Exposer: c.exposer, Globals: c.globals()}
	complete := func(text string) ([]string, int) { return completer.Complete(c.ctx, text) }
	return repl.NewTerminal(c.prompt(), history, complete), nil
}

func (c *conversation) prompt() string {
	if c.app.options.readOnly {
		return "dbos(ro)> "
	}
	return "dbos> "
}

// globals are the names that vmConfig makes globals.
func (c *conversation) globals() []string {
	var names []string
	for _, m := range c.registry.Modules() {
		if !m.Global {
			names = append(names, m.Name)
			continue
		}
		names = append(names, m.Names()...)
	}
	return names
}

// historyFile stands in the user's state folder, where the XDG base directory specification puts histories.
func historyFile() (string, error) {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("the history of inputs: %w", err)
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "dbos-script", "history"), nil
}
