package puc

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed testdata/programs.txt
var programs string

// Example is a program with the output that is right.
type Example struct{ Name, Source, Want string }

// Examples returns the table of programs. In its file, a program begins with a line "== name".
// The lines after a line "--" are its expected output.
func Examples() ([]Example, error) {
	var all []Example
	for _, part := range strings.Split("\n"+programs, "\n== ")[1:] {
		name, rest, _ := strings.Cut(part, "\n")
		source, want, found := strings.Cut(rest, "\n--\n")
		if !found {
			return nil, fmt.Errorf("program %q has no output", name)
		}
		all = append(all, Example{name, source + "\n", strings.TrimRight(want, "\n")})
	}
	return all, nil
}
