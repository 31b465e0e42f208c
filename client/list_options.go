package client

import "time"

// ListWorkflowsOptions select workflows. All that are given must hold; of several values in one,
// any may. A list that is given and empty matches nothing (in the Go SDK it matches everything);
// an empty string in a list is no value.
type ListWorkflowsOptions struct {
	WorkflowIDs      []string             `json:"workflow_ids" doc:"Only workflows with one of these ids."`
	WorkflowIDPrefix []string             `json:"workflow_id_prefix" doc:"Only workflows whose id starts with one of these texts, taken literally."`
	Status           []WorkflowStatusType `json:"status" doc:"Only workflows in one of these states." enum:"DELAYED,ENQUEUED,PENDING,SUCCESS,ERROR,CANCELLED,MAX_RECOVERY_ATTEMPTS_EXCEEDED"`
	Name             []string             `json:"name" doc:"Only workflows with one of these names."`
	StartTime        time.Time            `json:"start_time" doc:"Only workflows created at or after this time."`
	EndTime          time.Time            `json:"end_time" doc:"Only workflows created at or before this time."`
	AppVersion       []string             `json:"app_version" doc:"Only workflows of one of these application versions."`
	User             []string             `json:"user" doc:"Only workflows that run for one of these users."`
	QueueName        []string             `json:"queue_name" doc:"Only workflows on one of these queues."`
	QueuesOnly       bool                 `json:"queues_only" doc:"Only workflows on a queue; without a status, only unfinished ones."`
	ExecutorIDs      []string             `json:"executor_ids" doc:"Only workflows that one of these executors ran."`
	ForkedFrom       []string             `json:"forked_from" doc:"Only workflows forked from one of these."`
	WasForkedFrom    *bool                `json:"was_forked_from" doc:"Only workflows that something was, or was not, forked from."`
	ParentWorkflowID []string             `json:"parent_workflow_id" doc:"Only workflows that one of these started."`
	HasParent        *bool                `json:"has_parent" doc:"Only workflows that have, or have not, a parent."`
	DeduplicationID  []string             `json:"deduplication_id" doc:"Only workflows that hold one of these deduplication ids."`
	CompletedAfter   time.Time            `json:"completed_after" doc:"Only workflows that ended at or after this time."`
	CompletedBefore  time.Time            `json:"completed_before" doc:"Only workflows that ended at or before this time."`
	DequeuedAfter    time.Time            `json:"dequeued_after" doc:"Only workflows last dequeued at or after this time."`
	DequeuedBefore   time.Time            `json:"dequeued_before" doc:"Only workflows last dequeued at or before this time."`
	Attributes       map[string]any       `json:"attributes" doc:"Only workflows whose attributes hold all of these members."`
	ScheduleName     []string             `json:"schedule_name" doc:"Only workflows that one of these schedules started."`
	ApplicationName  []string             `json:"application_name" doc:"Only workflows of one of these applications."`
	IsDebounced      *bool                `json:"is_debounced" doc:"Only workflows that belong, or do not belong, to a debouncer."`
	Limit            *int                 `json:"limit" doc:"At most so many workflows." min:"0"`
	Offset           *int                 `json:"offset" doc:"Leaves out so many workflows first." min:"0"`
	SortDesc         bool                 `json:"sort_desc" doc:"Newest first, instead of oldest first."`
	LoadInput        bool                 `json:"load_input" doc:"Reads the inputs too."`
	LoadOutput       bool                 `json:"load_output" doc:"Reads the outputs and errors too."`

	// PageSize is how many rows Workflows reads at a time; 500 when zero.
	PageSize int `json:"-"`
	// Lazy leaves inputs and outputs encoded (codec.Encoded) until they are decoded by the reader.
	Lazy bool `json:"-"`
}

// A ListWorkflowsOption sets one of the ListWorkflowsOptions.
type ListWorkflowsOption func(*ListWorkflowsOptions)

// WithListWorkflowsOptions sets all options at once.
func WithListWorkflowsOptions(options ListWorkflowsOptions) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { *o = options }
}

// WithWorkflowIDs selects workflows by id.
func WithWorkflowIDs(workflowIDs []string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.WorkflowIDs = given(workflowIDs) }
}

