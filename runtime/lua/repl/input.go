package repl

import (
	"errors"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// expressionPrefix makes an expression a chunk.
const expressionPrefix = "return "

// An input is one compiled piece of typed text.
type input struct {
	program    *vm.Program // nil when err says why it cannot be compiled
	err        error
	expression bool // the program begins with expressionPrefix, which was not typed
	incomplete bool // more text could mend the error
}

// parse reads a text as an expression, else as statements. The error is that of the statements.
func parse(name, source string) input {
	program, asExpression := vm.CompileInput(name, expressionPrefix+source)
	if asExpression == nil {
		return input{program: program, expression: true}
	}
	program, err := vm.CompileInput(name, source)
	if err == nil {
		return input{program: program}
	}
	return input{err: err, incomplete: incomplete(err) || incomplete(asExpression)}
}

// Complete returns true if a text can run or has a syntax error, and false if it continues on the
// next line.
func Complete(source string) bool { return !parse("input", source).incomplete }

func incomplete(err error) bool {
	var failure *vm.ScriptError
	return errors.As(err, &failure) && failure.Incomplete
}

// typed removes the text that we added ourselves from the source line in an error.
func (in input) typed(err error) error {
	var failure *vm.ScriptError
	if in.expression && errors.As(err, &failure) && failure.Line == 1 && failure.File == in.program.Name() {
		failure.SourceLine = strings.TrimPrefix(failure.SourceLine, expressionPrefix)
	}
	return err
}
