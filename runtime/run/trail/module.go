package trail

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Host connects the module to the run.
type Host struct {
	// Path returns the path of the audit log. Nil is for a run without one, which reads no changes.
	Path func() (string, error)
	// Database is the URL of the run's database without secrets.
	Database string
}

// A Query selects changes.
type Query struct {
	RunID      string    `json:"run_id" doc:"Only changes of this run: its id, the beginning or the end of its id, or last, the latest run that changed something." nonempty:"true"`
	StartTime  time.Time `json:"start_time" doc:"Only changes at or after this time." past:"true"`
	EndTime    time.Time `json:"end_time" doc:"Only changes at or before this time." past:"true"`
	User       string    `json:"user" doc:"Only changes of this user, or of a user who became this one." nonempty:"true"`
	Operation  []string  `json:"operation" doc:"Only changes by one of these functions, such as cancel_workflows."`
	WorkflowID []string  `json:"workflow_id" doc:"Only changes that name one of these workflows, or fork one of them."`
	QueueName  []string  `json:"queue_name" doc:"Only changes of these queues, and of workflows that were on them or came there."`
	Everywhere bool      `json:"everywhere" doc:"Changes of all databases, and not only of the run's own."`
	LoadIDs    bool      `json:"load_ids" doc:"All ids of each change, and not only the first thousand."`
	Limit      int       `json:"limit" doc:"The largest number of changes to return; the newest are returned." min:"1"`
}

// A Change is one call that changed something, or was refused to.
type Change struct {
	RunID     string    `json:"run_id" doc:"The run that made it."`
	Number    int       `json:"change" doc:"Its number within the run, from 1."`
	Time      time.Time `json:"time" doc:"When it began."`
	User      string    `json:"user,omitempty" doc:"The user who ran it; with sudo, the user who called sudo."`
	Host      string    `json:"host,omitempty" doc:"Where it ran."`
	Profile   string    `json:"profile,omitempty" doc:"The profile of the run."`
	Script    string    `json:"script,omitempty" doc:"The script, or the command."`
	Reason    string    `json:"reason,omitempty" doc:"The value of --reason."`
	Database  string    `json:"database,omitempty" doc:"The URL of the database, without the password."`
	Operation string    `json:"operation" doc:"The function of dbos that was called."`
	Of        string    `json:"of,omitempty" doc:"The kind of the ids: workflow, schedule, version or queue."`
	Count     int       `json:"count" doc:"How many things the call named."`
	Changed   *int64    `json:"changed,omitempty" doc:"How many of them changed; nil if it is not known."`
	Outcome   string    `json:"outcome" doc:"started, done, failed, partly, denied or unknown."`
	Error     string    `json:"error,omitempty" doc:"Why it failed."`
	Name      string    `json:"name,omitempty" doc:"The name of the workflows that it enqueued."`
	QueueName string    `json:"queue_name,omitempty" doc:"The queue on which it put workflows."`
	To        string    `json:"to,omitempty" doc:"The priority, version, queue or state that it set."`
	Undo      string    `json:"undo,omitempty" doc:"The function that undoes it; nil if none does."`
	IDs       []string  `json:"ids" doc:"The workflows, schedules, versions or queues: the first thousand, or all with load_ids."`
	From      []string  `json:"from,omitempty" doc:"The originals of the forks, one for each."`
	Before    []Before  `json:"before,omitempty" doc:"The things that it changed, as they were before; nil if that is not known."`
}

// A Before is a group of changed things with the same values before.
type Before struct {
	Status       string   `json:"status,omitempty" doc:"The state that they were in."`
	QueueName    string   `json:"queue_name,omitempty" doc:"The queue that they were on."`
	Version      string   `json:"version,omitempty" doc:"Their application version, or the one that was the latest."`
	Priority     int64    `json:"priority" doc:"Their priority."`
	Deduplicated bool     `json:"deduplicated" doc:"They had a deduplication id."`
	Delayed      bool     `json:"delayed" doc:"They had a delay."`
	Held         bool     `json:"held" doc:"They were held."`
	Count        int      `json:"count" doc:"How many they are."`
	IDs          []string `json:"ids" doc:"Their ids, as far as the ids of the change are read."`
}

// Module declares audit for a host.
func Module(host Host) declare.Module {
	return declare.Module{
		Name:    "audit",
		Section: declare.ScriptSection,
		Doc:     "Reads the audit log: the changes that runs of dbos-script have made. It cannot write to the log.",
		Guesses: map[string]string{"log": "changes", "list": "changes", "history": "changes", "runs": "changes"},
		Funcs: []declare.Func{declare.Fn("changes", "Returns the changes that match all of the options, the oldest first.",
			func(_ context.Context, q Query) ([]*Change, error) { return host.changes(q) }).Reads().
			Returning("the changes; an empty array when none matches").
			Raises("InvalidOption").
			Notes("The log is the file that `--audit` names, or the user's own. Changes of a dry run are not in the log.").
			Example(`for _, c in ipairs(audit.changes{start_time = "-24h", operation = "cancel_workflows"}) do print(c.time, c.user, c.changed) end`)},
		Classes: []*declare.Class{
			declare.RecordOf[Change]("audit_change", "One change in the audit log."),
			declare.RecordOf[Before]("audit_before", "Things that had the same values before a change."),
		},
	}
}
