package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/check"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/consent"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/run/profile"
	"github.com/dbos-script/dbos-script/stdlib/grants"
	"github.com/dbos-script/dbos-script/stdlib/params"
)

// needsWord matches scripts that may declare needs.
var needsWord = regexp.MustCompile(`\bneeds\b`)

// declaredNeeds returns the grants that a script declares to need, without running it, and the line
// of the declaration. The error is about a need that no person could approve.
func declaredNeeds(name, text string) (needs grants.Lists, line int, err error) {
	if !needsWord.MatchString(text) || !declaresWord.MatchString(text) {
		return grants.Lists{}, 0, nil
	}
	declared, line := check.New(declare.NewRegistry(run.Modules()...)).Needs(name, text)
	if declared == nil || !params.DeclaresNeeds(declared) {
		return grants.Lists{}, 0, nil
	}
	needs, err = params.Needs(declared)
	return needs, line, err
}

// A needing is a script with the needs that it declares.
type needing struct {
	path    string // of the script, or its name
	bundle  durable.Bundle
	needs   grants.Lists // as it declares them
	settled grants.Lists // by what they mean on this machine
	subject consent.Subject
}

// needing returns what a person has to approve of a script, or nil if it needs nothing beyond the
// flags.
func (a *app) needing(path string, bundle durable.Bundle) (*needing, error) {
	needs, line, err := declaredNeeds(bundle.Name, bundle.Text)
	if err != nil {
		return nil, &usageError{message: fmt.Sprintf("%s:%d: %v", bundle.Name, line, err)}
	}
	flag, _, err := a.exceeding(needs)
	if err != nil {
		return nil, &usageError{message: fmt.Sprintf("%s:%d: needs: %v", bundle.Name, line, err)}
	}
	if flag == "" {
		return nil, nil
	}
	n := &needing{path: path, bundle: bundle, needs: needs}
	if n.settled, err = needs.Settled(); err != nil {
		return nil, &usageError{message: fmt.Sprintf("%s:%d: needs: %v", bundle.Name, line, err)}
	}
	n.settled.DB = list(n.settled.DB, settledDatabase)
	n.subject = consent.Subject{SHA256: bundle.Content(), Profile: a.profile.Name, File: a.profile.File, Needs: list(n.shown(), audit.Mask)}
	if n.subject.File != "" {
		n.subject.File, err = filepath.Abs(n.subject.File)
	}
	return n, err
}

// settledDatabase returns a database by what it means here: a file by its absolute path.
func settledDatabase(value string) string {
	place, err := client.ClientConfig{DatabaseURL: value}.Place()
	if err != nil || place.File == "" {
		return value // a server, or the name of a profile
	}
	return "sqlite:" + place.File
}

// shown returns the flags that grant the settled needs. A database that is named by a profile has
// the file of the profile and what stands there, because whoever writes the file can change that.
func (n *needing) shown() []string {
	others := n.settled
	others.DB = nil
	flags := others.Flags()
	for _, value := range n.settled.DB {
		flags = append(flags, (grants.Lists{DB: []string{value}}).Flags()[0]+profilePlace(value))
	}
	return flags
}

// profilePlace returns the file and the database of a profile as a text without secrets. It is
// empty if there is no such profile.
func profilePlace(name string) string {
	found, err := profile.Find(name, profileFiles())
	if err != nil {
		return ""
	}
	settings, err := found.Settings(os.LookupEnv)
	if err != nil {
		return "" // the run is refused
	}
	var config client.ClientConfig
	more := ""
	for _, s := range settings {
		switch s.Flag {
		case "db":
			config.DatabaseURL = s.Value
		case "schema", "sdk", "application", "read-only":
			more += ", " + s.Flag + " " + s.Value
		}
	}
	place, err := config.Place()
	if err != nil {
		return ""
	}
	where := place.File
	if where == "" {
		where = place.Hosts + "/" + place.Database
	}
	if place.User != "" {
		where += " as " + place.User
	}
	return fmt.Sprintf(" (the profile of %s: %s%s)", absolute(found.File), where, more)
}

// approvals returns the store of approvals. It is beside the profiles of the user, and never beside
// the ones of a project, because whoever writes a script may write there.
func approvals() consent.Store { return consent.In(approvalsFolder()) }

func approvalsFolder() string {
	config, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(config, "dbos-script", "approvals")
}

// withNeeds returns the settings of a run of a script with the needs that a person has approved. If
// nobody has, it asks if it may. The modules of the run are the approved texts.
func (a *app) withNeeds(ctx context.Context, path string, bundle durable.Bundle, mayAsk bool) (*app, error) {
	n, err := a.needing(path, bundle)
	if err != nil || n == nil {
		return a, err
	}
	approved, err := approvals().Approved(n.subject)
	if err == nil && !approved {
		err = a.approveNeeds(ctx, n, mayAsk)
	}
	if err != nil {
		return nil, n.denied(a, err)
	}
	own := *a
	own.options.allow = a.options.allow.Plus(n.settled)
	own.environment.ModuleTexts, own.needed = bundle.Modules, n.subject.Needs
	return &own, nil
}

