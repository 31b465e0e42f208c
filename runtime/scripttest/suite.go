package scripttest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Suite is the tests of one script, in the order they are described. The zero value has none.
type Suite struct {
	// Loaded is set by a runner that loads the script to describe its tests, and then runs them one
	// by one itself. The script's testing.finish then runs nothing, and returns ErrFinished.
	Loaded bool

	tests   []*Test
	open    []*group // groups being described, outermost first
	top     group    // of tests in no group
	running bool     // a test is running, so nothing can be described
}

// ErrFinished ends the loading of a script with testing.finish if Suite.Loaded is set.
var ErrFinished = errors.New("the script has described its tests")

// A Test is one of a suite.
type Test struct {
	Name   string // with the names of its groups before its own
	File   string // of the script that describes it
	Line   int
	Shared int // the number of the group whose tests share a database, counted from 1; 0 for none

	groups []*group
	body   declare.Callback // nil if the test is pending
}

// Pending returns true if the test has only a name, and is still to be written.
func (t *Test) Pending() bool { return t.body == nil }

type group struct {
	name          string
	shared        int
	before, after []declare.Callback
}

// Tests returns all tests that were described, in that order; nil if there are none.
func (s *Suite) Tests() []*Test { return s.tests }

// Find returns the index of the test with the name and the line of wanted, or -1 if there is none.
// A runner that loads a script once more finds the test in the new suite by them.
func (s *Suite) Find(wanted *Test) int {
	for i, t := range s.tests {
		if t.Name == wanted.Name && t.Line == wanted.Line {
			return i
		}
	}
	return -1
}

var errNested = errors.New("tests cannot be described while a test runs")

// Describe calls body, which describes a group of tests. The tests of a shared group use one
// database, and so do those of groups inside it. It returns the error of body, or an error if a
// test is running.
func (s *Suite) Describe(ctx context.Context, name string, shared bool, body declare.Callback) error {
	if s.running {
		return errNested
	}
	g := &group{name: name}
	if shared {
		g.shared = len(s.tests) + 1 // of its first test: groups beside each other differ in it
	}
	s.open = append(s.open, g)
	defer func() { s.open = s.open[:len(s.open)-1] }()
	_, err := body.Call(ctx)
	return err
}

// It adds a test to the current group. Without a body the test is pending. It returns an error if a
// test is running.
func (s *Suite) It(name string, at declare.Position, body declare.Callback) error {
	if s.running {
		return errNested
	}
	t := &Test{File: at.File, Line: at.Line, body: body, groups: append([]*group{&s.top}, s.open...)}
	var words []string
	for _, g := range s.open {
		words = append(words, g.name)
		if t.Shared == 0 {
			t.Shared = g.shared
		}
	}
	t.Name = strings.Join(append(words, name), " ")
	s.tests = append(s.tests, t)
	return nil
}

// Before adds a function that runs before each test of the current group and of groups in it.
func (s *Suite) Before(body declare.Callback) { g := s.innermost(); g.before = append(g.before, body) }

// After adds a function that runs after each test of the current group and of groups in it, even if
// the test failed.
func (s *Suite) After(body declare.Callback) { g := s.innermost(); g.after = append(g.after, body) }

// innermost returns the current group: that of the call of Describe under way, or top.
func (s *Suite) innermost() *group {
	if len(s.open) == 0 {
		return &s.top
	}
	return s.open[len(s.open)-1]
}

// Run runs test i with the functions before and after it, and returns the first error that one of
// them raised. If a function before it fails, the test does not run. It returns an error if there
// is no test i, and nil for a pending test whose functions succeed.
func (s *Suite) Run(ctx context.Context, i int) error {
	if i < 0 || i >= len(s.tests) {
		return fmt.Errorf("there is no test %d", i)
	}
	s.running = true
	defer func() { s.running = false }()
	t := s.tests[i]
	err := t.runBefore(ctx)
	if err == nil && t.body != nil {
		_, err = t.body.Call(ctx)
	}
	return first(err, t.runAfter(ctx))
}

// runBefore calls the functions before the test, from the outermost group inwards, up to the first
// that fails.
func (t *Test) runBefore(ctx context.Context) error {
	for _, g := range t.groups {
		for _, before := range g.before {
			if _, err := before.Call(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// runAfter calls the functions after the test, from the innermost group outwards, and goes on if
// one fails. It stops if the context has ended.
func (t *Test) runAfter(ctx context.Context) (err error) {
	for i := len(t.groups) - 1; i >= 0; i-- {
		for _, after := range t.groups[i].after {
			if ctx.Err() != nil {
				return err
			}
			_, failed := after.Call(ctx)
			err = first(err, failed)
		}
	}
	return err
}

// first returns err, or later if err is nil. It does not join them, because the error that the
// script raised has the line to show.
func first(err, later error) error {
	if err != nil {
		return err
	}
	return later
}
