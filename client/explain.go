package client

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// An explanation is made of facts and rules. explain_facts.go reads the facts: the workflow, its
// last steps, its queue, and the executors that have worked lately. A rule looks at them and
// returns a reason, or nothing. The rules of a state stand in the order of rank:
// explain_waiting.go has the rules of workflows that no executor has taken, and explain_running.go
// the rules of all others.

// An Explanation says why a workflow moves, or does not.
type Explanation struct {
	WorkflowID      string             `json:"workflow_id" doc:"The workflow's id."`
	Status          WorkflowStatusType `json:"status,omitempty" doc:"Its state; nil if no workflow has the id."`
	Name            string             `json:"name,omitempty" doc:"The name of its function."`
	QueueName       string             `json:"queue_name,omitempty" doc:"The queue it is on; nil if it is on none."`
	ApplicationName string             `json:"application_name,omitempty" doc:"The application that owns it; nil if none does."`
	Stuck           bool               `json:"stuck" doc:"Whether something keeps it from moving, by the first reason."`
	Reasons         []Reason           `json:"reasons" doc:"The reasons, the most important first; at least one."`
}

// A Reason is one cause of the state that a workflow is in.
type Reason struct {
	Cause    Cause    `json:"cause" doc:"The cause, in one word for programs, such as queue_concurrency."`
	Text     string   `json:"text" doc:"The cause in a sentence."`
	Evidence []string `json:"evidence,omitempty" doc:"The rows that show it, a line each; nil if the text says all."`
	Command  string   `json:"command,omitempty" doc:"A command that helps; nil if none does."`
}

// A Cause names a reason.
type Cause string

// The causes of workflows that no executor has taken.
const (
	CauseDeadlinePassed       Cause = "deadline_passed"       // its deadline is over
	CauseDelayed              Cause = "delayed"               // it is due later
	CauseHeld                 Cause = "held"                  // somebody has held it
	CauseQueuePaused          Cause = "queue_paused"          // somebody has paused its queue
	CauseOtherApplication     Cause = "other_application"     // no executor of its owner takes from its queue
	CauseUnknownQueue         Cause = "unknown_queue"         // nobody takes from its queue
	CauseNoPartitionKey       Cause = "no_partition_key"      // its queue is partitioned, and it has no key
	CauseUnwantedPartitionKey Cause = "unwanted_partition"    // it has a key, and its queue is not partitioned
	CauseUnknownName          Cause = "unknown_name"          // no application has run a workflow of its name and class
	CauseSerialization        Cause = "serialization"         // no script can read its input
	CauseUnknownVersion       Cause = "unknown_version"       // no application has registered its version
	CauseOldVersion           Cause = "old_version"           // executors of its version have ended
	CauseQueueConcurrency     Cause = "queue_concurrency"     // as many workflows of its queue run as are allowed
	CauseWorkerConcurrency    Cause = "worker_concurrency"    // each executor runs as many workflows of its queue as it may
	CausePartitionConcurrency Cause = "partition_concurrency" // as many workflows of its partition run as are allowed
	CauseRateLimit            Cause = "rate_limit"            // as many workflows have started in the period as are allowed
	CauseInLine               Cause = "in_line"               // other workflows of its queue come first
	CauseNoExecutor           Cause = "no_executor"           // no executor has worked since it began to wait
	CauseLimitsUnknown        Cause = "limits_unknown"        // its queue has limits that no table shows
	CauseWaiting              Cause = "waiting"               // nothing is wrong: an executor takes it soon
)

// The causes of workflows that were taken.
const (
	CauseWaitsForChild    Cause = "waits_for_child"   // a workflow that it started has not ended
	CauseWaitsForMessage  Cause = "waits_for_message" // it waits for a message or an event, until a time
	CauseSleeping         Cause = "sleeping"          // it sleeps until a time
	CauseExecutorSilent   Cause = "executor_silent"   // its executor shows no sign of life
	CauseRunning          Cause = "running"           // nothing is wrong: it runs
	CauseDeadLetter       Cause = "dead_letter"       // its executors died too often
	CauseCancelledRunning Cause = "cancelled_running" // it is cancelled, and its steps still run
	CauseCancelled        Cause = "cancelled"         // it is cancelled
	CauseFailed           Cause = "failed"            // it ended in ERROR
	CauseSucceeded        Cause = "succeeded"         // it ended in SUCCESS
	CauseUnknownState     Cause = "unknown_state"     // its state is none that an SDK writes
)