// WithWorkflowIDPrefix selects workflows by the start of their id: literally and case-sensitively
// (the Go SDK takes % and _ as wildcards).
func WithWorkflowIDPrefix(prefixes ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.WorkflowIDPrefix = given(prefixes) }
}

// WithStatus selects workflows by state.
func WithStatus(status []WorkflowStatusType) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Status = given(status) }
}

// WithName selects workflows by name.
func WithName(names ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Name = given(names) }
}

// WithStartTime selects workflows created at or after a time; the zero time is no bound.
func WithStartTime(start time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.StartTime = start }
}

// WithEndTime selects workflows created at or before a time; the zero time is no bound.
func WithEndTime(end time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.EndTime = end }
}

// WithAppVersion selects workflows by application version.
func WithAppVersion(versions ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.AppVersion = given(versions) }
}

// WithUser selects workflows by authenticated user.
func WithUser(users ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.User = given(users) }
}

// WithQueueName selects workflows by queue.
func WithQueueName(queueNames ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.QueueName = given(queueNames) }
}

// WithQueuesOnly selects workflows on a queue; without a status filter, only unfinished ones.
func WithQueuesOnly() ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.QueuesOnly = true }
}

// WithExecutorIDs selects workflows by the executor that ran them.
func WithExecutorIDs(executorIDs []string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.ExecutorIDs = given(executorIDs) }
}

// WithForkedFrom selects forks by their origin.
func WithForkedFrom(workflowIDs ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.ForkedFrom = given(workflowIDs) }
}

// WithWasForkedFrom selects workflows by whether something was forked from them.
func WithWasForkedFrom(wasForkedFrom bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.WasForkedFrom = &wasForkedFrom }
}

// WithParentWorkflowID selects children by their parent.
func WithParentWorkflowID(workflowIDs ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.ParentWorkflowID = given(workflowIDs) }
}

// WithHasParent selects workflows by whether they have a parent.
func WithHasParent(hasParent bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.HasParent = &hasParent }
}

// WithFilterDeduplicationID selects workflows by the deduplication id they hold.
func WithFilterDeduplicationID(ids ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.DeduplicationID = given(ids) }
}

// WithCompletedAfter selects workflows that ended at or after a time.
func WithCompletedAfter(after time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.CompletedAfter = after }
}

// WithCompletedBefore selects workflows that ended at or before a time.
func WithCompletedBefore(before time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.CompletedBefore = before }
}

// WithDequeuedAfter selects workflows dequeued at or after a time.
func WithDequeuedAfter(after time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.DequeuedAfter = after }
}

// WithDequeuedBefore selects workflows dequeued at or before a time.
func WithDequeuedBefore(before time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.DequeuedBefore = before }
}

// WithAttributes selects workflows whose attributes hold all the given members.
func WithAttributes(attributes map[string]any) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Attributes = attributes }
}

// WithScheduleName selects workflows by the schedule that started them.
func WithScheduleName(names ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.ScheduleName = given(names) }
}

// WithApplicationName selects workflows by the application that owns them.
func WithApplicationName(names ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.ApplicationName = given(names) }
}

// WithIsDebounced selects workflows by whether they belong to a debouncer.
func WithIsDebounced(isDebounced bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.IsDebounced = &isDebounced }
}

// WithLimit gives at most limit workflows; zero gives none, a negative one is InvalidOption.
func WithLimit(limit int) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Limit = &limit }
}

// WithOffset leaves out the first workflows; a negative offset is InvalidOption.
func WithOffset(offset int) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Offset = &offset }
}

// WithSortDesc gives the newest workflows first.
func WithSortDesc() ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.SortDesc = true }
}

// WithLoadInput says whether inputs are read; they are not by default.
func WithLoadInput(load bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.LoadInput = load }
}

// WithLoadOutput says whether outputs and errors are read; they are not by default.
func WithLoadOutput(load bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.LoadOutput = load }
}

// WithPageSize sets how many rows Workflows reads at a time.
func WithPageSize(rows int) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.PageSize = rows }
}

// WithLazyValues leaves inputs and outputs encoded until somebody decodes them.
func WithLazyValues() ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Lazy = true }
}

// given is a list as a caller gave it: a nil one, too, was given.
func given[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
