package client

import "time"

// WorkflowOptions are what can be said about a workflow beside where it goes. Debounce takes the
// first part of them; the others are the debouncer's own business, and an error.
type WorkflowOptions struct {
	WorkflowID         string   `json:"workflow_id" doc:"The id of the workflow, if the call starts a new one; a random UUID when not given." nonempty:"true"`
	ApplicationVersion string   `json:"application_version" doc:"The application version that must run it; any latest one when not given." nonempty:"true"`
	AuthenticatedUser  string   `json:"authenticated_user" doc:"The user it runs for."`
	AssumedRole        string   `json:"assumed_role" doc:"The role that user took."`
	AuthenticatedRoles []string `json:"authenticated_roles" doc:"The roles that user has."`

	QueueName           string              `json:"-"`
	DeduplicationID     string              `json:"-"`
	DeduplicationPolicy DeduplicationPolicy `json:"-"`
	Delay               time.Duration       `json:"-"`
	Priority            uint                `json:"-"`
	QueuePartitionKey   string              `json:"-"`
}

// A WorkflowOption sets one of the WorkflowOptions.
type WorkflowOption func(*WorkflowOptions)

// WithWorkflowOptions sets all options at once.
func WithWorkflowOptions(options WorkflowOptions) WorkflowOption {
	return func(o *WorkflowOptions) { *o = options }
}

// WithWorkflowID sets the id of the workflow.
func WithWorkflowID(id string) WorkflowOption {
	return func(o *WorkflowOptions) { o.WorkflowID = id }
}

// WithApplicationVersion pins the workflow to an application version.
func WithApplicationVersion(version string) WorkflowOption {
	return func(o *WorkflowOptions) { o.ApplicationVersion = version }
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

// WithQueue names a queue, which a debouncer has already: see WithDebouncerQueueName.
func WithQueue(queueName string) WorkflowOption {
	return func(o *WorkflowOptions) { o.QueueName = queueName }
}

// WithDeduplicationID sets a deduplication id, which a debounced workflow has already: its key.
func WithDeduplicationID(id string) WorkflowOption {
	return func(o *WorkflowOptions) { o.DeduplicationID = id }
}

// WithDeduplicationPolicy sets a policy, which a debounced workflow has already.
func WithDeduplicationPolicy(policy DeduplicationPolicy) WorkflowOption {
	return func(o *WorkflowOptions) { o.DeduplicationPolicy = policy }
}

// WithDelay sets a delay, which a debounced workflow has already.
func WithDelay(delay time.Duration) WorkflowOption {
	return func(o *WorkflowOptions) { o.Delay = delay }
}

// WithPriority sets a priority, which a debounced workflow cannot have.
func WithPriority(priority uint) WorkflowOption {
	return func(o *WorkflowOptions) { o.Priority = priority }
}

// WithQueuePartitionKey sets a partition, which a debounced workflow cannot have.
func WithQueuePartitionKey(partitionKey string) WorkflowOption {
	return func(o *WorkflowOptions) { o.QueuePartitionKey = partitionKey }
}

// undebounced names the first option that does not go with a debounce, and why; "" when there is none.
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

// enqueue are the options of the workflow that a debounce starts.
func (o WorkflowOptions) enqueue() EnqueueOptions {
	return EnqueueOptions{WorkflowID: o.WorkflowID, ApplicationVersion: o.ApplicationVersion, AuthenticatedUser: o.AuthenticatedUser,
		AssumedRole: o.AssumedRole, AuthenticatedRoles: o.AuthenticatedRoles}
}
