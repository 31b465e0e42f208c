package testbed

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/command"
)

// A programFake takes the place of a program.
type programFake struct {
	Program   string        `json:"program" doc:"The program, as the script names it, or the last part of its path." required:"true" nonempty:"true"`
	Arguments *[]string     `json:"arguments" doc:"The words that it is called with, in which a * stands for any text; any words when not given."`
	Code      int           `json:"code" doc:"Its exit code." min:"0" max:"255"`
	Stdout    string        `json:"stdout" doc:"The text of its standard output."`
	Stderr    string        `json:"stderr" doc:"The text of its standard error."`
	Error     string        `json:"error" doc:"It cannot be started, for this reason."`
	Takes     time.Duration `json:"takes" doc:"How long it runs, by the test's clock." min:"0"`
	Times     int           `json:"times" doc:"How many runs it answers; all when not given." min:"1"`

	used int
}

// A Program is a run of a program in a test.
type Program struct {
	Program   string    `json:"program" doc:"The program, as the script names it."`
	Arguments []string  `json:"arguments" doc:"The words that it was called with."`
	Stdin     string    `json:"stdin" doc:"The text of its standard input."`
	Dir       string    `json:"dir,omitempty" doc:"The folder to run it in; nil if the script names none."`
	Code      *int      `json:"code,omitempty" doc:"Its exit code; nil if it has not ended."`
	At        time.Time `json:"at" doc:"When it was started, by the test's clock."`
}

func (w *World) execFunc() declare.Func {
	return declare.Do("exec", "Takes the place of a program that `exec.run` runs.",
		func(_ context.Context, a programFake) error {
			w.fakes.programs = slices.DeleteFunc(w.fakes.programs, func(f *programFake) bool { return f.Times == 0 && f.same(&a) })
			w.fakes.programs = append(w.fakes.programs, &a)
			return nil
		}).Outside().
		Example("fake.exec{program = \"kubectl\", arguments = {\"get\", \"pods\", \"*\"}, stdout = \"orders-7f\\n\"}\n" +
			"assert.equal(\"orders-7f\\n\", exec.run(\"kubectl\", {\"get\", \"pods\", \"--no-headers\"}).stdout)\nassert.equal(1, #fake.programs())").
		Example("fake.exec{program = \"pg_dump\", takes = \"2h\"}\nassert.raises(\"Timeout\", exec.run, \"pg_dump\", {}, {timeout = \"1h\"})")
}

// fits returns true if it takes the place of the program, and has a run left.
func (f *programFake) fits(c command.Command) bool {
	if f.Program != c.Path && f.Program != filepath.Base(c.Path) || f.Times > 0 && f.used == f.Times {
		return false
	}
	return f.Arguments == nil || slices.EqualFunc(*f.Arguments, c.Args, fits)
}

// same returns true if both answer the same runs. No arguments are any arguments, and an empty list
// is none.
func (f *programFake) same(other *programFake) bool {
	if f.Arguments == nil || other.Arguments == nil {
		return f.Program == other.Program && f.Arguments == other.Arguments
	}
	return f.Program == other.Program && slices.Equal(*f.Arguments, *other.Arguments)
}

// text describes the runs that it answers.
func (f *programFake) text() string {
	text := f.Program
	if f.Arguments != nil {
		text = called(f.Program, *f.Arguments)
	}
	if f.Times > 0 && f.used == f.Times {
		text += " (used up)"
	}
	return text
}

// called returns a call as people write it.
func called(program string, words []string) string {
	parts := []string{program}
	for _, word := range words {
		if word == "" || strings.ContainsAny(word, " \t\n\"'\\") {
			word = strconv.Quote(word)
		}
		parts = append(parts, word)
	}
	return strings.Join(parts, " ")
}

func (w *World) programsFunc() declare.Func {
	return declare.Fn("programs", "Returns the runs of programs that `fake.exec` has taken the place of, the first one first.",
		func(context.Context, declare.None) ([]Program, error) {
			return append([]Program{}, w.fakes.calls...), nil
		}).Reads().
		Returning("the runs, those without an answer too; an empty array if there were none").
		Example("fake.exec{program = \"mail\"}\nexec.run(\"mail\", {\"ops@example.com\"}, {stdin = \"3 orders failed\"})\n" +
			"assert.equal(\"3 orders failed\", fake.programs()[1].stdin)")
}

// Programs returns the function that takes the place of programs, or nil if the test has no
// fake.exec.
func (w *World) Programs() func(context.Context, command.Command) (*command.Result, error) {
	if len(w.fakes.programs) == 0 {
		return nil
	}
	return w.program
}

// program answers a run of a program.
func (w *World) program(ctx context.Context, c command.Command) (*command.Result, error) {
	place := len(w.fakes.calls)
	w.fakes.calls = append(w.fakes.calls, Program{Program: c.Path, Arguments: append([]string{}, c.Args...), Stdin: c.Stdin, Dir: c.Dir, At: w.Now()})
	i := slices.IndexFunc(w.fakes.programs, func(f *programFake) bool { return f.fits(c) })
	if i < 0 {
		var answers []string
		for _, f := range w.fakes.programs {
			answers = append(answers, f.text())
		}
		return nil, w.fakes.unansweredBy("the program "+called(c.Path, c.Args), answers, fmt.Sprintf("fake.exec{program = %q} makes one", c.Path))
	}
	answer := w.fakes.programs[i]
	answer.used++
	wait, late := lasts(answer.Takes, c.Timeout)
	if answer.Error != "" {
		return nil, &command.Error{Program: filepath.Base(c.Path), Err: errors.New(answer.Error)}
	}
	if err := w.Sleep(ctx, wait); err != nil {
		return nil, err
	}
	if late {
		return nil, command.Late(c.Path, c.Timeout)
	}
	w.fakes.calls[place].Code = &answer.Code
	return &command.Result{Code: answer.Code, Stdout: answer.Stdout, Stderr: answer.Stderr}, nil
}