// errUnapproved is the reason of a refusal where nobody can be asked.
var errUnapproved = fmt.Errorf("nobody has approved that")

// approveNeeds asks the person at the terminal to approve the needs of a script.
func (a *app) approveNeeds(ctx context.Context, n *needing, mayAsk bool) error {
	in, ok := a.in.(*os.File)
	if !mayAsk || !ok || a.asker() == nil {
		return errUnapproved
	}
	yes, err := a.answer(ctx, in, n.lines(a), "approve this")
	if err != nil {
		return err
	}
	if !yes {
		return fmt.Errorf("the answer was no")
	}
	return a.recordApproval(n)
}

// lines describes what is to be approved.
func (n *needing) lines(a *app) []string {
	of := fmt.Sprintf("%s (sha256 %s…)", n.path, n.subject.SHA256[:12])
	if modules := slices.Sorted(maps.Keys(n.bundle.Modules)); len(modules) > 0 {
		of += " with its " + pluralOf(len(modules), "module") + " " + strings.Join(modules, ", ")
	}
	lines := []string{of + " needs"}
	for _, flag := range n.subject.Needs {
		lines = append(lines, "  "+flag)
	}
	until := "Each run of this text is granted that from now on, until the text changes."
	if a.profile.Name != "" {
		until = fmt.Sprintf("Each run of this text under the profile %s is granted that from now on, until the text changes.", a.profile.Name)
	}
	return append(lines, until)
}

func pluralOf(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// recordApproval writes an approval to the audit log, and then stores it.
func (a *app) recordApproval(n *needing) error {
	if err := a.auditApproval(n.path, n.subject.SHA256, audit.Approved, n.subject.Needs); err != nil {
		return err
	}
	return approvals().Approve(consent.Approval{
		Subject: n.subject, Script: absolute(n.path), User: userName(), Reason: audit.Mask(a.options.reason), At: a.environment.Now().UTC(),
	})
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil && path != standardInput {
		return full
	}
	return path
}

// auditApproval writes a line about an approval to the audit log.
func (a *app) auditApproval(script, hash, outcome string, needs []string) error {
	host, _ := os.Hostname()
	of := audit.Run{
		ID: run.NewID(), User: userName(), Sudo: os.Getenv("SUDO_USER"), Host: host, PID: os.Getpid(), Profile: a.profile.Name,
		Script: absolute(script), SHA256: hash, Reason: audit.Mask(a.options.reason),
	}
	log := audit.New(a.auditFile, func() audit.Run { return of }, run.Environment{}.Now, audit.Mask)
	return log.Approval(outcome, needs)
}

// denied returns the refusal of a run whose needs nobody has approved.
func (n *needing) denied(a *app, reason error) error {
	flags := strings.Join(list(n.needs.Flags(), audit.Mask), " ")
	hint := "these flags grant it to one run"
	if !isStandardInput(n.path) {
		command := "dbos-script grants approve " + n.path
		if a.profile.Name != "" {
			command += " --profile " + a.profile.Name
		}
		hint = fmt.Sprintf("`%s` approves it for this text; %s", command, hint)
	}
	return &needsError{message: fmt.Sprintf("%s needs %s: %v", n.path, flags, reason), hint: hint, err: reason}
}

// A needsError refuses a run.
type needsError struct {
	message, hint string
	err           error
}

func (e *needsError) Error() string     { return e.message }
func (e *needsError) ErrorHint() string { return e.hint }
func (e *needsError) ErrorCode() string { return "Denied" }

// Is returns true for the error that lets a server leave a workflow unfinished.
func (e *needsError) Is(target error) bool { return target == durable.ErrUnapproved }

// covered is called by args.declare: it returns an error if the grants of the run are less than the
// script declares, such as needs that a script puts together while it runs.
func (a *app) covered(needs grants.Lists) error {
	flag, value, err := a.exceeding(needs)
	if err != nil || flag == "" {
		return err
	}
	return &grants.DeniedError{What: "this script", Flag: flag, Value: value}
}

// exceeding returns the first need that the grants of the run do not cover, as grants.Exceeding
// does.
func (a *app) exceeding(needs grants.Lists) (flag, value string, err error) {
	outer := a.options.allow
	needs.DB, outer.DB = list(needs.DB, settledDatabase), list(outer.DB, settledDatabase)
	return grants.Exceeding(needs, outer)
}

// sayNeeds shows which grants a run has because the script declares them.
func (a *app) sayNeeds(path string, granted *app) {
	if granted != a {
		fmt.Fprintf(a.err, "dbos-script: %s is granted what it needs: %s\n", path, strings.Join(granted.needed, " "))
	}
}
