package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run"
)

// Limits of a run that only reads a script's declaration: its schedule, or its parameters for
// --help. Declarations are constants and take a millisecond. A user waits for the end of the limit,
// and a process on a machine under load may stand still for two seconds.
const (
	longestDeclaration  = 5 * time.Second
	largestDeclaration  = 32 << 20 // bytes of memory
	wordiestDeclaration = 1 << 20  // bytes of output
)

// limitDeclaration returns the options for a run that only reads a declaration. Tighter limits of
// a person's own stay.
func (o options) limitDeclaration() options {
	o.timeout = tighter(o.timeout, duration(longestDeclaration))
	o.maxMemory = tighter(o.maxMemory, largestDeclaration)
	o.maxOutput = tighter(o.maxOutput, wordiestDeclaration)
	return o
}

// tighter returns the smaller of two limits; 0 is none.
func tighter[N ~int64](ownLimit, limit N) N {
	if ownLimit == 0 {
		return limit
	}
	return min(ownLimit, limit)
}

// overlong returns an error that names the call and the limit if a declaration exceeded one, and
// other errors unchanged. It does not wrap the stop, because --timeout is not the reason.
func overlong(err error, script, call, reason string) error {
	var stop *vm.Stop
	if !errors.As(err, &stop) || stop.Cause != nil {
		return err
	}
	switch stop.Kind {
	case vm.Timeout:
		return fmt.Errorf("%s: %s: it takes longer than %s, %s", script, call, longestDeclaration, reason)
	case vm.Memory:
		return fmt.Errorf("%s: %s: it needs more than %d MiB of memory, %s", script, call, largestDeclaration>>20, reason)
	}
	return fmt.Errorf("%s: %s: %w, %s", script, call, stop, reason)
}

// declaresWord matches scripts that may declare their parameters, however they write the call.
// takesH matches the ones in which -h may be a parameter.
var (
	declaresWord = regexp.MustCompile(`\bdeclare\b`)
	takesH       = regexp.MustCompile(`["']h["']|\[\[h\]\]`)
)

// asksForParameters returns true if the words of a script ask for help, and it has a declaration
// to show.
func asksForParameters(s *script, words []string) bool {
	asked := slices.Contains(words, "--help") || slices.Contains(words, "-h") && !takesH.Match(s.text)
	return asked && declaresWord.Match(s.text)
}

// showParameters runs a script up to its declaration, which writes the parameters and ends the run.
func (a *app) showParameters(ctx context.Context, s *script, words []string) error {
	limited := *a
	limited.options = a.options.limitDeclaration()
	err := limited.executeBare(ctx, s, words)
	if tight := time.Duration(limited.options.timeout); run.TimedOut(err) && tight < longestDeclaration {
		return err
	}
	return overlong(err, s.name, "args.declare", "and --help only reads it")
}
