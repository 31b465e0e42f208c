package run

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
)

// newGuard makes the gate of the run and, if the run has an audit file and is no dry run, the log
// in which the gate records each change.
func (r *Run) newGuard() {
	c := r.config
	config := guard.Config{
		MaxChanges: c.maxChanges(), ConfirmAbove: c.confirmAbove(), Yes: c.Yes, DryRun: c.DryRun,
		Ask: r.asking(), Abort: func(err error) { r.vm.Abort(err) }, Waiting: c.Waiting, Planned: c.Planned,
	}
	if c.AuditFile != nil && !c.DryRun {
		r.record.ID, r.words = cmp.Or(c.Environment.ID, NewID()), c.Arguments
		r.log = audit.New(c.AuditFile, r.describe, Environment{}.Now, audit.Mask)
		config.Log = r.log
	}
	r.guard = guard.New(config)
}

// ID returns the id of the run in the audit log, or "" if it keeps no log.
func (r *Run) ID() string { return r.record.ID }

// Record returns the fields of the run for the audit log, without secrets.
func (r *Run) Record() audit.Run { return r.describe() }

// describe returns the fields of the run for the audit log, which asks for them before the first
// change: a run that changes nothing does not look up its user and masks nothing.
func (r *Run) describe() audit.Run {
	record := r.record
	record.PID, record.Sudo, record.Profile = os.Getpid(), os.Getenv("SUDO_USER"), r.config.Profile
	record.Script, record.Arguments = cmp.Or(record.Script, r.config.Script), maskedArguments(r.words)
	record.Reason, record.Plan = audit.Mask(r.config.Reason), r.config.Plan
	if u, err := user.Current(); err == nil {
		record.User = u.Username
	}
	record.Host, _ = os.Hostname()
	return record
}

// masked sets the arguments of the audit log again, after the script has masked what it
// declares to be secret.
func (r *Run) masked(words []string) { r.words = words }

// maskedArguments returns the arguments without secrets. Of a database URL the parts that may be
// shown are left; anything else that looks like a secret is masked.
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

// idLayout is the layout of the first part of a run's id, the time at which it began, because ids
// then sort by time. Six random digits follow: an id is short enough to type.
const idLayout = "20060102-150405-"

// NewID returns the id of a run that begins now. Ids sort by time.
func NewID() string {
	random := make([]byte, 3)
	_, _ = rand.Read(random)
	return time.Now().UTC().Format(idLayout) + hex.EncodeToString(random)
}

// TickID returns the id of the run that a tick of a schedule starts. It is the same each time a
// process asks for it, and another one in each process.
func TickID(script string, tick time.Time) string {
	host, _ := os.Hostname()
	sum := sha256.Sum256([]byte(fmt.Sprint(script, tick.UnixNano(), host, os.Getpid())))
	return tick.UTC().Format(idLayout) + hex.EncodeToString(sum[:3])
}
