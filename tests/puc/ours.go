package puc

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// ourTime is how long a program may take in our VM. Programs end within milliseconds by their
// making, so one that takes this long hangs.
const ourTime = 20 * time.Second

// Ours runs programs in a new VM each, with the limits of an ordinary run.
type Ours struct {
	prepare *vm.Program
	before  string // stands before each program, for tests of the judge
}

// NewOurs returns a runner. It panics if the support code does not compile.
func NewOurs() *Ours {
	prepare, err := vm.Compile("support", support)
	if err != nil {
		panic(err)
	}
	return &Ours{prepare: prepare}
}

// Run returns the output of a program and how it ended. Several sources are the inputs of one
// prompt, of which none is run after an error.
func (o *Ours) Run(sources ...string) Outcome {
	var out bytes.Buffer
	machine := vm.New(vm.Config{Stdout: &out, Location: time.UTC, Limits: vm.Limits{Time: ourTime}})
	defer machine.Close()
	ctx := context.Background()
	if _, err := machine.Run(ctx, o.prepare); err != nil {
		return newOutcome("", "broken "+err.Error())
	}
	var err error
	if len(sources) == 1 {
		_, err = machine.RunString(ctx, "p", o.before+sources[0])
		return newOutcome(out.String(), status(err))
	}
	for i := 0; i < len(sources) && err == nil; i++ {
		err = input(ctx, machine, sources[i])
	}
	return newOutcome(out.String(), status(err))
}

func input(ctx context.Context, machine *vm.VM, source string) error {
	program, err := vm.CompileInput("p", source)
	if err != nil {
		return err
	}
	_, err = machine.RunInput(ctx, program)
	return err
}

func status(err error) string {
	if err == nil {
		return string(Finished)
	}
	var failure *vm.ScriptError
	if !errors.As(err, &failure) {
		return "broken " + err.Error()
	}
	end := Failed
	switch failure.Kind {
	case vm.Syntax:
		end = Refused
	case vm.Timeout:
		end = TooLong
	case vm.Internal:
		end = Broken
	}
	return string(end) + " " + strings.ReplaceAll(err.Error(), "\n", " ")
}
