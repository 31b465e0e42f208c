// Package runbooks holds the runbooks behind commands such as `dbos-script why`. The program
// contains them, so each is a command on every machine.
package runbooks

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"
)

//go:embed *.lua parts/*.lua
var files embed.FS

// A Runbook is a script that is a command of its own.
type Runbook struct {
	Name    string // of the command: "why" for why.lua, "undo" for runs_undo.lua
	Parent  string // the command that it is a part of: "runs" for runs_undo.lua; "" for most
	Summary string // the first sentence of its manual, without the full stop

	path string
}

// summary matches the summary in the declaration of a runbook, which is a literal in one line.
var summary = regexp.MustCompile(`summary = "([^"]+)\."`)

// longestHead is how many bytes of a runbook hold its summary, which is at the top.
const longestHead = 1 << 10

// All returns the runbooks in the order of their files' names. Every start of the program calls it,
// so it reads no more of them than the summaries.
func All() []Runbook {
	paths, err := fs.Glob(files, "*.lua")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	var all []Runbook
	for _, path := range paths {
		r := Runbook{Name: strings.TrimSuffix(path, ".lua"), path: path}
		if parent, name, found := strings.Cut(r.Name, "_"); found {
			r.Parent, r.Name = parent, name
		}
		if found := summary.FindSubmatch(head(path)); found != nil {
			r.Summary = string(found[1])
		}
		all = append(all, r)
	}
	return all
}

// Text returns the source in Lua, with its parts. Each command of a start has a runbook, and few
// need its text.
func (r Runbook) Text() string { return bundled(read(r.path)) }

func head(path string) []byte {
	file, err := files.Open(path)
	if err != nil {
		panic(err) // the file is in the program
	}
	defer file.Close()
	start := make([]byte, longestHead)
	n, err := io.ReadFull(file, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		panic(err)
	}
	return start[:n]
}

func read(path string) string {
	text, err := files.ReadFile(path)
	if err != nil {
		panic(err) // the file is in the program
	}
	return string(text)
}

// part matches a part that a runbook requires: parts.axis is parts/axis.lua.
var part = regexp.MustCompile(`require "parts\.(\w+)"`)

// bundled returns a runbook with the parts that it requires as functions above the first require,
// so that it is one text, which runs as a file wherever somebody copies it.
func bundled(text string) string {
	first := part.FindStringIndex(text)
	if first == nil {
		return text
	}
	var parts strings.Builder
	added := map[string]bool{}
	var local func(text string) string
	local = func(text string) string {
		return part.ReplaceAllStringFunc(text, func(require string) string {
			name := part.FindStringSubmatch(require)[1]
			if !added[name] {
				added[name] = true
				body := local(read("parts/" + name + ".lua"))
				fmt.Fprintf(&parts, "local part_%s = (function()\n%send)()\n\n", name, body)
			}
			return "part_" + name
		})
	}
	above := strings.LastIndexByte(text[:first[0]], '\n') + 1
	below := local(text[above:])
	return text[:above] + parts.String() + below
}
