package client

import "io"

// Administration is the part of Client for queues and the workflows that wait on them,
// applications, counts, explanations and what an operator changes of a schedule.
type Administration interface {
	// RegisterQueue stores a queue, or changes the one of that name as QueueInput.OnConflict says,
	// and returns it as it is stored. Running applications notice it within a second or so. It
	// belongs to ApplicationName, or else to the application of the client; without an owner, every
	// application of the database takes from it.
	//
	// It returns AlreadyExists if the queue belongs to another application than the stated one,
	// Unsupported if the database lacks the column of a limit or of the owner, and InvalidOption if
	// the name is missing or a limit is out of range or contradicts another.
	RegisterQueue(input QueueInput) (*Queue, error)

	// RetrieveQueue returns a registered queue, or nil without an error if there is none of that
	// name. It returns InvalidOption if the name is empty.
	RetrieveQueue(name string) (*Queue, error)

	// ListQueues returns the registered queues that match all options, in the order of their names,
	// with the counts of their workflows. With ClientConfig.AppName, queues of other applications
	// are left out unless WithListQueuesApplicationNames is given. It returns Unsupported if the
	// database lacks the column of a filter.
	ListQueues(opts ...ListQueuesOption) ([]Queue, error)

	// UpdateQueue changes a registered queue, and returns it as it is stored then. It returns
	// QueueNotFound if there is none of that name, AlreadyExists if it belongs to another
	// application than ClientConfig.AppName, and the other errors of RegisterQueue.
	UpdateQueue(name string, update QueueUpdate) (*Queue, error)

	// UpdateSchedule changes a schedule, and returns it as it is stored then. What the update
	// leaves empty stays as it is: also the state, the owner and the time of the last run.
	// Applications that run notice within half a minute. It returns ScheduleNotFound if there is
	// none of that name, InvalidOption if the update names nothing or a value is wrong,
	// AlreadyExists if another application than ClientConfig.AppName owns the schedule, and
	// Unsupported as CreateSchedule does if the update names a context, a class, a workflow or a
	// queue.
	UpdateSchedule(scheduleName string, update ScheduleUpdate) (*WorkflowSchedule, error)

	// PauseQueue pauses a registered queue, so that no workflow of it starts until it is resumed,
	// and returns it. Workflows that run go on. Its limits are kept, also over an UpdateQueue in
	// between; an application that sets the rate limit of the queue ends the pause. A queue that is
	// paused stays so. It returns QueueNotFound if there is none of that name, AlreadyExists if it
	// belongs to another application than ClientConfig.AppName, and Conflict if somebody else has
	// just resumed it.
	PauseQueue(name string) (*Queue, error)

	// ResumeQueue ends the pause of a registered queue, and returns it with the limits that it
	// had. A queue that is not paused stays as it is. It returns the errors of PauseQueue, with
	// Conflict if somebody else has just paused it, and InvalidOption if something else has set
	// the rate limit to 0.
	ResumeQueue(name string) (*Queue, error)

	// HoldAll holds workflows that wait (in ENQUEUED or DELAYED) until ReleaseAll: no executor of
	// any SDK takes them, and they are DELAYED until then. It reports on each: unchanged are
	// workflows in other states and any that a debouncer delays, unknown are ids that do not exist.
	// A workflow that is held already counts as changed. Resuming a held workflow ends the hold.
	HoldAll(workflowIDs []string) (*Report, error)

	// ReleaseAll releases held workflows, and reports on each. Each has the state, the place in its
	// queue and the delay that it had before. Unchanged are workflows that are not held, unknown
	// are ids that do not exist.
	ReleaseAll(workflowIDs []string) (*Report, error)

	// MoveQueueAll moves workflows that wait (in ENQUEUED or DELAYED) to another queue, and
	// reports on each like SetPriorityAll. It returns InvalidOption, and moves none, if other
	// queues are known in the database and this one is not, or if it is partitioned and a workflow
	// has no partition key; and QueueDeduplicated if another workflow of the queue holds the
	// deduplication id of one.
	MoveQueueAll(workflowIDs []string, queueName string) (*Report, error)

	// MoveVersionAll changes the application version of workflows that wait, and reports on each
	// like SetPriorityAll. It returns InvalidOption, and changes none, if versions are registered
	// and this one is not.
	MoveVersionAll(workflowIDs []string, version string) (*Report, error)

	// DeleteQueue deletes a registered queue and returns the number of workflows that wait on it,
	// which no executor takes until the queue is registered again. It returns
	// QueueNotFound if there is none of that name, and AlreadyExists if it belongs to
	// another application than ClientConfig.AppName.
	DeleteQueue(name string) (stranded int64, err error)

	// RenameApplication makes one application the owner of all rows of another, of rows without an
	// owner if AdoptUnclaimed is set, or of both, and returns how many rows moved. Queues,
	// schedules, versions and unfinished workflows move together; ended workflows and steps follow
	// in batches, so an error after that leaves some behind, and a repeated call moves the rest.
	// Stop the application before, because it takes workflows under its old name.
	//
	// The gate is asked about the number of rows, which Change.Rows has; if there are more by then,
	// nothing moves, and it returns Conflict.
	//
	// It returns InvalidOption if there is no new name, if it equals the old one, or if neither an
	// old name nor AdoptUnclaimed is given; Unsupported if the database cannot name owners; and
	// NonExistentApplication if no row has the old name.
	RenameApplication(input RenameApplicationInput) (ApplicationRowCounts, error)

	// PruneWorkflows deletes finished workflows, with all that belongs to them, in the order
	// in which they ended. Each batch is a transaction of its own, so a call that is
	// interrupted has deleted whole workflows only; it returns the result so far with the
	// error. Unfinished workflows, their ancestors (parents, and the originals of forks) and
	// their own children stay. It deletes at most as many as the gate was asked about; a
	// workflow that ends during the call stays.
	//
	// With Keep, the workflows of each name that match Where are ordered by the time at which they
	// ended, and of two that ended in the same millisecond the greater id is the newer one. The
	// newest Keep of them stay, also the ones that would be older than OlderThan. A workflow
	// without a time of completion ended when its row was last changed. In a dry run nothing is
	// marked as deleted, so later reads return all rows.
	//
	// It returns InvalidOption if neither OlderThan nor Keep is given, or a state of Where
	// is not finished; Conflict if another prune is at work in the database; and the
	// errors of ListWorkflows.
	PruneWorkflows(input PruneInput) (*PruneResult, error)

	// PlanPrune returns what PruneWorkflows would delete, by name and state with sizes, and
	// how many matching workflows are protected. It returns the errors of PruneWorkflows,
	// but never Conflict.
	PlanPrune(input PruneInput) (*PrunePlan, error)

	// ExplainWorkflow returns why a workflow moves, or does not: the reasons that its row, its
	// steps, its queue and the newest workflows show, the most important first. A reason about an
	// executor that shows no sign of life is the verdict of Executors. In a dry run it describes
	// the workflow as it is stored. If there is no such workflow, the id may be that of a run
	// which a schedule has not started, the name of a schedule, or a deduplication id; otherwise
	// it returns NonExistentWorkflow.
	ExplainWorkflow(workflowID string) (*Explanation, error)

	// RecoverAll puts the workflows that are PENDING back on their queues, as the SDKs do when an
	// executor starts again, and reports on each. Attempts, deadline, priority and deduplication id
	// stay; a workflow that came off no queue goes on the internal queue, without its deduplication
	// id. An executor that has taken a workflow since the call began keeps it. The caller has to
	// know that the old executors have died: see Recovery.MayRunTwice.
	RecoverAll(workflowIDs []string) (*Recovery, error)

	// ListFailures groups the workflows in ERROR and MAX_RECOVERY_ATTEMPTS_EXCEEDED that match
	// the filter: by the pattern of their message and the step that failed, or as
	// FailuresInput.By says. The largest group is first; if no workflow failed, there is none.
	// Messages belong to one pattern if they differ in numbers, ids, times, addresses or quoted
	// texts only, or in one or two words in which at least five differ. In a dry run it reads the
	// workflows as they are stored.
	//
	// It returns InvalidOption if By or Examples is none of the allowed values, and the errors of
	// ListWorkflows.
	ListFailures(input FailuresInput) ([]FailureGroup, error)

	// CountWorkflows returns the number of workflows that match all options of ListWorkflows, but
	// for the limit and the offset, which have no meaning here. In a dry run it counts them as they
	// are stored. It returns the errors of ListWorkflows.
	CountWorkflows(opts ...ListWorkflowsOption) (int64, error)

	// Executors returns the executors that have PENDING workflows or whose signs of life are among
	// the newest, in the order of application, id and version; an empty list if there are none. No
	// SDK writes a heartbeat: an executor shows itself only when it takes a workflow, and when a
	// step or a workflow ends. So silent means that it has died, or that all its workflows sleep,
	// wait or are in a long step. Only dead is sure: it is silent, and only clients are connected
	// to Postgres. With ClientConfig.AppName, executors of other applications are left out unless
	// ApplicationName is set. In a dry run it describes the database as it is stored. It returns
	// InvalidOption if SilentFor is negative.
	Executors(opts ...ListExecutorsOption) ([]ExecutorInfo, error)

	// Orphans returns the PENDING workflows of executors that are dead, in the order of
	// ListWorkflows; an empty list if there are none. With SilentFor, workflows of executors that
	// are silent for so long are orphans too; only the caller can know whether a healthy executor
	// may be silent for that long. It returns the errors of Executors and ListWorkflows.
	Orphans(opts ...OrphansOption) ([]Orphan, error)

	// Gauges returns the numbers of the database that operators chart: the workflows in each
	// state, the load of each queue, the executors and the number of orphans, of all
	// applications. From 100,000 workflows on the number in SUCCESS is an estimate, and its About
	// is true. In a dry run it counts the database as it is stored.
	Gauges() (*Gauges, error)

	// ExportWorkflows writes workflows with their steps, events, streams and messages, and unless
	// ExportOptions.Children is false with all that they have started, as docs/formats/export.md
	// describes. All of it is read at one moment. A value is written as it is stored, unless
	// ExportOptions.Mask masks it. Memory holds the ids, and at most about 4 MB of rows or one
	// workflow. In a dry run it writes the workflows as they are stored. An id that does not exist
	// is in ExportReport.Unknown; if there is none at all, the file has no workflow.
	//
	// It returns InvalidOption if a rule of Mask is wrong, or if a row is longer than 256 MiB;
	// the error of the writer; and Unavailable if the connection is lost after the first rows
	// were read. After an error, the text that was written has no end, so that no import takes it
	// for a whole file.
	ExportWorkflows(workflowIDs []string, to io.Writer, opts ...ExportOption) (*ExportReport, error)

	// ImportWorkflows inserts the workflows of a file that ExportWorkflows wrote, compressed or
	// not, and reports on each. The tables may be of another version, and of another database
	// system. A workflow whose id exists does not change, and the report says if it differs; so a
	// repeated import changes nothing. Ended workflows are as they were. Any other is held, so that
	// no executor takes it until ReleaseAll: then it is in the state that it had, or, if it was
	// PENDING, on its queue. A deduplication id is not imported if another workflow has it or if it
	// is that of a debouncer. Each batch is one transaction.
	//
	// The whole file is read before anything is written, and then again: from a temporary copy,
	// unless from is an io.Seeker. It returns InvalidOption, with the number of the line, if the
	// file is broken or is no export, or if Postgres cannot hold a value; Unsupported if the
	// database lacks the column of a value; and Conflict if a message has the id of a message to
	// another workflow. If the error came after the first batch, the report holds the workflows
	// that were imported.
	ImportWorkflows(from io.Reader, opts ...ImportOption) (*ImportReport, error)

	// GetWorkflowAggregates groups the workflows that match the filters, and returns one row for
	// each group, sorted by its values. At least one of GroupBy and TimeBucket is required. With
	// ClientConfig.AppName, the same workflows count that ListWorkflows returns.
	//
	// It returns InvalidOption if nothing groups, a name is unknown, or a bucket is below a
	// millisecond, and the errors of ListWorkflows.
	GetWorkflowAggregates(input WorkflowAggregatesInput) ([]WorkflowAggregate, error)

	// GetStepAggregates groups finished steps as GetWorkflowAggregates groups workflows. A step is
	// in ERROR if it stored an error, and in SUCCESS otherwise.
	GetStepAggregates(input StepAggregatesInput) ([]StepAggregate, error)
}
