package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// modulePath is left out of the names of packages.
const modulePath = "github.com/dbos-script/dbos-script"

// backends maps words in the names of tests to the names of back ends.
var backends = []struct{ word, name string }{
	{"sqlite", "SQLite"}, {"postgres", "PostgreSQL"}, {"cockroach", "a PostgreSQL that plays CockroachDB"}, {"pgbouncer", "PostgreSQL behind PgBouncer"},
}

type summary struct {
	out      io.Writer
	outputs  map[string]*strings.Builder // package, and package + test → output
	counts   map[string]int              // package → tests that passed
	passed   int
	failed   []string
	backends map[string]int // word → tests that passed
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, outputs: map[string]*strings.Builder{}, counts: map[string]int{}, backends: map[string]int{}}
}

func (s *summary) event(e event) {
	switch {
	case e.Action == "build-output":
		fmt.Fprint(s.out, e.Output)
	case e.Action == "build-fail":
		s.failed = append(s.failed, "build of "+e.ImportPath)
	case e.Action == "output":
		s.keep(e)
	case e.Test == "":
		s.packageEnded(e)
	default:
		s.testEnded(e)
	}
}

// keep holds the output back until it is known whether the test failed.
func (s *summary) keep(e event) {
	key := e.Package + " " + e.Test
	if s.outputs[key] == nil {
		s.outputs[key] = &strings.Builder{}
	}
	s.outputs[key].WriteString(e.Output)
}

func (s *summary) testEnded(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "pass":
		s.passed++
		s.counts[e.Package]++
		s.countBackend(e.Test)
	case "fail":
		s.failed = append(s.failed, short(e.Package)+" "+e.Test)
		s.show(key)
	case "run", "pause", "cont":
		return
	}
	delete(s.outputs, key)
}

func (s *summary) countBackend(test string) {
	lower := strings.ToLower(test)
	for _, backend := range backends {
		if strings.Contains(lower, backend.word) {
			s.backends[backend.word]++
		}
	}
}

func (s *summary) packageEnded(e event) {
	switch e.Action {
	case "pass":
		if tests := s.counts[e.Package]; tests > 0 {
			fmt.Fprintf(s.out, "ok    %-32s %5d tests %7.1f s\n", short(e.Package), tests, e.Elapsed)
		}
	case "fail":
		s.failed = append(s.failed, short(e.Package))
		s.showPackage(e.Package)
		fmt.Fprintf(s.out, "FAIL  %s\n", short(e.Package))
	}
}

// showPackage prints the output of a package that belongs to no finished test. After a panic it
// includes the test that was running.
func (s *summary) showPackage(name string) {
	for key := range s.outputs {
		if owner, _, _ := strings.Cut(key, " "); owner == name {
			s.show(key)
		}
	}
}

func (s *summary) show(key string) {
	if text := s.outputs[key]; text != nil {
		fmt.Fprint(s.out, text.String())
		delete(s.outputs, key)
	}
}

// end prints the totals. The error names the failures, or a back end on which no test ran.
func (s *summary) end(wanted []string) error {
	fmt.Fprintln(s.out)
	for _, backend := range backends {
		if count := s.backends[backend.word]; count > 0 {
			fmt.Fprintf(s.out, "%6d tests passed on %s\n", count, backend.name)
		}
	}
	if len(s.failed) > 0 {
		return fmt.Errorf("%6d tests passed, but these failed:\n  %s", s.passed, strings.Join(slices.Compact(s.failed), "\n  "))
	}
	if s.passed == 0 {
		return errors.New("no test ran")
	}
	for _, word := range wanted {
		if s.backends[word] == 0 {
			return fmt.Errorf("no test ran on %s", word)
		}
	}
	_, err := fmt.Fprintf(s.out, "%6d tests passed in all, none failed\n", s.passed)
	return err
}

func short(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, modulePath), "/")
}
