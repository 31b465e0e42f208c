package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// takeTestFlags reads the flags that a test sets for a run of its own. A test cannot allow more
// than the command line of the tests does.
func (a *app) takeTestFlags(words []string) error {
	outer := a.options
	if err := a.takeFlags(words); err != nil {
		return err
	}
	flag, value, err := grants.Exceeding(a.options.allow, outer.allow)
	if err != nil {
		return declare.BadArgument("flags", "%v", err)
	}
	if flag != "" {
		return widened(flag + "=" + value)
	}
	return a.options.within(&outer)
}

// within returns an error that names the first bound of outer that o has loosened.
func (o *options) within(outer *options) error {
	for _, bound := range []struct {
		flag    string
		widened bool
	}{
		{"--read-only=false", outer.readOnly && !o.readOnly},
		{"--dry-run=false", outer.dryRun && !o.dryRun},
		{"--dry-run-outside", outer.dryRun && o.runOutside && !outer.runOutside},
		{"--strict=false", outer.strict && !o.strict},
		{"--timeout", above(int64(o.timeout), int64(outer.timeout))},
		{"--max-memory", above(int64(o.maxMemory), int64(outer.maxMemory))},
		{"--max-output", above(int64(o.maxOutput), int64(outer.maxOutput))},
		{"--max-changes", outer.maxChanges.given != nil && o.maxChanges.orDefault(0) > *outer.maxChanges.given},
	} {
		if bound.widened {
			return widened(bound.flag)
		}
	}
	return nil
}

// above returns true if inner allows more than outer. A limit of 0 is the default.
func above(inner, outer int64) bool { return outer > 0 && (inner == 0 || inner > outer) }

func widened(flag string) error {
	return &run.DeniedError{Err: fmt.Errorf("%s is more than `dbos-script test` was started with: it is a flag for that command line, not for a test", flag)}
}

var errNoScript = errors.New("its name does not end in .lua")

// mayRun grants a test the running of a script: one below this folder or below that of the test, or
// any that may be read. An error of a script shows lines of it, so it must not be any file.
func (b *testState) mayRun(script string) error {
	granted, err := grants.New(b.app.options.allow)
	if err != nil {
		return err
	}
	_, denied := granted.ReadFile(script)
	if denied == nil {
		return nil
	}
	around, err := grants.New(grants.Lists{Read: []string{".", b.folder}})
	if err != nil {
		return err
	}
	place, err := around.ReadFile(script)
	switch {
	case err != nil:
		return denied
	case filepath.Ext(place.Full()) != ".lua":
		return &run.DeniedError{Err: fmt.Errorf("%s is no script: %w", script, errNoScript)}
	}
	return nil
}
