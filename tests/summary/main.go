// Command summary reads the output of go test -json and prints a summary for people: one line per
// package, everything about failures, and how many tests passed on each back end.
//
//	go test -json ./... | summary -backends sqlite,postgres
//
// It exits 1 if a test or a build failed, or if no test ran on one of the requested back ends.
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

// line handles an event. A line that is no event, such as a message of the go command, is
// printed.
func (s *summary) line(text []byte) {
	var e event
	if err := json.Unmarshal(text, &e); err != nil || e.Action == "" {
		fmt.Fprintf(s.out, "%s", text)
		return
	}
	s.event(e)
}