// moving are the causes that leave a workflow nothing to wait for but its turn or its own work.
var moving = []Cause{CauseDelayed, CauseWaiting, CauseInLine, CauseRunning, CauseSleeping, CauseSucceeded, CauseScheduled}

func (c *systemClient) ExplainWorkflow(workflowID string) (*Explanation, error) {
	const op = "explain workflow"
	if workflowID == "" {
		return nil, invalid(op, "the workflow id is empty")
	}
	f, err := c.facts(op, workflowID)
	if CodeOf(err) == NonExistentWorkflow {
		return c.explainAbsent(op, workflowID, err)
	}
	if err != nil {
		return nil, err
	}
	wf := f.workflow
	e := &Explanation{WorkflowID: workflowID, Status: wf.Status, Name: wf.Name, QueueName: wf.QueueName, ApplicationName: wf.ApplicationName,
		Reasons: f.reasons()}
	e.setStuck()
	return e, nil
}

// setStuck sets Stuck by the first reason.
func (e *Explanation) setStuck() { e.Stuck = !slices.Contains(moving, e.Reasons[0].Cause) }

// A rule returns a reason if the facts show it, and nil otherwise.
type rule func(*facts) *Reason

// reasons returns the reasons that the rules of the workflow's state find, in the order of the
// rules. The last rule of each state is asked only if the others have found nothing.
func (f *facts) reasons() []Reason {
	var rules []rule
	switch f.workflow.Status {
	case WorkflowStatusEnqueued:
		rules = enqueuedRules()
	case WorkflowStatusDelayed:
		rules = []rule{deadlinePassed, held, queuePaused, overdueDelay, delayed}
	case WorkflowStatusPending:
		rules = pendingRules()
	case WorkflowStatusCancelled:
		rules = []rule{cancelledRunning, cancelled}
	case WorkflowStatusMaxRecoveryAttemptsExceeded:
		rules = []rule{deadLetter}
	default:
		rules = []rule{ended}
	}
	var found []Reason
	for i, find := range rules {
		if last := i == len(rules)-1; last && len(found) > 0 {
			break
		}
		if reason := find(f); reason != nil {
			found = append(found, *reason)
		}
	}
	return found
}

// command returns a command of dbos-script about a workflow or a queue, for a shell. A name that
// looks like a flag stands behind "--".
func command(name, about string, flags ...string) string {
	words := append([]string{name}, flags...)
	if strings.HasPrefix(about, "-") {
		words = append(words, "--")
	}
	return commandLine(append(words, about)...)
}

// commandLine returns a command of dbos-script for a shell.
func commandLine(words ...string) string {
	line := "dbos-script"
	for _, word := range words {
		if !plainWord.MatchString(word) {
			word = shellQuote(word)
		}
		line += " " + word
	}
	return line
}

// plainWord matches words that mean the same to a shell without quotes.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=-]+$`)

// A word stands in Lua as it is, such as the name of an option.
type word string

// script returns the command that runs a piece of Lua, for a shell. Texts become literals of Lua.
func script(format string, args ...any) string {
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			args[i] = luaText(text)
		}
	}
	return "dbos-script -e " + shellQuote(fmt.Sprintf(format, args...))
}

// luaText returns a literal of Lua 5.1, which knows no escapes but decimal digits for bytes
// without a letter of their own.
func luaText(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(text) {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\%03d`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + `"`
}

// shellQuote returns a word as POSIX shells read it.
func shellQuote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// since returns the time from a moment to now in the two largest units: "3h12m".
func (f *facts) since(at time.Time) string { return span(f.now.Sub(at)) }

// span returns a duration in its two largest units, with a precision of a second.
func span(d time.Duration) string {
	d = max(d, 0)
	day, hour := 24*time.Hour, time.Hour
	switch {
	case d >= day:
		return fmt.Sprintf("%dd%dh", d/day, d%day/hour)
	case d >= hour:
		return fmt.Sprintf("%dh%dm", d/hour, d%hour/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%ds", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%ds", d/time.Second)
}

// clock returns a time as evidence shows it.
func clock(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// read is one of the reads of an explanation.
func (f *facts) read(c *systemClient, op string, plan db.Plan) error {
	return c.read(op, func(b *db.Batch) {
		b.Indexed()
		plan(b)
	})
}
