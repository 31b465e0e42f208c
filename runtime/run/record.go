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

// newGuard makes the policy of a run, and the log that it writes.
func (r *Run) newGuard() {
	c := r.config
	config := guard.Config{
		MaxChanges: c.maxChanges(), ConfirmAbove: c.confirmAbove(), Yes: c.Yes, DryRun: c.DryRun,
		Ask: c.Ask, Abort: func(err error) { r.vm.Abort(err) }, Waiting: c.Waiting,
	}
	if c.AuditFile != nil && !c.DryRun {
		r.record = r.describe()
		r.log = audit.New(c.AuditFile, &r.record, Environment{}.Now, audit.Mask)
		config.Log = r.log
	}
	r.guard = guard.New(config)
}

// describe returns the fields of the run for the audit log. Execute adds the script's hash.
func (r *Run) describe() audit.Run {
	record := audit.Run{
		ID: cmp.Or(r.config.Environment.ID, newID()), PID: os.Getpid(), Sudo: os.Getenv("SUDO_USER"), Profile: r.config.Profile,
		Script: r.config.Script, Arguments: maskedArguments(r.config.Arguments), Reason: audit.Mask(r.config.Reason),
	}
	if u, err := user.Current(); err == nil {
		record.User = u.Username
	}
	record.Host, _ = os.Hostname()
	return record
}

// masked keeps arguments that the script declares to be secret out of the record.
func (r *Run) masked(words []string) { r.record.Arguments = maskedArguments(words) }

// maskedArguments replaces a database URL by the parts that may be shown, and masks other secrets
// if they look like one.
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

// idLayout is the beginning of a run's id: when it began. Ids sort by time, and are short enough to
// type.
const idLayout = "20060102-150405-"

func newID() string {
	random := make([]byte, 3)
	_, _ = rand.Read(random)
	return time.Now().UTC().Format(idLayout) + hex.EncodeToString(random)
}

// TickID returns the id in the audit log of the run of a script for a tick of its schedule. Two
// processes have different ones.
func TickID(script string, tick time.Time) string {
	host, _ := os.Hostname()
	sum := sha256.Sum256([]byte(fmt.Sprint(script, tick.UnixNano(), host, os.Getpid())))
	return tick.UTC().Format(idLayout) + hex.EncodeToString(sum[:3])
}
