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

// Options are the parts of the host that a session calls. All are needed.
type Options struct {
	VM      *vm.VM
	Exposer *bridge.Exposer
	Reader  Reader
	Out     io.Writer // for values
	// Failed is called with the error of an input. If it returns an error, the session ends.
	Failed func(error) error
	// Begin returns the context in which one input runs. The command's ends on Ctrl-C.
	Begin func(context.Context) (context.Context, context.CancelFunc)
	// Table writes a list of records as a table.
	Table func([]declare.Raw) error
	// Function returns the text for a function of the host: how a script calls it.
	Function func(declare.Topic) string
	// Objects returns the text of objects of one class, or "" if tostring is to be used.
	Objects func(context.Context, []declare.Raw) (string, error)
	// JSON returns the text of a value in a record.
	JSON func(any) (string, error)
	// Dump is a compiled script that returns the text of a table.
	Dump *vm.Program
	// Flush writes buffered output after an input.
	Flush func() error
}

// A Session reads inputs, runs them and shows their values. It is for one goroutine.
type Session struct {
	Options
	tostring *vm.Program
	inputs   int // read so far; numbers them in the positions of errors
}

// New makes a session; Run begins it.
func New(o Options) (*Session, error) {
	program, err := vm.Compile("tostring", "return tostring(...)")
	if err != nil {
		return nil, err
	}
	return &Session{Options: o, tostring: program}, nil
}

// Run reads and runs inputs. It returns nil at the end of the reader, the error of the reader or of
// Options.Failed, or the cause if the context ends.
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

// read returns the next input, which can have several lines. If the reader ends in the middle of an
// input, the syntax error is in the input that is returned.
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

// command returns the Lua call for a line that a user of a shell would type: help, help NAME, exit
// or quit. A line is returned unchanged if it is anything else, or if the word is a variable of the
// user's.
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

// isRedefined returns true if the name is a local variable of an input, or a global that is no
// function. A global function may be the host's own help or exit.
func (s *Session) isRedefined(name string) bool {
	value := s.VM.L().G.Global.RawGetString(name)
	return slices.Contains(s.VM.Locals(), name) || value != lua.LNil && value.Type() != lua.LTFunction
}

// isPath matches a name, or names joined by dots and colons, such as dbos.list_workflows.
var isPath = regexp.MustCompile(`^[A-Za-z_]\w*([.:][A-Za-z_]\w*)*$`)

// answer runs an input and shows its values, or passes its error to Failed.
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

// eval runs an input and shows its values, or returns its error.
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

// lastValue is the name of the global that holds the first value of the last input that returned
// one.
const lastValue = "_"

// show writes the values of an input and keeps the first one. Nothing is written if all are nil.
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
