// Command summary reads what go test -json writes and prints what a person wants to know of it: one line a
// package, everything about what failed, and how many tests passed on which back end.
//
//	go test -json ./... | summary -backends sqlite,postgres
//
// It exits 1 when a test or a build failed, or when no test ran on one of the back ends asked for.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	wanted := flag.String("backends", "", "the back ends on which tests must have run, with commas between")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, strings.FieldsFunc(*wanted, isComma)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func isComma(r rune) bool { return r == ',' }

// event is one line of go test -json, or of the build before it.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Elapsed    float64
	Output     string
}

func run(in io.Reader, out io.Writer, wanted []string) error {
	s := newSummary(out)
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			s.line(line)
		}
		if err == io.EOF {
			return s.end(wanted)
		}
		if err != nil {
			return fmt.Errorf("read the test output: %w", err)
		}
	}
}

// line takes an event; what is none, such as a message of the go command, is handed on.
func (s *summary) line(text []byte) {
	var e event
	if err := json.Unmarshal(text, &e); err != nil || e.Action == "" {
		fmt.Fprintf(s.out, "%s", text)
		return
	}
	s.event(e)
}
