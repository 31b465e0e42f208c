package run

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
	"github.com/dbos-script/dbos-script/stdlib"
)

// takeJournalClock lets the script see the time of the journal, which stands still between steps.
func (r *Run) takeJournalClock() {
	if r.config.Environment.Journal == nil {
		return
	}
	r.config.Environment.Clock = func() time.Time { return r.journal.Now() }
	r.config.Environment.Sleep = func(ctx context.Context, d time.Duration) error { return r.journal.Sleep(ctx, d) }
}

// newJournal reads the record of the run.
func (r *Run) newJournal() error {
	if r.config.Environment.Journal == nil {
		return nil
	}
	config := *r.config.Environment.Journal
	config.Registry = r.registry
	config.Abort = func(err error) { r.vm.Abort(err) }
	config.Counter = r.guard
	config.Secrets = r.keptSecrets()
	made, err := journal.New(r.ctx, config)
	if err != nil {
		return err
	}
	r.journal = made
	r.registry.WithJournal(made)
	return nil
}

// durableSteps returns the steps of a script with a journal, or nil. The journal is made after the
// modules, whose classes it needs.
func (r *Run) durableSteps() stdlib.Durable {
	if r.config.Environment.Journal == nil {
		return nil
	}
	return durableSteps{r}
}

type durableSteps struct{ run *Run }

func (d durableSteps) Step(ctx context.Context, name string, do func(context.Context) (any, error)) (any, error) {
	return d.run.journal.Step(ctx, name, do)
}

func (d durableSteps) Recv(ctx context.Context, topic string, timeout time.Duration) (any, error) {
	return d.run.journal.Recv(ctx, topic, timeout)
}

func (d durableSteps) SetEvent(ctx context.Context, key string, value any) error {
	return d.run.journal.SetEvent(ctx, key, value)
}

func (d durableSteps) WriteStream(ctx context.Context, key string, value any) error {
	return d.run.journal.WriteStream(ctx, key, value)
}

func (d durableSteps) Patch(ctx context.Context, name string) (bool, error) {
	return d.run.journal.Patch(ctx, name)
}

// durable returns the settings of the VM for a run with a journal, or nil.
func (r *Run) durable() *vm.Durable {
	if r.journal == nil {
		return nil
	}
	a, b := r.journal.Seed()
	return &vm.Durable{Seed: [2]uint64{a, b}}
}

// journalEnd returns the error of a script, or that of the journal if the script did not do all
// that is recorded. A run that was interrupted goes on later.
func (r *Run) journalEnd(err error) error {
	if r.journal == nil {
		return err
	}
	if r.journal.Failed() == nil && interrupted(err) {
		r.journal.Interrupt()
		return err
	}
	if failed := r.journal.End(); failed != nil {
		return failed
	}
	return err
}

// printedBefore returns true for a text that an earlier process of the run has printed.
func (r *Run) printedBefore() bool {
	return r.config.Environment.PrintOnce && r.journal != nil && r.journal.Replaying()
}

// Unfinished returns true for the error of a run with a Journal that can go on: it was stopped, or
// its record failed or is full, before its script had ended. A script that does not ask for the
// recorded steps is at its end.
func Unfinished(err error) bool {
	if _, differs := errors.AsType[*journal.NonDeterministicError](err); differs {
		return false
	}
	return interrupted(err) || journal.Stopped(err)
}

// interrupted returns true for the error of a run that was stopped before its script had ended. A
// call of exit is an end of the script.
func interrupted(err error) bool {
	_, stopped := errors.AsType[*vm.Stop](err)
	_, exits := errors.AsType[*stdlib.ExitRequest](err)
	return stopped && !exits
}

// keptSecrets returns the secrets that the record of the run must not hold.
func (r *Run) keptSecrets() *journal.Secrets {
	r.secrets.Lookup = func(name string) (string, bool) {
		if r.grants.Variable(name) != nil {
			return "", false
		}
		return os.LookupEnv(name)
	}
	r.secrets.Lenient = r.replays()
	r.addPasswords(r.config.Database)
	return &r.secrets
}

// addSecret makes a variable of the environment known as a secret, if its name or its value looks
// like one.
func (r *Run) addSecret(name, value string) {
	pair := name + "=" + value
	if r.journal != nil && (audit.Mask(pair) != pair || audit.Mask(value) != value) {
		r.secrets.Add(name, value)
	}
}

// addPasswords makes the passwords of a database known as secrets, as they are and as a URL or a
// keyword string has them.
func (r *Run) addPasswords(config client.ClientConfig) {
	passwords := config.Passwords()
	for _, setting := range slices.Sorted(maps.Keys(passwords)) {
		password := passwords[setting]
		_, escaped, _ := strings.Cut(url.UserPassword("", password).String(), ":")
		known := []string{password}
		for _, written := range []struct{ how, text string }{
			{"escaped", escaped}, {"query-escaped", url.QueryEscape(password)}, {"path-escaped", url.PathEscape(password)},
			{"quoted", strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(password)},
		} {
			if !slices.Contains(known, written.text) {
				known = append(known, written.text)
				r.secrets.Add(written.how+" "+setting+" of "+config.Shown(), written.text)
			}
		}
		r.secrets.Add(setting+" of "+config.Shown(), password)
	}
}

// Conceal returns a text in which *** replaces each secret that the run has read.
func (r *Run) Conceal(text string) string { return r.secrets.Conceal(text) }

// checkOutput returns an error if the output of a workflow holds a secret.
func (r *Run) checkOutput() error {
	err := r.secrets.CheckOutput(r.output)
	if err != nil {
		r.output = nil
	}
	return err
}
