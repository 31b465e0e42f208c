package client

import "time"

// The options of ListWorkflows under the names that they have in the Go SDK since 1.8.
// WithFilterIsFork, WithFilterCreatedAfter, WithFilterCreatedBefore and WithFilterDeduplicationID
// have no older name.

// WithFilterWorkflowIDs is WithWorkflowIDs.
func WithFilterWorkflowIDs(values ...string) ListWorkflowsOption { return WithWorkflowIDs(values) }

// WithFilterWorkflowIDPrefix is WithWorkflowIDPrefix.
func WithFilterWorkflowIDPrefix(values ...string) ListWorkflowsOption {
	return WithWorkflowIDPrefix(values...)
}

// WithFilterStatus is WithStatus.
func WithFilterStatus(values ...WorkflowStatusType) ListWorkflowsOption { return WithStatus(values) }

// WithFilterName is WithName.
func WithFilterName(values ...string) ListWorkflowsOption { return WithName(values...) }

// WithFilterAppVersion is WithAppVersion.
func WithFilterAppVersion(values ...string) ListWorkflowsOption { return WithAppVersion(values...) }

// WithFilterUser is WithUser.
func WithFilterUser(values ...string) ListWorkflowsOption { return WithUser(values...) }

// WithFilterQueueName is WithQueueName.
func WithFilterQueueName(values ...string) ListWorkflowsOption { return WithQueueName(values...) }

// WithFilterQueuesOnly is WithQueuesOnly.
func WithFilterQueuesOnly() ListWorkflowsOption { return WithQueuesOnly() }

// WithFilterExecutorIDs is WithExecutorIDs.
func WithFilterExecutorIDs(values ...string) ListWorkflowsOption { return WithExecutorIDs(values) }

// WithFilterForkedFrom is WithForkedFrom.
func WithFilterForkedFrom(values ...string) ListWorkflowsOption { return WithForkedFrom(values...) }

// WithFilterWasForkedFrom is WithWasForkedFrom.
func WithFilterWasForkedFrom(value bool) ListWorkflowsOption { return WithWasForkedFrom(value) }

// WithFilterParentWorkflowID is WithParentWorkflowID.
func WithFilterParentWorkflowID(values ...string) ListWorkflowsOption {
	return WithParentWorkflowID(values...)
}

// WithFilterHasParent is WithHasParent.
func WithFilterHasParent(value bool) ListWorkflowsOption { return WithHasParent(value) }

// WithFilterCompletedAfter is WithCompletedAfter.
func WithFilterCompletedAfter(value time.Time) ListWorkflowsOption { return WithCompletedAfter(value) }

// WithFilterCompletedBefore is WithCompletedBefore.
func WithFilterCompletedBefore(value time.Time) ListWorkflowsOption {
	return WithCompletedBefore(value)
}

// WithFilterDequeuedAfter is WithDequeuedAfter.
func WithFilterDequeuedAfter(value time.Time) ListWorkflowsOption { return WithDequeuedAfter(value) }

// WithFilterDequeuedBefore is WithDequeuedBefore.
func WithFilterDequeuedBefore(value time.Time) ListWorkflowsOption { return WithDequeuedBefore(value) }

// WithFilterAttributes is WithAttributes.
func WithFilterAttributes(value map[string]any) ListWorkflowsOption { return WithAttributes(value) }

// WithFilterScheduleName is WithScheduleName.
func WithFilterScheduleName(values ...string) ListWorkflowsOption { return WithScheduleName(values...) }

// WithFilterApplicationName is WithApplicationName.
func WithFilterApplicationName(values ...string) ListWorkflowsOption {
	return WithApplicationName(values...)
}

// WithFilterIsDebounced is WithIsDebounced.
func WithFilterIsDebounced(value bool) ListWorkflowsOption { return WithIsDebounced(value) }

// WithFilterLimit is WithLimit.
func WithFilterLimit(value int) ListWorkflowsOption { return WithLimit(value) }

// WithFilterOffset is WithOffset.
func WithFilterOffset(value int) ListWorkflowsOption { return WithOffset(value) }

// WithFilterSortDesc is WithSortDesc.
func WithFilterSortDesc() ListWorkflowsOption { return WithSortDesc() }

// WithFilterLoadInput is WithLoadInput.
func WithFilterLoadInput(value bool) ListWorkflowsOption { return WithLoadInput(value) }

// WithFilterLoadOutput is WithLoadOutput.
func WithFilterLoadOutput(value bool) ListWorkflowsOption { return WithLoadOutput(value) }
