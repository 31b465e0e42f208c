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
type Ours struct{ prepare *vm.Program }

// NewOurs returns a runner. It panics if the support code does not compile.
func NewOurs() *Ours {
	prepare, err := vm.Compile("support", support)
	if err != nil {
		panic(err)
	}
	return &Ours{prepare: prepare}
}

// Run returns the output of a program and how it ended.
func (o *Ours) Run(source string) Outcome {
	var out bytes.Buffer
	machine := vm.New(vm.Config{Stdout: &out, Location: time.UTC, Limits: vm.Limits{Time: ourTime}})
	defer machine.Close()
	ctx := context.Background()
	if _, err := machine.Run(ctx, o.prepare); err != nil {
		return newOutcome("", "broken "+err.Error())
	}
	_, err := machine.RunString(ctx, "p", source)
	return newOutcome(out.String(), status(err))
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
