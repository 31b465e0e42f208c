package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// Options join a session to its host. All are needed.
type Options struct {
	VM      *vm.VM
	Exposer *bridge.Exposer
	Reader  Reader
	Out     io.Writer // for values
	// Failed is called with the error of an input. If it returns an error, the session ends.
	Failed func(error) error
	// Begin makes the context of one input, such as one that Ctrl-C ends.
	Begin func(context.Context) (context.Context, context.CancelFunc)
	// Table writes a list of records.
	Table func([]declare.Raw) error
	// Function is how a function of the host is called.
	Function func(declare.Topic) string
	// Objects returns the text of objects of one class, or nothing if tostring has the best text.
	Objects func(context.Context, []declare.Raw) (string, error)
	// JSON is the text of a value in a record.
	JSON func(any) (string, error)
	// Dump is a program that returns the text of a table.
	Dump *vm.Program
	// Flush writes buffered output after an input.
	Flush func() error
}

// A Session is for one goroutine.
type Session struct {
	Options
	tostring *vm.Program
	inputs   int
}

// New makes a session; Run begins it.
func New(o Options) (*Session, error) {
	program, err := vm.Compile("tostring", "return tostring(...)")
	if err != nil {
		return nil, err
	}
	return &Session{Options: o, tostring: program}, nil
}

// Run reads and runs inputs until the reader ends, which is no error, until Options.Failed
// returns an error, or until the context ends.
func (s *Session) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		in, err := s.read()
		switch {
		case errors.Is(err, ErrInterrupted):
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := s.answer(ctx, in); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// read returns the next input. If the reader ends within an input, the input has its syntax
// error.
func (s *Session) read() (input, error) {
	s.inputs++
	name := fmt.Sprintf("input %d", s.inputs)
	var in input
	for source := ""; ; {
		line, err := s.Reader.Read(source != "")
		if errors.Is(err, io.EOF) && source != "" {
			return in, nil
		}
		if err != nil {
			return input{}, err
		}
		if source == "" {
			line = s.command(line)
		}
		source += line + "\n"
		if in = parse(name, source); !in.incomplete {
			return in, nil
		}
	}
}

// command returns the call that a word of a shell stands for: help, exit, quit, and help with a
// name. A variable of that name comes first. Other inputs are returned as they are.
func (s *Session) command(line string) string {
	words := strings.Fields(line)
	call := ""
	switch {
	case len(words) == 1 && words[0] == "help":
		call = "help()"
	case len(words) == 1 && (words[0] == "exit" || words[0] == "quit" || words[0] == "quit()"):
		call = "exit()"
	case len(words) == 2 && words[0] == "help" && isPath.MatchString(words[1]):
		call = fmt.Sprintf("help(%q)", words[1])
	}
	if call == "" || s.isRedefined(strings.TrimSuffix(words[0], "()")) {
		return line
	}
	return call
}

// isRedefined returns true if an input has given a name a value of its own.
func (s *Session) isRedefined(name string) bool {
	value := s.VM.L().G.Global.RawGetString(name)
	return slices.Contains(s.VM.Locals(), name) || value != lua.LNil && value.Type() != lua.LTFunction
}

// isPath finds names with dots and colons.
var isPath = regexp.MustCompile(`^[A-Za-z_]\w*([.:][A-Za-z_]\w*)*$`)

// answer runs an input and shows its values.
func (s *Session) answer(parent context.Context, in input) error {
	ctx, end := s.Begin(parent)
	defer end()
	err := s.eval(ctx, in)
	if flushed := s.Flush(); err == nil {
		err = flushed
	}
	if err != nil {
		return s.Failed(in.typed(err))
	}
	return nil
}

func (s *Session) eval(ctx context.Context, in input) error {
	if in.err != nil {
		return in.err
	}
	results, err := s.VM.RunInput(ctx, in.program)
	if err != nil {
		return err
	}
	return s.show(ctx, results)
}

// lastValue is the global that keeps the first value of the last input that gave one.
const lastValue = "_"

func (s *Session) show(ctx context.Context, values []lua.LValue) error {
	if !anyValue(values) {
		return nil
	}
	if values[0] != lua.LNil {
		s.VM.L().G.Global.RawSetString(lastValue, values[0])
	}
	for _, value := range values {
		if err := s.showOne(ctx, value); err != nil {
			return err
		}
	}
	return nil
}

func anyValue(values []lua.LValue) bool {
	for _, value := range values {
		if value != lua.LNil {
			return true
		}
	}
	return false
}
