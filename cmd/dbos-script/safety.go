package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib"
)

// defaultConfirmAbove is how many workflows a run may change before somebody is asked: more than an
// incident's worth of single repairs, and less than a fleet.
const defaultConfirmAbove = 1000

// safety are the flags that bound what a run may change.
type safety struct {
	dryRun       bool
	runOutside   bool
	yes          bool
	maxChanges   amount
	confirmAbove amount
	audit        string
	reason       string
}

func (s *safety) register(flags *pflag.FlagSet) {
	flags.BoolVar(&s.dryRun, "dry-run", false, "change nothing, in the database and outside of it: look at every change, and end with a plan of them")
	flags.BoolVar(&s.runOutside, "dry-run-outside", false, "in a dry run, still run programs, write files and send requests")
	flags.BoolVar(&s.yes, "yes", false, "do not ask before a run changes more than --confirm-above, or deletes")
	flags.Var(&s.maxChanges, "max-changes", "end the run before it changes more than this many workflows (no limit by default)")
	flags.Var(&s.confirmAbove, "confirm-above", fmt.Sprintf("ask before a run changes more than this many workflows (default %d)", defaultConfirmAbove))
	flags.StringVar(&s.audit, "audit", "", "write what is changed to this file (default dbos-script/audit.jsonl in $XDG_STATE_HOME, else in ~/.local/state)")
	flags.StringVar(&s.reason, "reason", "", "why this is run, for the audit log")
}

// newGuard makes the policy of a run, and the log that it writes.
func (h *host) newGuard() {
	o := h.app.options.safety
	config := guard.Config{
		MaxChanges: o.maxChanges.or(-1), ConfirmAbove: o.confirmAbove.or(defaultConfirmAbove), Yes: o.yes, DryRun: o.dryRun,
		Ask: h.app.asker(), Abort: func(err error) { h.vm.Abort(err) }, Waiting: h.waiting,
	}
	if !h.app.unaudited && !o.dryRun {
		h.run = h.app.describe(h.script, h.args)
		h.log = audit.New(h.app.auditFile, &h.run, clock, audit.Mask)
		config.Log = h.log
	}
	h.guard = guard.New(config)
}

func (h *host) waiting(operation string, cause error) {
	why, way := "interrupted", "; Ctrl-C again ends at once"
	if stop := (*vm.Stop)(nil); errors.As(cause, &stop) && stop.Kind != vm.Interrupted {
		why, way = stop.Message, ""
	}
	fmt.Fprintf(h.app.err, "dbos-script: %s: %s is under way and is waited for%s\n", why, operation, way)
}

// describe says who runs what. The text of a script that is no file is hashed when it is known.
func (a *app) describe(script string, args []string) audit.Run {
	r := audit.Run{
		ID: cmp.Or(a.stage.runID, newRunID()), PID: os.Getpid(), Sudo: os.Getenv("SUDO_USER"), Profile: a.profile.Name,
		Script: script, Arguments: maskedArguments(args), Reason: audit.Mask(a.options.reason),
	}
	if u, err := user.Current(); err == nil {
		r.User = u.Username
	}
	r.Host, _ = os.Hostname()
	return r
}

// masked keeps what the script declares to be secret out of the record.
func (h *host) masked(words []string) { h.run.Arguments = maskedArguments(words) }

// maskedArguments has in place of a database URL what may be shown of it. What is no URL is masked
// by how it looks.
func maskedArguments(words []string) []string {
	list := audit.MaskArguments(words)
	for i, word := range words {
		name, value, found := strings.Cut(word, "=")
		switch {
		case isDatabaseURL(word):
			list[i] = client.Redact(word)
		case found && strings.HasPrefix(name, "-") && isDatabaseURL(value):
			list[i] = name + "=" + client.Redact(value)
		}
	}
	return list
}

func isDatabaseURL(word string) bool {
	scheme, rest, found := strings.Cut(strings.ToLower(strings.TrimSpace(word)), ":")
	kind, _, _ := strings.Cut(scheme, "+")
	return found && strings.HasPrefix(rest, "/") && slices.Contains([]string{"postgres", "postgresql", "cockroachdb", "sqlite", "sqlite3"}, kind)
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// runIDLayout is the beginning of an id: when the run began.
const runIDLayout = "20060102-150405-"

// newRunID sorts by time, and is short enough to type.
func newRunID() string {
	random := make([]byte, 3)
	_, _ = rand.Read(random)
	return clock().UTC().Format(runIDLayout) + hex.EncodeToString(random)
}

// auditFile is where changes are written.
func (a *app) auditFile() (string, error) {
	if a.options.audit != "" {
		return a.options.audit, nil
	}
	folder, err := stateFolder()
	if err != nil {
		return "", fmt.Errorf("it has no place: %w", err)
	}
	return filepath.Join(folder, "audit.jsonl"), nil
}

// stateFolder is ours in the user's state folder, as the XDG base directory specification has it.
func stateFolder() (string, error) {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "dbos-script"), nil
}

// end ends the run that gave an error or none, and gives what is to be reported of it: a dry run ends
// with its plan, a run that was stopped with what it has done.
func (h *host) end(err error) error {
	flushed := h.printer.Flush()
	shown := h.conclude(err)
	var logged error
	if h.log != nil {
		logged = h.log.Close(runOutcome(err), exitCodeOf(err))
	}
	return errors.Join(err, flushed, shown, h.close(), logged)
}

func (h *host) conclude(err error) error {
	if h.app.options.dryRun {
		return h.app.printPlan(h.guard.Plan())
	}
	var exit *stdlib.ExitRequest
	if err == nil || errors.As(err, &exit) {
		h.app.printTallies(h.guard.Tallies(), terminal.Is(h.app.err))
		return nil
	}
	return h.app.printSummary(h.script, h.guard.Summary())
}

// exitCodeOf is the exit code of a run's error or of its success.
func exitCodeOf(err error) int {
	if err == nil {
		return stdlib.ExitSuccess
	}
	return exitCode(err)
}

// runOutcome is how the record says that a run has ended.
func runOutcome(err error) string {
	if timedOut(err) {
		return "timeout"
	}
	switch exitCodeOf(err) {
	case stdlib.ExitSuccess:
		return "success"
	case stdlib.ExitPartial:
		return "partial"
	case stdlib.ExitDenied:
		return "denied"
	case stdlib.ExitInterrupted:
		return "interrupted"
	}
	return "failed"
}

// asker asks the person at the terminal; nil where there is none.
func (a *app) asker() func(context.Context, guard.Question) (bool, error) {
	in, is := a.in.(*os.File)
	if !is || !terminal.Is(in) {
		return nil
	}
	return func(ctx context.Context, q guard.Question) (bool, error) { return a.ask(ctx, in, q) }
}
