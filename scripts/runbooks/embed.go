// Package runbooks holds the runbooks behind commands such as `dbos-script why`.
package runbooks

import (
	"embed"
	"io/fs"
	"regexp"
	"strings"
)

//go:embed *.lua
var files embed.FS

// A Runbook is a script that is a command of its own.
type Runbook struct {
	Name    string // of the command: "why"
	Parent  string // the command that it belongs to, "runs" for runs_undo.lua; "" for most
	Summary string // the first sentence of its manual, without the stop
	Text    string // the Lua
}

// summary matches the summary of the declaration, which is a plain text.
var summary = regexp.MustCompile(`summary = "([^"]+)\."`)

// All returns the runbooks, by name.
func All() []Runbook {
	paths, err := fs.Glob(files, "*.lua")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	var all []Runbook
	for _, path := range paths {
		text, err := files.ReadFile(path)
		if err != nil {
			panic(err) // the file is in the program
		}
		c := Runbook{Name: strings.TrimSuffix(path, ".lua"), Text: string(text)}
		if parent, name, found := strings.Cut(c.Name, "_"); found {
			c.Parent, c.Name = parent, name
		}
		if found := summary.FindStringSubmatch(c.Text); found != nil {
			c.Summary = found[1]
		}
		all = append(all, c)
	}
	return all
}
