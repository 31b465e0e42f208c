package client

// History is the part of Client for the past of workflows: running them again from a step on,
// setting their attributes, and reading all that they have published.
type History interface {
	// SetWorkflowAttributes replaces the attributes of a workflow in any state; nil or an empty map
	// removes them. WithMergeAttributes sets the given keys and keeps the others: a value that is a
	// map replaces the one there, and nil is stored as null.
	//
	// It returns NonExistentWorkflow if there is no such workflow, InvalidOption if a merge
	// has a nil map or the attributes cannot be encoded, and Unsupported if the database
	// lacks the column.
	SetWorkflowAttributes(workflowID string, attributes map[string]any, opts ...SetWorkflowAttributesOption) error

	// SetAttributesAll is SetWorkflowAttributes for several workflows, with a report: unknown are
	// ids that do not exist. It returns InvalidOption and Unsupported as SetWorkflowAttributes.
	SetAttributesAll(workflowIDs []string, attributes map[string]any, opts ...SetWorkflowAttributesOption) (*Report, error)

	// RewindWorkflow removes the results of a workflow that has ended from a step on, and puts it
	// on a queue, so that it runs again from there under the same id. Events go back to their
	// values before that step. Messages that it received from the step on, and all that it has not
	// received, are removed. The values of streams stay; a stream that was closed from the step on
	// is open again. Children are not changed, and messages that it sent are not taken back.
	//
	// It returns NonExistentWorkflow if there is no such workflow, Conflict if it has not ended (in
	// ENQUEUED, PENDING or DELAYED: cancel it first), and InvalidOption if a partition key has no
	// queue, or the start step is above 2147483647 or, with StartStepExists, was not reached.
	RewindWorkflow(workflowID string, opts ...RewindWorkflowOption) (WorkflowHandle[any], error)

	// RewindAll is RewindWorkflow for several workflows, with a report: unchanged are
	// workflows that have not ended, unknown are ids that do not exist. It returns
	// InvalidOption as RewindWorkflow.
	RewindAll(workflowIDs []string, opts ...RewindWorkflowOption) (*Report, error)

	// WorkflowEvents returns the latest value of each event of a workflow, by its key. It does not
	// wait. It returns NonExistentWorkflow if there is no such workflow.
	WorkflowEvents(workflowID string) (map[string]any, error)

	// WorkflowMessages returns the messages to a workflow, the oldest first, received or not. It
	// returns NonExistentWorkflow if there is no such workflow.
	WorkflowMessages(workflowID string) ([]WorkflowMessage, error)

	// WorkflowStreams returns the values of each stream of a workflow, by its key. It does not
	// wait. It returns NonExistentWorkflow if there is no such workflow.
	WorkflowStreams(workflowID string) (map[string][]any, error)
}
