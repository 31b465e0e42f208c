// Package runbooks holds the runbooks behind commands such as `dbos-script why`. The program
// contains them, so each is a command on every machine.
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
	Name    string // of the command: "why" for why.lua, "undo" for runs_undo.lua
	Parent  string // the command that it is a part of: "runs" for runs_undo.lua; "" for most
	Summary string // the first sentence of its manual, without the full stop
	Text    string // the source in Lua
}

// summary matches the summary in the declaration of a runbook, which is a literal in one line.
var summary = regexp.MustCompile(`summary = "([^"]+)\."`)

// All returns the runbooks in the order of their files' names.
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
		r := Runbook{Name: strings.TrimSuffix(path, ".lua"), Text: string(text)}
		if parent, name, found := strings.Cut(r.Name, "_"); found {
			r.Parent, r.Name = parent, name
		}
		if found := summary.FindStringSubmatch(r.Text); found != nil {
			r.Summary = found[1]
		}
		all = append(all, r)
	}
	return all
}
