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
	// Loaded says that a runner loads the script to run its tests one by one: finish only ends
	// the loading.
	Loaded bool

	tests []*Test
	open  []*group // groups being described, outermost first
	top   group    // of tests in no group
	ran   bool     // a test is running, so nothing can be described
}

// ErrFinished ends the loading of a script whose tests a runner runs.
var ErrFinished = errors.New("the script has described its tests")

// A Test is one of a suite.
type Test struct {
	Name   string // with the names of its groups before its own
	File   string // of the script that describes it
	Line   int
	Shared int // the number of the group whose tests share a database, counted from 1; 0 for none

	groups []*group
	body   declare.Callback // nil for a test that is still to be written
}

// Pending returns true if the test has no body yet.
func (t *Test) Pending() bool { return t.body == nil }

type group struct {
	name          string
	shared        int
	before, after []declare.Callback
}

// Tests are all that were described.
func (s *Suite) Tests() []*Test { return s.tests }

// Find returns the index of the test with a name at a line of a script, or -1 if there is none.
func (s *Suite) Find(wanted *Test) int {
	for i, t := range s.tests {
		if t.Name == wanted.Name && t.Line == wanted.Line {
			return i
		}
	}
	return -1
}

var errNested = errors.New("tests cannot be described while a test runs")

// Describe calls a function that describes a group of tests. The tests of a shared group use one
// database.
func (s *Suite) Describe(ctx context.Context, name string, shared bool, body declare.Callback) error {
	if s.ran {
		return errNested
	}
	g := &group{name: name}
	if shared {
		g.shared = len(s.tests) + 1
	}
	s.open = append(s.open, g)
	defer func() { s.open = s.open[:len(s.open)-1] }()
	_, err := body.Call(ctx)
	return err
}

// It adds a test, which without a body is still to be written.
func (s *Suite) It(name string, at declare.Position, body declare.Callback) error {
	if s.ran {
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

// After adds a function that runs after each test of the group, even if the test failed.
func (s *Suite) After(body declare.Callback) { g := s.innermost(); g.after = append(g.after, body) }

func (s *Suite) innermost() *group {
	if len(s.open) == 0 {
		return &s.top
	}
	return s.open[len(s.open)-1]
}

// Run runs test i. The error is the first one that the test, or a function before or after it,
// raised.
func (s *Suite) Run(ctx context.Context, i int) error {
	if i < 0 || i >= len(s.tests) {
		return fmt.Errorf("there is no test %d", i)
	}
	s.ran = true
	defer func() { s.ran = false }()
	t := s.tests[i]
	err := t.prepare(ctx)
	if err == nil && t.body != nil {
		_, err = t.body.Call(ctx)
	}
	return first(err, t.tidy(ctx))
}

func (t *Test) prepare(ctx context.Context) error {
	for _, g := range t.groups {
		for _, before := range g.before {
			if _, err := before.Call(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// tidy goes from the innermost group outwards.
func (t *Test) tidy(ctx context.Context) (err error) {
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

// first keeps an error as it is: the script raised it, and its line is known by it.
func first(err, later error) error {
	if err != nil {
		return err
	}
	return later
}
