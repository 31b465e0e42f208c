package client

import "time"

// ListWorkflowsOptions select workflows. A workflow is selected if every field that is set matches.
// A list matches if one of its values does. A nil list matches every workflow; a list that is empty
// but not nil matches none (in the Go SDK, every workflow). Empty strings in a list are ignored, as
// in the Go SDK, so a list that holds only empty strings matches every workflow. Lua refuses an
// empty text.
type ListWorkflowsOptions struct {
	WorkflowIDs       []string             `json:"workflow_ids" doc:"Only workflows with one of these ids." nonempty:"true"`
	WorkflowIDPrefix  []string             `json:"workflow_id_prefix" doc:"Only workflows whose id starts with one of these texts, taken literally." nonempty:"true"`
	Status            []WorkflowStatusType `json:"status" doc:"Only workflows in one of these states." enum:"DELAYED,ENQUEUED,PENDING,SUCCESS,ERROR,CANCELLED,MAX_RECOVERY_ATTEMPTS_EXCEEDED"`
	Name              []string             `json:"name" doc:"Only workflows with one of these names." nonempty:"true"`
	StartTime         time.Time            `json:"start_time" doc:"Only workflows created at or after this time." past:"true"`
	EndTime           time.Time            `json:"end_time" doc:"Only workflows created at or before this time." past:"true"`
	CreatedAfter      time.Time            `json:"created_after" doc:"The same as start_time; of two times the later one counts." past:"true"`
	CreatedBefore     time.Time            `json:"created_before" doc:"The same as end_time; of two times the earlier one counts." past:"true"`
	AppVersion        []string             `json:"app_version" doc:"Only workflows of one of these application versions." nonempty:"true"`
	User              []string             `json:"user" doc:"Only workflows that run for one of these users." nonempty:"true"`
	QueueName         []string             `json:"queue_name" doc:"Only workflows on one of these queues." nonempty:"true"`
	QueuePartitionKey []string             `json:"queue_partition_key" doc:"Only workflows with one of these partition keys." nonempty:"true"`
	QueuesOnly        bool                 `json:"queues_only" doc:"Only workflows on a queue; without a status, only unfinished ones."`
	ExecutorIDs       []string             `json:"executor_ids" doc:"Only workflows that one of these executors ran." nonempty:"true"`
	ForkedFrom        []string             `json:"forked_from" doc:"Only workflows forked from one of these." nonempty:"true"`
	IsFork            *bool                `json:"is_fork" doc:"Only workflows that are, or are not, forks."`
	WasForkedFrom     *bool                `json:"was_forked_from" doc:"Only workflows that something was, or was not, forked from."`
	ParentWorkflowID  []string             `json:"parent_workflow_id" doc:"Only workflows that one of these started." nonempty:"true"`
	HasParent         *bool                `json:"has_parent" doc:"Only workflows that have, or have not, a parent."`
	DeduplicationID   []string             `json:"deduplication_id" doc:"Only workflows that hold one of these deduplication ids." nonempty:"true"`
	CompletedAfter    time.Time            `json:"completed_after" doc:"Only workflows that ended at or after this time." past:"true"`
	CompletedBefore   time.Time            `json:"completed_before" doc:"Only workflows that ended at or before this time." past:"true"`
	DequeuedAfter     time.Time            `json:"dequeued_after" doc:"Only workflows last dequeued at or after this time." past:"true"`
	DequeuedBefore    time.Time            `json:"dequeued_before" doc:"Only workflows last dequeued at or before this time." past:"true"`
	Attributes        map[string]any       `json:"attributes" doc:"Only workflows whose attributes hold all of these members."`
	ScheduleName      []string             `json:"schedule_name" doc:"Only workflows that one of these schedules started." nonempty:"true"`
	ApplicationName   []string             `json:"application_name" doc:"Only workflows of one of these applications." nonempty:"true"`
	IsDebounced       *bool                `json:"is_debounced" doc:"Only workflows that belong, or do not belong, to a debouncer."`
	Held              *bool                `json:"held" doc:"Only workflows that are, or are not, held."`
	Limit             *int                 `json:"limit" doc:"At most so many workflows." min:"0"`
	Offset            *int                 `json:"offset" doc:"Leaves out so many workflows first." min:"0"`
	SortDesc          bool                 `json:"sort_desc" doc:"Newest first, instead of oldest first."`
	LoadInput         bool                 `json:"load_input" doc:"Reads the inputs too."`
	LoadOutput        bool                 `json:"load_output" doc:"Reads the outputs and errors too."`
	LoadProgress      bool                 `json:"load_progress" doc:"Reads how many steps have ended, and the last one of them, too."`

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

// WithWorkflowIDPrefix selects workflows by the start of their id. Case counts, and % and _ are literal
// (in the Go SDK they are wildcards).
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

// WithFilterQueuePartitionKey selects workflows by the partition key under which they wait, or waited,
// in a partitioned queue. The Go SDK does not have it.
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

// WithDequeuedAfter selects workflows dequeued at or after a time.
func WithDequeuedAfter(after time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.DequeuedAfter = after }
}

// WithDequeuedBefore selects workflows dequeued at or before a time.
func WithDequeuedBefore(before time.Time) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.DequeuedBefore = before }
}

// WithAttributes selects workflows whose attributes include all the given members. It needs a newer
// schema: otherwise the list returns Unsupported.
func WithAttributes(attributes map[string]any) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Attributes = attributes }
}

// WithScheduleName selects workflows by the schedule that started them. It needs a newer schema:
// otherwise the list returns Unsupported.
func WithScheduleName(names ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.ScheduleName = given(names) }
}

// WithApplicationName selects workflows by the application that owns them. It needs a newer schema:
// otherwise the list returns Unsupported.
func WithApplicationName(names ...string) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.ApplicationName = given(names) }
}

// WithHeld selects workflows by whether they are held. It needs a schema with delays: otherwise the
// list returns Unsupported.
func WithHeld(held bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Held = &held }
}

// WithIsDebounced selects workflows by whether they belong to a debouncer. It needs a newer schema:
// otherwise the list returns Unsupported.
func WithIsDebounced(isDebounced bool) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.IsDebounced = &isDebounced }
}

// WithLimit returns at most limit workflows, none if it is zero. A negative limit is InvalidOption.
func WithLimit(limit int) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Limit = &limit }
}

// WithOffset skips the first offset workflows. A negative offset is InvalidOption.
func WithOffset(offset int) ListWorkflowsOption {
	return func(o *ListWorkflowsOptions) { o.Offset = &offset }
}

// WithSortDesc returns the newest workflows first. Workflows of the same millisecond come in
// falling order of their ids.
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

// WithLoadProgress reads the number of steps that have ended, and the last one of them, if load is true.
// By default they are not read.
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

// given returns the list, or an empty one if it is nil, because nil means that there is no filter.
func given[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
