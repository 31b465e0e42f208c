package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const (
	own  = "github.com/dbos-script/dbos-script"
	head = `The command dbos-script contains the libraries below. Their licences ask that these texts go along with it.
Written by make generate from the modules that the command is made of on Linux, macOS and Windows.
`
)

// systems returns the systems that the command is built for. Their libraries differ.
func systems() []string { return []string{"linux", "darwin", "windows"} }

// A library is a module that is in the command, and the folder of its files.
type library struct{ path, version, folder string }

// notices returns the licences of all libraries of the command. It reads them in
// the module cache.
func notices(root string) (string, error) {
	libraries, err := librariesOf(root)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	text.WriteString(head)
	for _, l := range libraries {
		if err := l.write(&text); err != nil {
			return "", err
		}
	}
	return text.String(), nil
}

// librariesOf returns the modules whose packages are in the command on any system, in the order of
// their paths.
func librariesOf(root string) (list []library, err error) {
	for _, system := range systems() {
		cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}", "./cmd/dbos-script")
		cmd.Dir, cmd.Env = root, append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w", system, err)
		}
		for line := range strings.Lines(string(out)) {
			fields := strings.Split(strings.TrimSpace(line), "\t")
			if len(fields) == 3 && fields[0] != own {
				list = append(list, library{fields[0], fields[1], fields[2]})
			}
		}
	}
	slices.SortFunc(list, func(a, b library) int { return strings.Compare(a.path, b.path) })
	return slices.Compact(list), nil
}

// legal matches the names of files that a licence asks to keep.
var legal = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|authors)`)

func (l library) write(text *strings.Builder) error {
	entries, err := os.ReadDir(l.folder)
	if err != nil {
		return fmt.Errorf("%s %s: %w", l.path, l.version, err)
	}
	found := false
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !legal.MatchString(entry.Name()) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(l.folder, entry.Name()))
		if err != nil {
			return err
		}
		found = true
		fmt.Fprintf(text, "\n%s\n%s %s, %s\n%s\n\n%s\n", rule, l.path, l.version, entry.Name(), rule, strings.TrimSpace(strings.ReplaceAll(string(content), "\r\n", "\n")))
	}
	if !found {
		return fmt.Errorf("%s %s has no file with a licence in %s", l.path, l.version, l.folder)
	}
	return nil
}

var rule = strings.Repeat("-", 80)
