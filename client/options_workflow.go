package client

import "time"

// WorkflowOptions are the options of a debounced workflow. The fields from QueueName on exist
// because the Go SDK has them; Debounce returns InvalidOption if one is set.
type WorkflowOptions struct {
	WorkflowID         string         `json:"workflow_id" doc:"The id of the workflow, if the call starts a new one; a random UUID when not given." nonempty:"true"`
	ApplicationVersion string         `json:"application_version" doc:"The application version that must run it; when not given, the latest one of its application." nonempty:"true"`
	AuthenticatedUser  string         `json:"authenticated_user" doc:"The user it runs for." nonempty:"true"`
	AssumedRole        string         `json:"assumed_role" doc:"The role in which that user acts." nonempty:"true"`
	AuthenticatedRoles []string       `json:"authenticated_roles" doc:"The roles of that user." nonempty:"true"`
	Attributes         map[string]any `json:"attributes" doc:"JSON data by which the filter attributes of dbos.list_workflows finds it, if the call starts a new one."`

	QueueName           string              `json:"-"` // not allowed: see WithDebouncerQueueName
	DeduplicationID     string              `json:"-"` // not allowed: the key takes its place
	DeduplicationPolicy DeduplicationPolicy `json:"-"` // not allowed
	Delay               time.Duration       `json:"-"` // not allowed: Debounce has a parameter for it
	Priority            uint                `json:"-"` // not allowed
	QueuePartitionKey   string              `json:"-"` // not allowed: partitions have no deduplication

	emptied emptied // an option function was given an empty text
}

// A WorkflowOption sets one of the WorkflowOptions.
type WorkflowOption func(*WorkflowOptions)

// WithWorkflowOptions sets all options at once.
func WithWorkflowOptions(options WorkflowOptions) WorkflowOption {
	return func(o *WorkflowOptions) { *o = options }
}

// WithWorkflowID sets the id of the workflow.
func WithWorkflowID(id string) WorkflowOption {
	return func(o *WorkflowOptions) {
		o.WorkflowID = id
		o.emptied.note("workflow_id", id)
	}
}

// WithApplicationVersion makes only executors of this version run the workflow.
func WithApplicationVersion(version string) WorkflowOption {
	return func(o *WorkflowOptions) {
		o.ApplicationVersion = version
		o.emptied.note("application_version", version)
	}
}

// WithAuthenticatedUser sets the user the workflow runs for.
func WithAuthenticatedUser(user string) WorkflowOption {
	return func(o *WorkflowOptions) { o.AuthenticatedUser = user }
}

// WithAssumedRole sets the role the user took.
func WithAssumedRole(role string) WorkflowOption {
	return func(o *WorkflowOptions) { o.AssumedRole = role }
}

// WithAuthenticatedRoles sets the roles the user has.
func WithAuthenticatedRoles(roles []string) WorkflowOption {
	return func(o *WorkflowOptions) { o.AuthenticatedRoles = roles }
}

// WithWorkflowAttributes sets the attributes of a new workflow. A group that waits keeps its own.
func WithWorkflowAttributes(attributes map[string]any) WorkflowOption {
	return func(o *WorkflowOptions) { o.Attributes = attributes }
}

// WithQueue names a queue. Debounce returns InvalidOption: use WithDebouncerQueueName.
func WithQueue(queueName string) WorkflowOption {
	return func(o *WorkflowOptions) {
		o.QueueName = queueName
		o.emptied.note("queue_name", queueName)
	}
}

// WithDeduplicationID sets a deduplication id. Debounce returns InvalidOption: its key is one.
func WithDeduplicationID(id string) WorkflowOption {
	return func(o *WorkflowOptions) {
		o.DeduplicationID = id
		o.emptied.note("deduplication_id", id)
	}
}

// WithDeduplicationPolicy sets a policy. Debounce returns InvalidOption.
func WithDeduplicationPolicy(policy DeduplicationPolicy) WorkflowOption {
	return func(o *WorkflowOptions) { o.DeduplicationPolicy = policy }
}

// WithDelay sets a delay. Debounce returns InvalidOption: it has a parameter for the delay.
func WithDelay(delay time.Duration) WorkflowOption {
	return func(o *WorkflowOptions) { o.Delay = delay }
}

// WithPriority sets a priority. Debounce returns InvalidOption.
func WithPriority(priority uint) WorkflowOption {
	return func(o *WorkflowOptions) { o.Priority = priority }
}

// WithQueuePartitionKey sets a partition. Debounce returns InvalidOption.
func WithQueuePartitionKey(partitionKey string) WorkflowOption {
	return func(o *WorkflowOptions) {
		o.QueuePartitionKey = partitionKey
		o.emptied.note("queue_partition_key", partitionKey)
	}
}

// undebounced returns the reason why an option is not allowed with a debounce, or "".
func (o WorkflowOptions) undebounced() string {
	switch {
	case o.QueueName != "":
		return "a queue cannot be given with a debounce: it is the debouncer's"
	case o.DeduplicationID != "":
		return "a deduplication id cannot be given with a debounce: the key takes its place"
	case o.DeduplicationPolicy != "":
		return "a deduplication policy cannot be given with a debounce"
	case o.Delay != 0:
		return "a delay option cannot be given with a debounce: the debounce has one of its own"
	case o.Priority != 0:
		return "a priority cannot be given with a debounce"
	case o.QueuePartitionKey != "":
		return "a partition key cannot be given with a debounce: partitioned queues know no deduplication"
	}
	return ""
}

// enqueue returns the options of the workflow that a debounce starts.
func (o WorkflowOptions) enqueue() EnqueueOptions {
	return EnqueueOptions{WorkflowID: o.WorkflowID, ApplicationVersion: o.ApplicationVersion, AuthenticatedUser: o.AuthenticatedUser,
		AssumedRole: o.AssumedRole, AuthenticatedRoles: o.AuthenticatedRoles, Attributes: o.Attributes}
}
