package client

import (
	"context"
	"iter"
	"time"
)

// A Client works on the system database of DBOS applications. It is safe for concurrent use. Its
// methods run under the context that NewClient was called with; WithContext returns a client whose
// methods run under another.
//
// # Errors
//
// Every error of the database or of an argument is an *Error, and its Code is one of the codes of
// this package. Any method returns Unavailable if the database cannot be reached, Closed after
// Shutdown, Interrupted if its context is cancelled, Timeout if the deadline of its context passes,
// Denied if the database user lacks a privilege, DatabaseError if the database refuses a statement
// for another reason, and InvalidOption if a text holds bytes that the database cannot store or the
// name of a schedule is empty. A method that changes something also returns ReadOnly if
// ClientConfig.ReadOnly is set, the error of ClientConfig.Gate if the gate refuses, and, with
// ClientConfig.Strict, InvalidOption if the database has never seen a queue, name, class or version
// that the call names. The comments of the methods list only the other codes.
//
// # Conventions
//
// A method on several workflows takes effect on all of them or, if it returns an error, on none.
// The number of its statements does not grow with the number of workflows. Times are UTC and have
// millisecond precision. A list is empty if nothing matches. With ClientConfig.DryRun, a method
// that changes something reads, reports and returns errors as usual, but writes nothing.
type Client interface {
	// Enqueue inserts a workflow with the status ENQUEUED, or DELAYED if it has a delay, and
	// returns its handle. Nothing runs in this process: an application that listens on the queue
	// takes it. It belongs to the application of WithEnqueueApplicationName, else to that of
	// ClientConfig.AppName, else to the owner of the queue, else to the only application that has
	// run the workflow, else to none. If a workflow with the given id exists, in whatever state,
	// Enqueue changes nothing and returns its handle. No application version is stored unless one
	// is given, so that an executor of the latest version takes it.
	//
	// It returns UnexpectedWorkflow if the id belongs to a workflow of another name, queue, class
	// or instance; WorkflowIDInUse if a workflow has the id and WorkflowIDReusePolicyReject is
	// given; Unsupported if the database lacks the column of an option; QueueDeduplicated if an
	// unfinished workflow of the queue holds the deduplication id, unless
	// DeduplicationPolicyReturnExisting asks for its handle; and InvalidOption if the queue or
	// the workflow has no name, an option is out of range or excludes another, or the input
	// cannot be encoded.
	Enqueue(queueName, workflowName string, input any, opts ...EnqueueOption) (WorkflowHandle[any], error)

	// ListWorkflows returns the workflows that match all options, oldest first and, within a
	// millisecond, in the order of their ids. Without options it returns all. Inputs, outputs and
	// errors are nil unless WithLoadInput or WithLoadOutput asks for them; a value that cannot be
	// decoded is a codec.Opaque. For results that do not fit into memory use Workflows.
	//
	// With ClientConfig.AppName, and without WithApplicationName and WithWorkflowIDs, it returns
	// workflows of that application and workflows without an owner.
	//
	// It returns InvalidOption if the limit or the offset is negative, and Unsupported if the
	// database lacks the column of a filter.
	ListWorkflows(opts ...ListWorkflowsOption) ([]WorkflowStatus, error)

	// Send sends a message to a workflow in any state. An empty topic is no topic. A workflow
	// receives the messages of one client and topic in the order in which they were sent. The
	// message is stored as portable JSON, because applications of every SDK read that.
	//
	// It returns NonExistentWorkflow if there is no such workflow, and InvalidOption if the id is
	// empty or the message cannot be encoded.
	Send(destinationID string, message any, topic string) error

	// GetEvent returns the latest value that a workflow published under a key, whatever its state.
	// If there is none, GetEvent waits until one is published or the timeout passes; if the timeout
	// is zero or less, it reads once. The value is nil if the workflow published nil, and a
	// codec.Opaque if it cannot be decoded.
	//
	// It returns Timeout if the time passes, NonExistentWorkflow if there is no such workflow at
	// the end of the wait or it is deleted meanwhile, and InvalidOption if the id is empty.
	GetEvent(targetWorkflowID, key string, timeout time.Duration) (any, error)

	// RetrieveWorkflow returns the handle of a workflow that exists. It does not wait. It returns
	// NonExistentWorkflow if there is no such workflow, and InvalidOption if the id is empty.
	RetrieveWorkflow(workflowID string) (WorkflowHandle[any], error)

	// CancelWorkflow sets a workflow to CANCELLED, takes it off its queue and frees its
	// deduplication id. If it is running, its executor stops it before its next step. If it is in
	// SUCCESS, ERROR or CANCELLED, nothing changes and there is no error. It returns
	// NonExistentWorkflow if there is no such workflow.
	CancelWorkflow(workflowID string) error

	// CancelWorkflows cancels the workflows. It skips ids that do not exist and workflows that have
	// ended, without an error. Use CancelAll to learn which ones were cancelled.
	CancelWorkflows(workflowIDs []string) error

	// SetWorkflowDelay changes the time at which a DELAYED workflow is put on its queue. If the
	// workflow is in another state, nothing changes and there is no error. It returns InvalidOption
	// unless exactly one of WithDelayDuration, which must be positive, and WithDelayUntil is given,
	// and NonExistentWorkflow if there is no such workflow (the Go SDK skips it).
	SetWorkflowDelay(workflowID string, opts ...SetWorkflowDelayOption) error

	// ResumeWorkflow puts a workflow on the internal queue, or on that of WithResumeQueue, so that
	// it goes on after its last completed step. It restarts the count of recovery attempts and
	// frees the deduplication id. If the workflow is in SUCCESS or ERROR, nothing changes and there
	// is no error: use RerunWorkflows or ForkWorkflow for these. If it is running, it may run twice
	// at once.
	//
	// It returns NonExistentWorkflow if there is no such workflow.
	ResumeWorkflow(workflowID string, opts ...ResumeWorkflowOption) (WorkflowHandle[any], error)

	// ResumeWorkflows resumes the workflows and returns a handle for each that exists, in the order
	// of the ids, including workflows in SUCCESS and ERROR, which do not change. It skips ids that
	// do not exist. Use ResumeAll to learn which workflows changed.
	ResumeWorkflows(workflowIDs []string, opts ...ResumeWorkflowOption) ([]WorkflowHandle[any], error)

	// ForkWorkflow inserts a new workflow with the input of an existing one and with the results of
	// its steps below StartStep, so that it runs from that step on. The original does not change;
	// it may be in any state.
	//
	// StartFrom and StartStepName find the first step in the original's history, so that it does
	// not matter whether its SDK counts from 0 or 1. Events and streams that the steps taken over
	// wrote are copied; messages, and the timeout, are not.
	//
	// It returns NonExistentWorkflow if there is no original, ConflictingID if ForkedWorkflowID
	// exists, and InvalidOption if the original's id is empty, a partition key has no queue,
	// StartStep is above 2147483647 or given together with another way to find the step, the
	// original has no finished step of the name, or the timeout is negative.
	ForkWorkflow(input ForkWorkflowInput) (WorkflowHandle[any], error)

	// ListApplicationVersions returns the registered application versions, the latest first. The
	// latest is the one with the greatest Timestamp. With ClientConfig.AppName, versions of other
	// applications are left out.
	ListApplicationVersions() ([]VersionInfo, error)

	// GetLatestApplicationVersion returns the version whose executors take workflows without a
	// version of their own, of the application of ClientConfig.AppName if that is set. It returns
	// NoApplicationVersions if none is registered.
	GetLatestApplicationVersion() (*VersionInfo, error)

	// SetLatestApplicationVersion makes a registered version the latest. It returns
	// NonExistentVersion if no application has registered the name (the Go SDK does nothing) or it
	// belongs to another application than ClientConfig.AppName, and InvalidOption if
	// the name is empty.
	SetLatestApplicationVersion(versionName string) error

	// GetWorkflowSteps returns the finished steps of a workflow in order, with their errors and
	// without their outputs. If there is no such workflow the list is empty, as in the Go SDK. It
	// returns InvalidOption if the id is empty. Use ListWorkflowSteps to get an error for an
	// unknown workflow, or to read outputs.
	GetWorkflowSteps(workflowID string) ([]StepInfo, error)

	// ClientReadStream waits until a stream ends and returns its values and true. A stream ends
	// when the workflow closes it or ends. If the workflow wrote nothing, the list is empty. A
	// value that cannot be decoded is a codec.Opaque. There is no timeout but that of the client's
	// context.
	//
	// It returns NonExistentWorkflow if there is no such workflow, and InvalidOption if the id is
	// empty.
	ClientReadStream(workflowID string, key string) ([]any, bool, error)

	// ClientReadStreamAsync returns a channel that receives the values of a stream while it is
	// written. The last item has Closed set, or Err; then the channel is closed. Reading stops when
	// the client's context ends or on Shutdown, even if nobody receives. It returns InvalidOption
	// if the id is empty; the errors of ClientReadStream arrive as Err.
	ClientReadStreamAsync(workflowID string, key string) (<-chan StreamValue[any], error)

	// CreateSchedule adds a schedule, which is ACTIVE at once. The workflow need not exist yet. The
	// cron text has five fields, or six with the seconds first, or is a descriptor such as @hourly;
	// it is stored with six fields, which every SDK reads. The context is stored in the format of
	// the SDK of the workflow's application: JSON for Go, a pickle for Python, superjson for
	// TypeScript, Jackson for Java. The schedule belongs to ApplicationName, or else to an
	// application as a workflow of Enqueue does; without an owner, every application loads it.
	//
	// It returns AlreadyExists if the name is taken, with the owner if that is another application;
	// InvalidOption if a name is missing, the time zone is unknown, or the cron text is wrong, has
	// no tick, or holds @every or a time zone; and Unsupported if neither the input, nor the
	// client, nor the rows of the database show the SDK, because an application that cannot read
	// one context starts no more runs of any schedule.
	CreateSchedule(input ClientScheduleInput) error

	// ApplySchedules creates the schedules that do not exist and changes the others, which keep
	// their id, state and time of the last run. Of two with the same name the last one counts.
	// Schedules that are not named stay. A schedule keeps its owner. It returns the errors
	// of CreateSchedule, with the place in the list, counted from 1; but AlreadyExists only if
	// another application than the stated one owns a schedule.
	ApplySchedules(schedules []ClientScheduleInput) error

	// GetSchedule returns a schedule, or nil without an error if there is none of that name. It
	// returns InvalidOption if the name is empty.
	GetSchedule(scheduleName string) (*WorkflowSchedule, error)

	// ListSchedules returns the schedules that match all options, in the order of their names.
	// Without options it returns all; with ClientConfig.AppName, schedules of other applications
	// are left out unless WithScheduleApplicationNames is given. It returns Unsupported if the
	// database lacks the column of a filter.
	ListSchedules(opts ...ListSchedulesOption) ([]WorkflowSchedule, error)

	// PauseSchedule stops a schedule until it is resumed. Applications that run notice within half
	// a minute. A paused schedule stays paused. The time of the last run is kept, because an
	// automatic backfill counts from it. It returns ScheduleNotFound if there is none of that name.
	PauseSchedule(scheduleName string) error

	// ResumeSchedule makes a paused schedule ACTIVE. An ACTIVE one stays as it is. It returns
	// ScheduleNotFound if there is none of that name.
	ResumeSchedule(scheduleName string) error

	// DeleteSchedule deletes a schedule. Workflows that it has started go on. If there is none of
	// that name there is no error, as in the Go SDK: use RemoveSchedule to get one.
	DeleteSchedule(scheduleName string) error

	// BackfillSchedule enqueues a workflow for every tick strictly between start and end that has
	// none, and returns the ids of the workflows of all ticks, in order. A repeated call changes
	// nothing: a tick counts as run if a workflow has its id in the spelling of any SDK. The cron
	// text is read as the SDK of the application reads it, in UTC if the schedule has no time zone.
	// A local time that clocks skip has no tick, and one that they show twice has two. Paused
	// schedules are included.
	//
	// It returns ScheduleNotFound if there is none of that name, InvalidOption if there are more
	// than 100,000 ticks or the stored cron text has none, Unsupported if nothing shows the SDK or
	// if the application would start a tick again, and Undecodable if only the application itself
	// can read the context. An application of Go, or of Java without a time zone, starts ticks
	// ahead of time again, and those since the last run with an automatic backfill.
	BackfillSchedule(scheduleName string, start, end time.Time) ([]string, error)

	// TriggerSchedule enqueues one workflow of a schedule for the present moment and returns its
	// handle. It works on paused schedules too. It returns ScheduleNotFound if there is none of
	// that name, Unsupported if nothing shows the SDK, and Undecodable if only the application can
	// read the context.
	TriggerSchedule(scheduleName string) (WorkflowHandle[any], error)

	// Administration has the methods for queues, applications, counts and explanations.
	Administration

	// History has the methods for the past of workflows, and for what they have published.
	History

	// Shutdown closes the connections, including a pool or handle of the caller, and waits for
	// calls that are under way until the timeout; zero waits without a limit. Later calls return
	// Closed. A second Shutdown waits for the calls that the first one left under way.
	Shutdown(timeout time.Duration)

	// Close is Shutdown with an error: it returns Timeout if calls are still under way after the
	// timeout. These go on, and their connections are closed when they end.
	Close(timeout time.Duration) error

	// The methods below go beyond the client of the Go SDK.

	// WithContext returns a client of the same database whose methods run under ctx. Both share the
	// connections: Shutdown closes them for both.
	WithContext(ctx context.Context) Client

	// WithSDK returns a client of the same database that takes the applications to be written with
	// an SDK. If sdk is empty, ClientConfig.SDK decides, and without that the rows of the database
	// do.
	WithSDK(sdk SDK) Client

	// Handle returns the handle of an id without reading the database. The workflow need not exist
	// yet: GetResult waits until it is inserted, and GetStatus returns NonExistentWorkflow until
	// then.
	Handle(workflowID string) WorkflowHandle[any]

	// Info returns a description of the database: its backend, versions, queues, schedules and the
	// number of workflows in each state. From 100,000 workflows on the number in SUCCESS is an
	// estimate, unless WithExactCounts is given; the fields named About are true then.
	Info(opts ...InfoOption) (*Info, error)

	// QueueNames returns the names of the registered queues, sorted. Queues that an application
	// declares in code alone are not in the database; Info lists these as well if workflows are on
	// them.
	QueueNames() ([]string, error)

	// Workflows returns an iterator over the workflows that match all options, in the order of
	// ListWorkflows. It reads pages of WithPageSize rows, 500 if none is set. A workflow is never
	// returned twice, even if the loop changes the rows; one that starts or stops matching during
	// the walk may be missing. After an error, which is one of ListWorkflows, the walk ends.
	Workflows(opts ...ListWorkflowsOption) iter.Seq2[WorkflowStatus, error]

	// ListWorkflowIDs returns the ids of the workflows that ListWorkflows returns, in the same
	// order, or its errors. It reads no payloads, whatever the options ask for.
	ListWorkflowIDs(opts ...ListWorkflowsOption) ([]string, error)

	// WorkflowIDs returns an iterator over the ids of the workflows that Workflows returns, in the
	// same order, and reads no other column of them. After an error, which is one of
	// ListWorkflows, it ends.
	WorkflowIDs(opts ...ListWorkflowsOption) iter.Seq2[string, error]

	// ListWorkflowSteps returns the finished steps of a workflow in order, with outputs if
	// ListStepsOptions.LoadOutput is set. It returns NonExistentWorkflow if there is no such
	// workflow, and InvalidOption if the id is empty, or the limit or offset is negative.
	ListWorkflowSteps(workflowID string, opts ...ListStepsOption) ([]StepInfo, error)

	// EnqueueMany enqueues one workflow for each input and returns the handles in the same order.
	// The options apply to all; WorkflowIDs and DeduplicationIDs hold one id for each input. It
	// returns the errors of Enqueue, and InvalidOption if a list of ids has another length than the
	// inputs, or if the policy is DeduplicationPolicyReturnExisting, which only Enqueue supports.
	EnqueueMany(queueName, workflowName string, inputs []any, opts ...EnqueueManyOption) ([]WorkflowHandle[any], error)

	// ForkWorkflows forks each original and returns the handles of the forks in the order of the
	// inputs. It returns the errors of ForkWorkflow, and then forks nothing.
	ForkWorkflows(inputs []ForkWorkflowInput) ([]WorkflowHandle[any], error)

	// DeleteWorkflows deletes workflows in any state with their steps, messages, events and
	// streams, and with WithDeleteChildren their descendants. It skips ids that do not exist. An
	// executor that runs a deleted workflow fails at its next write. It returns Conflict, and
	// deletes nothing, if one of them starts another workflow during the call.
	DeleteWorkflows(workflowIDs []string, opts ...DeleteWorkflowsOption) error

	// RerunWorkflows runs workflows again that did not succeed, and reports on each. It resumes
	// workflows in CANCELLED and MAX_RECOVERY_ATTEMPTS_EXCEEDED, and forks workflows in ERROR, by
	// default from the last step that failed. Workflows in SUCCESS, and workflows that have not
	// ended, do not change.
	//
	// The fork of "order-1" has the id "order-1-rerun-1", and the fork of that one
	// "order-1-rerun-2". If the fork exists, the original does not change and the result names the
	// fork, so a second call does nothing and two concurrent calls fork once. It returns
	// InvalidOption if RerunOptions.From is not one of its three values.
	RerunWorkflows(workflowIDs []string, opts ...RerunOption) (*Report, error)

	// CancelAll is CancelWorkflows with a report: unchanged are workflows that have ended, unknown
	// are ids that do not exist. Each id is reported once, in the order of the arguments. With
	// WithCancelChildren it also cancels the descendants that have not ended, and reports these
	// after the ids. It cancels exactly the workflows that the gate was asked about: if there are
	// more descendants by then, it returns Conflict and cancels nothing.
	CancelAll(workflowIDs []string, opts ...CancelWorkflowsOption) (*Report, error)

	// ResumeAll is ResumeWorkflows with a report: unchanged are workflows in SUCCESS and ERROR,
	// unknown are ids that do not exist. Each id is reported once, in the order of the arguments.
	ResumeAll(workflowIDs []string, opts ...ResumeWorkflowOption) (*Report, error)

	// DelayAll is SetWorkflowDelay for several workflows, with a report: unchanged are workflows
	// that are not DELAYED, unknown are ids that do not exist. It returns InvalidOption as
	// SetWorkflowDelay does.
	DelayAll(workflowIDs []string, opts ...SetWorkflowDelayOption) (*Report, error)

	// SetPriorityAll changes the priority of workflows that wait (in ENQUEUED or DELAYED), and
	// reports on each: unchanged are workflows in other states, unknown are ids that do not exist.
	// 0 runs first; 2147483647 is the greatest. A workflow that has the priority already counts as
	// changed. It returns InvalidOption if the priority is out of range.
	SetPriorityAll(workflowIDs []string, priority int) (*Report, error)

	// DeleteAll is DeleteWorkflows with a report, which includes descendants: unknown are ids that
	// do not exist. It deletes exactly the workflows that the gate was asked about, or returns
	// Conflict.
	DeleteAll(workflowIDs []string, opts ...DeleteWorkflowsOption) (*Report, error)

	// ForkAll is ForkWorkflows with a report, in the order of the inputs. ID is the original and
	// ForkedID is the new workflow.
	ForkAll(inputs []ForkWorkflowInput) (*Report, error)

	// ApplyAll is ApplySchedules with a report, in the order in which the names first come. Created
	// are new schedules, unchanged are schedules that had the same definition. ID is the name.
	ApplyAll(schedules []ClientScheduleInput) (*Report, error)

	// BackfillAll is BackfillSchedule with a report, in the order of the ticks. Changed are the
	// workflows that it enqueued, unchanged are workflows that ticks had before.
	BackfillAll(scheduleName string, start, end time.Time) (*Report, error)

	// EnqueueAll is EnqueueMany with a report, in the order of the inputs. Unchanged are workflows
	// whose id existed.
	EnqueueAll(queueName, workflowName string, inputs []any, opts ...EnqueueManyOption) (*Report, error)

	// RemoveSchedule deletes a schedule as DeleteSchedule does. It returns ScheduleNotFound if
	// there is none of that name.
	RemoveSchedule(scheduleName string) error

	// SendMany sends the messages, all or none. It returns the errors of Send. A message with an
	// IdempotencyKey that its destination already has is not sent again, which is no error. With
	// SendToForks a message goes to the forks of its destination too, each with the same key; if
	// the destination is forked during the call, SendMany sends nothing and returns Conflict.
	SendMany(messages []Message) error

	// ReadStream is ClientReadStream with options. It returns false for closed only if
	// ReadStreamOptions.Snapshot is set and the stream has not ended. It returns InvalidOption if
	// the offset is negative.
	ReadStream(workflowID, key string, opts ...ReadStreamOption) ([]any, bool, error)

	// Stream returns an iterator over the values of a stream, which waits for values while the
	// stream is written and ends with it. It holds two pages in memory, each of at most
	// 5,000 values and usually at most a megabyte. It yields the errors of ReadStream,
	// and ends after one.
	Stream(workflowID, key string, opts ...ReadStreamOption) iter.Seq2[any, error]

	// Wait waits until all the workflows have ended and returns an outcome for each id, in the
	// order of the arguments. A workflow that failed or was cancelled is an outcome, not an error.
	// One query reads all that have not ended.
	//
	// It returns Timeout if WaitOptions.Timeout passes, and NonExistentWorkflow if a workflow is
	// deleted during the wait or, without a timeout, does not exist; with a timeout it waits for a
	// missing workflow because it may be inserted later. With each of these errors it also returns
	// the outcomes known so far. It returns InvalidOption, and no outcomes, if an id is empty.
	Wait(workflowIDs []string, opts ...WaitOption) ([]Outcome, error)

	// PlanBackfill returns the ticks of BackfillSchedule, in order, and whether each has a
	// workflow. It changes nothing. It returns the errors of BackfillSchedule, but not ReadOnly.
	PlanBackfill(scheduleName string, start, end time.Time) ([]BackfillTick, error)

	// Debounce starts a workflow after a delay, or pushes back the workflow that an earlier call
	// for the key is about to start. It is DebouncerClient.Debounce without types, and returns its
	// errors.
	Debounce(workflowName, key string, delay time.Duration, input any, debouncer DebouncerOptions, opts ...WorkflowOption) (WorkflowHandle[any], error)
}
