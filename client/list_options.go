package client

import "time"

// ListWorkflowsOptions select workflows. A workflow is selected if every field that is set matches.
// A list matches if one of its values does. A nil list matches every workflow; a list that is empty
// but not nil matches none (in the Go SDK, every workflow). Empty strings in a list are ignored, as
// in the Go SDK, so a list that holds only empty strings matches every workflow. From Lua an empty
// string is InvalidArgument.
type ListWorkflowsOptions struct {
	WorkflowIDs       []string             `json:"workflow_ids" doc:"Only workflows with one of these ids." nonempty:"true"`
	WorkflowIDPrefix  []string             `json:"workflow_id_prefix" doc:"Only workflows whose id starts with one of these texts, taken literally." nonempty:"true"`
	Status            []WorkflowStatusType `json:"status" doc:"Only workflows in one of these states." enum:"DELAYED,ENQUEUED,PENDING,SUCCESS,ERROR,CANCELLED,MAX_RECOVERY_ATTEMPTS_EXCEEDED"`
	Name              []string             `json:"name" doc:"Only workflows with one of these names." nonempty:"true"`
	StartTime         time.Time            `json:"start_time" doc:"Only workflows created at or after this time." past:"true"`
	EndTime           time.Time            `json:"end_time" doc:"Only workflows created at or before this time." past:"true"`
	CreatedAfter      time.Time            `json:"created_after" doc:"The same as start_time. If both are set, the later time counts." past:"true"`
	CreatedBefore     time.Time            `json:"created_before" doc:"The same as end_time. If both are set, the earlier time counts." past:"true"`
	AppVersion        []string             `json:"app_version" doc:"Only workflows of one of these application versions." nonempty:"true"`
	User              []string             `json:"user" doc:"Only workflows that were started for one of these authenticated users." nonempty:"true"`
	QueueName         []string             `json:"queue_name" doc:"Only workflows on one of these queues." nonempty:"true"`
	QueuePartitionKey []string             `json:"queue_partition_key" doc:"Only workflows with one of these partition keys." nonempty:"true"`
	QueuesOnly        bool                 `json:"queues_only" doc:"Only workflows on a queue. Without a status it selects unfinished ones only."`
	ExecutorIDs       []string             `json:"executor_ids" doc:"Only workflows that one of these executors ran last." nonempty:"true"`
	ForkedFrom        []string             `json:"forked_from" doc:"Only forks of one of these workflows, by their ids." nonempty:"true"`
	IsFork            *bool                `json:"is_fork" doc:"Only forks (true), or only workflows that are no forks (false)."`
	WasForkedFrom     *bool                `json:"was_forked_from" doc:"Only workflows that have forks (true), or have none (false)."`
	ParentWorkflowID  []string             `json:"parent_workflow_id" doc:"Only children of one of these workflows, by their ids." nonempty:"true"`
	HasParent         *bool                `json:"has_parent" doc:"Only workflows that a workflow started (true), or that none started (false)."`
	DeduplicationID   []string             `json:"deduplication_id" doc:"Only workflows that hold one of these deduplication ids." nonempty:"true"`
	CompletedAfter    time.Time            `json:"completed_after" doc:"Only workflows that ended at or after this time." past:"true"`
	CompletedBefore   time.Time            `json:"completed_before" doc:"Only workflows that ended at or before this time." past:"true"`
	DequeuedAfter     time.Time            `json:"dequeued_after" doc:"Only workflows last dequeued at or after this time." past:"true"`
	DequeuedBefore    time.Time            `json:"dequeued_before" doc:"Only workflows last dequeued at or before this time." past:"true"`
	Attributes        map[string]any       `json:"attributes" doc:"Only workflows whose attributes include all of these, with equal values."`
	ScheduleName      []string             `json:"schedule_name" doc:"Only workflows that one of these schedules started." nonempty:"true"`
	ApplicationName   []string             `json:"application_name" doc:"Only workflows of one of these applications." nonempty:"true"`
	IsDebounced       *bool                `json:"is_debounced" doc:"Only workflows that belong to a debouncer (true), or to none (false)."`
	Held              *bool                `json:"held" doc:"Only held workflows (true), or only workflows that are not held (false)."`
	Limit             *int                 `json:"limit" doc:"The largest number of workflows." min:"0"`
	Offset            *int                 `json:"offset" doc:"The number of workflows to leave out at the start of the list." min:"0"`
	SortDesc          bool                 `json:"sort_desc" doc:"Whether the newest come first, instead of the oldest."`
	LoadInput         bool                 `json:"load_input" doc:"Whether inputs are read too."`
	LoadOutput        bool                 `json:"load_output" doc:"Whether outputs and errors are read too."`
	LoadProgress      bool                 `json:"load_progress" doc:"Whether the number of ended steps is read too, and the last of them."`

	// PageSize is the number of rows that Workflows reads at a time, 500 if zero.
	PageSize int `json:"-"`
	// Lazy leaves inputs and outputs as codec.Encoded, for the caller to decode.
	Lazy bool `json:"-"`

	onlyIDs     bool // only the ids and the times of creation are read
	fewPrefixed bool // at most 3000 workflows have one of the id prefixes, and an index finds them
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

// WithWorkflowIDPrefix selects workflows by the start of their id. Case counts, and % and _ are
// literal (in the Go SDK they are wildcards).
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

// WithStartTime selects workflows created at or after a time. The zero time selects all.
func WithStartTime(start time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.StartTime = start }
}

