package run

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/grants"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// DefaultConfirmAbove is how many workflows a run may change before it needs a confirmation: more
// than an incident's worth of single repairs, and less than a fleet.
const DefaultConfirmAbove = 1000

// A Config names the database, the streams and the limits of a run. The zero value has no
// database, discards output, and grants nothing.
type Config struct {
	// Script is the script's name in the audit log.
	Script string
	// Command is the command of the usage text; if empty, "dbos-script run" and the file's name.
	Command string
	// Arguments are the script's own parameters, which it finds in args and in "...".
	Arguments []string
	// Flags are the flags of the command, such as --db, that it also takes behind the script. The
	// usage text says how to pass a parameter of the same name.
	Flags []string

	// Database is the database of dbos.list_workflows and the other functions of dbos. It is
	// opened when the script first needs it. DryRun, Logger, Gate, Grace and Plans are set
	// by the run.
	Database client.ClientConfig
	// Pools are shared by the runs of a long-lived process. If nil, each run opens its own pool.
	Pools *client.Pools
	// Neighbours are the runs of a long-lived process, whose limits of memory are kept apart. Nil
	// is for a run that is alone in its process.
	Neighbours *vm.Neighbours
	// Opening is called before Database is opened; an error keeps it closed. It may be nil.
	Opening func() error

	Streams

	// Limits bound time, memory and output. Zero is a default: no limit of time, 512 MiB, 1 GiB.
	Limits vm.Limits
	// Grants open files, hosts, variables, programs and databases to the script. A database is a
	// URL, or the name of a profile.
	Grants grants.Lists
	// Needs is called with the grants that the script declares to need, before it goes on. An error
	// ends the call. Nil lets it find out when it uses them.
	Needs func(grants.Lists) error
	// Profiles are the files in which profiles are looked up; one that is missing is passed over.
	Profiles []string
	// Kept are files that no grant opens, such as the audit log.
	Kept []string
	// KeptFolders are folders in which no grant lets a script write.
	KeptFolders []string
	// Transport sends the requests of the module http; nil is http.DefaultTransport with its
	// limits.
	Transport http.RoundTripper

	Safety

	// Abandoned counts the runs of a long-lived process that did not end when they were stopped,
	// and refuses new ones if they are too many. Nil counts none.
	Abandoned *Abandoned

	// Environment replaces the clock, the database and modules of a run, for tests and schedules.
	Environment Environment
}

// Streams are the input and the outputs of a run.
type Streams struct {
	// Stdin is read for the word "-" among the ids of a command line. If it is nil, such a
	// word is an error.
	Stdin io.Reader
	// Stdout receives printed and emitted values; nil discards them.
	Stdout io.Writer
	// Stderr receives logs, progress and warnings; nil discards them. If it is a *terminal.JSONLog,
	// log records go to it as JSON.
	Stderr io.Writer
	// Format is how emit writes; empty is NDJSON, one JSON document per line.
	Format render.Format
	// Width returns the width of tables in columns, 0 for no bound. It may be nil.
	Width func() int
	// Zone is the time zone in which tables show times and parameters name them; nil is UTC.
	Zone *time.Location
	// Ages has tables show times as how long ago they were.
	Ages bool
	// FullScreen lets the script take over the terminal that Stdout is, with the module screen. It
	// is for a run that has the terminal to itself.
	FullScreen bool
	// Verbose shows debug messages of the log.
	Verbose bool
	// PrintedTable is called when print first shows a table by its address. It may be nil.
	PrintedTable func()
}

// Safety limits the changes of a run, and records them.
type Safety struct {
	// DryRun changes nothing, neither in the database nor outside of it, and collects a plan.
	DryRun bool
	// Outside lets a dry run still run programs, write files and send requests.
	Outside bool
	// MaxChanges is how many workflows the run may change; nil is no limit.
	MaxChanges *int64
	// ConfirmAbove is how many it may change without a confirmation; nil is DefaultConfirmAbove.
	ConfirmAbove *int64
	// Yes confirms everything beforehand.
	Yes bool
	// Ask asks a person for a confirmation. Nil refuses changes that need one, unless Yes is set.
	Ask func(context.Context, guard.Question) (bool, error)
	// AuditFile returns the path of the file that changes are recorded in. It is called before the
	// first change, and an error refuses the change. Nil records nothing.
	AuditFile func() (string, error)
	// AuditPath returns the path of the log that the module audit reads. It is nil without a log.
	AuditPath func() (string, error)
	// Reason and Profile stand in the record.
	Reason, Profile string
	// Plan is the plan that the run carries out, for the record; nil if there is none.
	Plan *audit.Plan
	// Waiting is called if a stopped run waits for a change under way. It may be nil.
	Waiting func(operation string, cause error)
	// Planned is called with each change of a dry run that would succeed, and if it is of another
	// database than Database. Its error ends the run. It may be nil.
	Planned func(change *client.Change, other bool) error
	// Conclude is called at the end of a run, before its connections are closed, with its error
	// or nil. It shows a report of the run. It may be nil.
	Conclude func(*Run, error) error
}

// confirmAbove returns the number of changes above which a run needs a confirmation.
func (s Safety) confirmAbove() int64 {
	if s.ConfirmAbove == nil {
		return DefaultConfirmAbove
	}
	return *s.ConfirmAbove
}

// maxChanges returns the limit of changes, or -1 if there is none.
func (s Safety) maxChanges() int64 {
	if s.MaxChanges == nil {
		return -1
	}
	return *s.MaxChanges
}

// effective sets defaults.
func (c Config) effective() Config {
	if c.Stdout == nil {
		c.Stdout = io.Discard
	}
	if c.Stderr == nil {
		c.Stderr = io.Discard
	}
	if c.Format == "" {
		c.Format = render.NDJSON
	}
	screen := &terminal.Screen{}
	c.Stdout, c.Stderr = harmless(screen, c.Stdout), harmless(screen, c.Stderr)
	c.Database.DryRun = c.DryRun
	return c
}

// harmless returns a writer through which no value of a database drives a terminal.
func harmless(screen *terminal.Screen, w io.Writer) io.Writer {
	if _, clean := w.(*terminal.Writer); clean || !terminal.Is(w) {
		return w
	}
	return screen.Writer(w)
}

// A ConfigError is a mistake in a Config: a grant that cannot be read, or settings that contradict
// each other.
type ConfigError struct {
	Message string // names the setting and the problem
	Hint    string // how to mend it; may be empty
}

// Error returns the message.
func (e *ConfigError) Error() string { return e.Message }

// ErrorHint returns the hint, or "".
func (e *ConfigError) ErrorHint() string { return e.Hint }

// ExitCode returns the exit code of wrong usage.
func (e *ConfigError) ExitCode() int { return stdlib.ExitUsage }

// A DeniedError says that a run may not do something.
type DeniedError struct {
	Err error // the refusal, with its reason
}

// Error returns the message of Err.
func (e *DeniedError) Error() string { return e.Err.Error() }

// ErrorCode returns "Denied".
func (e *DeniedError) ErrorCode() string { return "Denied" }

// Unwrap returns the reason.
func (e *DeniedError) Unwrap() error { return e.Err }