// WithEndTime selects workflows created at or before a time. The zero time selects all.
func WithEndTime(end time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.EndTime = end }
}

// WithFilterCreatedAfter selects workflows created at or after a time, like WithStartTime. If both
// are set, the later time counts.
func WithFilterCreatedAfter(after time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.CreatedAfter = after }
}

// WithFilterCreatedBefore selects workflows created at or before a time, like WithEndTime. If both
// are set, the earlier time counts.
func WithFilterCreatedBefore(before time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.CreatedBefore = before }
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

// WithFilterQueuePartitionKey selects workflows by the partition key under which they wait, or
// waited, in a partitioned queue. The Go SDK does not have it.
func WithFilterQueuePartitionKey(keys ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.QueuePartitionKey = given(keys) }
}

// WithQueuesOnly selects workflows on a queue. Without WithStatus, it selects unfinished ones only.
func WithQueuesOnly() ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.QueuesOnly = true }
}

// WithExecutorIDs selects workflows by the executor that ran them.
func WithExecutorIDs(executorIDs []string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.ExecutorIDs = given(executorIDs) }
}

// WithForkedFrom selects forks by their original.
func WithForkedFrom(workflowIDs ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.ForkedFrom = given(workflowIDs) }
}

// WithFilterIsFork selects workflows by whether they are forks.
func WithFilterIsFork(isFork bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.IsFork = &isFork }
}

// WithWasForkedFrom selects workflows by whether they have forks.
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

// WithDequeuedAfter selects workflows last dequeued at or after a time.
func WithDequeuedAfter(after time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.DequeuedAfter = after }
}

// WithDequeuedBefore selects workflows last dequeued at or before a time.
func WithDequeuedBefore(before time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.DequeuedBefore = before }
}

// WithAttributes selects workflows whose attributes include all the given members. The list returns
// Unsupported if the schema is older than version 40.
func WithAttributes(attributes map[string]any) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Attributes = attributes }
}

// WithScheduleName selects workflows by the schedule that started them. The list returns
// Unsupported if the schema is older than version 41.
func WithScheduleName(names ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.ScheduleName = given(names) }
}

// WithApplicationName selects workflows by the application that owns them. The list returns
// Unsupported if the schema is older than version 100.
func WithApplicationName(names ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.ApplicationName = given(names) }
}

// WithHeld selects workflows by whether HoldAll holds them.
func WithHeld(held bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Held = &held }
}

// WithIsDebounced selects workflows by whether they belong to a debouncer. The list returns
// Unsupported if the schema is older than version 42.
func WithIsDebounced(isDebounced bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.IsDebounced = &isDebounced }
}

// WithLimit bounds the list to limit workflows; zero to none. A negative limit is InvalidOption.
func WithLimit(limit int) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Limit = &limit }
}

// WithOffset skips the first offset workflows. A negative offset is InvalidOption.
func WithOffset(offset int) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Offset = &offset }
}

// WithSortDesc sorts the newest workflows first. Workflows of the same millisecond are sorted by
// their ids in descending order.
func WithSortDesc() ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.SortDesc = true }
}

// WithLoadInput reads inputs if load is true. By default they are not read.
func WithLoadInput(load bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.LoadInput = load }
}

// WithLoadOutput reads outputs and errors if load is true. By default they are not read.
func WithLoadOutput(load bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.LoadOutput = load }
}

// WithLoadProgress reads the number of steps that have ended, and the last one of them, if load is
// true. By default they are not read.
func WithLoadProgress(load bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.LoadProgress = load }
}

// WithPageSize sets the number of rows that Workflows reads at a time, 500 by default.
func WithPageSize(rows int) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.PageSize = rows }
}

// WithLazyValues leaves inputs and outputs as codec.Encoded, for the caller to decode.
func WithLazyValues() ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Lazy = true }
}

// createdFrom returns the later of the two lower bounds of created_at.
func (o ListWorkflowsOptions) createdFrom() time.Time {
	if o.CreatedAfter.After(o.StartTime) {
		return o.CreatedAfter
	}
	return o.StartTime
}

// createdTo returns the earlier of the two upper bounds of created_at.
func (o ListWorkflowsOptions) createdTo() time.Time {
	if o.EndTime.IsZero() || !o.CreatedBefore.IsZero() && o.CreatedBefore.Before(o.EndTime) {
		return o.CreatedBefore
	}
	return o.EndTime
}

// given returns the list, or an empty one if it is nil, because nil means that there is no filter.
func given[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
