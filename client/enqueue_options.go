package client

import (
	"math"
	"time"
)

// A DeduplicationPolicy decides how an enqueue ends if its deduplication id is taken.
type DeduplicationPolicy string

// The policies.
const (
	// DeduplicationPolicyReject returns QueueDeduplicated. It is the default.
	DeduplicationPolicyReject DeduplicationPolicy = "reject"
	// DeduplicationPolicyReturnExisting returns the handle of the workflow that holds the id.
	DeduplicationPolicyReturnExisting DeduplicationPolicy = "return_existing"
)

// A WorkflowIDReusePolicy decides how an enqueue ends if a workflow with its id exists.
type WorkflowIDReusePolicy string

// The policies.
const (
	// WorkflowIDReusePolicyReturnExisting returns the handle of the workflow. It is the default.
	WorkflowIDReusePolicyReturnExisting WorkflowIDReusePolicy = "return_existing"
	// WorkflowIDReusePolicyReject returns WorkflowIDInUse.
	WorkflowIDReusePolicyReject WorkflowIDReusePolicy = "reject"
)

// EnqueueOptions are the options of Enqueue.
type EnqueueOptions struct {
	WorkflowID          string              `json:"workflow_id" doc:"The new workflow's id; a random UUID when not given. If a workflow has this id already, its handle is returned and nothing is enqueued." nonempty:"true"`
	ApplicationVersion  string              `json:"application_version" doc:"The application version that must run it; when not given, the latest one of its application." nonempty:"true"`
	Timeout             time.Duration       `json:"timeout" doc:"How long it may run from the moment it is dequeued." min:"0"`
	DeduplicationID     string              `json:"deduplication_id" doc:"At most one unfinished workflow of a queue has this id." nonempty:"true"`
	DeduplicationPolicy DeduplicationPolicy `json:"deduplication_policy" doc:"If another workflow holds the deduplication id: raise an error, or return the handle of that workflow." enum:"reject,return_existing" default:"reject"`
	Priority            uint                `json:"priority" doc:"Its priority on the queue: 0 is the highest, then 1 to 2147483647."`
	ClassName           string              `json:"class_name" doc:"The class of the function, for applications that dispatch by class." nonempty:"true"`
	ConfigName          string              `json:"config_name" doc:"The configured instance the function belongs to." nonempty:"true"`
	Delay               time.Duration       `json:"delay" doc:"How long it waits as DELAYED before it is put on the queue." min:"0"`
	QueuePartitionKey   string              `json:"queue_partition_key" doc:"Its partition, if the queue is partitioned." nonempty:"true"`
	AuthenticatedUser   string              `json:"authenticated_user" doc:"The user it runs for." nonempty:"true"`
	AssumedRole         string              `json:"assumed_role" doc:"The role in which that user acts." nonempty:"true"`
	AuthenticatedRoles  []string            `json:"authenticated_roles" doc:"The roles of that user." nonempty:"true"`
	ApplicationName     string              `json:"application_name" doc:"The application that must run it. When not given: the application of the connection, or the owner of the queue, or the only application that has run the workflow." nonempty:"true"`
	Attributes          map[string]any      `json:"attributes" doc:"JSON data by which the filter attributes of dbos.list_workflows finds it."`

	WorkflowIDReusePolicy WorkflowIDReusePolicy `json:"workflow_id_reuse_policy" doc:"If a workflow has the id: return its handle, or raise an error." enum:"return_existing,reject" default:"return_existing"`

	SDK    SDK  `json:"sdk" doc:"The language of the application's DBOS SDK, which decides how a plain input is written. When not given, the rows of the database show it." enum:"go,python,typescript,java"`
	Strict bool `json:"strict" doc:"Whether an unknown queue, name, class or version, or a missing partition key, is an error instead of a warning."`

	emptied emptied // an option function was given an empty text
}

// An EnqueueOption sets one of the EnqueueOptions.
type EnqueueOption func(*EnqueueOptions)

// WithEnqueueOptions sets all options at once.
func WithEnqueueOptions(options EnqueueOptions) EnqueueOption {
	return func(o *EnqueueOptions) { *o = options }
}

// WithEnqueueWorkflowID sets the id of the workflow, a random UUID by default. If a workflow with
// this id exists, nothing is enqueued and its handle is returned.
func WithEnqueueWorkflowID(id string) EnqueueOption {
	return func(o *EnqueueOptions) {
		o.WorkflowID = id
		o.emptied.note("workflow_id", id)
	}
}

// WithEnqueueApplicationVersion makes only executors of this version run the workflow.
func WithEnqueueApplicationVersion(version string) EnqueueOption {
	return func(o *EnqueueOptions) {
		o.ApplicationVersion = version
		o.emptied.note("application_version", version)
	}
}

// WithEnqueueTimeout cancels the workflow if it runs longer. The time counts from the dequeue; in
// the Go SDK v0.18 it counted from the enqueue. Zero, the default, is no limit.
func WithEnqueueTimeout(timeout time.Duration) EnqueueOption {
	return func(o *EnqueueOptions) { o.Timeout = timeout }
}

// WithEnqueueDeduplicationID allows only one unfinished workflow with this id on the queue.
func WithEnqueueDeduplicationID(id string) EnqueueOption {
	return func(o *EnqueueOptions) {
		o.DeduplicationID = id
		o.emptied.note("deduplication_id", id)
	}
}

// WithEnqueueDeduplicationPolicy decides how the call ends if the deduplication id is taken.
func WithEnqueueDeduplicationPolicy(policy DeduplicationPolicy) EnqueueOption {
	return func(o *EnqueueOptions) { o.DeduplicationPolicy = policy }
}

// WithEnqueuePriority sets the priority. 0, the default, runs first; 2147483647 is the greatest.
func WithEnqueuePriority(priority uint) EnqueueOption {
	return func(o *EnqueueOptions) { o.Priority = priority }
}

// WithEnqueueClassName names the class of the function, for applications that dispatch by class.
func WithEnqueueClassName(className string) EnqueueOption {
	return func(o *EnqueueOptions) { o.ClassName = className }
}

// WithEnqueueConfigName names the configured instance of the function.
func WithEnqueueConfigName(configName string) EnqueueOption {
	return func(o *EnqueueOptions) { o.ConfigName = configName }
}

// WithEnqueueDelay keeps the workflow DELAYED for this time before it is ENQUEUED.
func WithEnqueueDelay(delay time.Duration) EnqueueOption {
	return func(o *EnqueueOptions) { o.Delay = delay }
}

// WithEnqueueQueuePartitionKey sets the partition of a partitioned queue.
func WithEnqueueQueuePartitionKey(partitionKey string) EnqueueOption {
	return func(o *EnqueueOptions) {
		o.QueuePartitionKey = partitionKey
		o.emptied.note("queue_partition_key", partitionKey)
	}
}

// WithEnqueueAuthenticatedUser sets the user the workflow runs for.
func WithEnqueueAuthenticatedUser(user string) EnqueueOption {
	return func(o *EnqueueOptions) { o.AuthenticatedUser = user }
}

// WithEnqueueAssumedRole sets the role the user took.
func WithEnqueueAssumedRole(role string) EnqueueOption {
	return func(o *EnqueueOptions) { o.AssumedRole = role }
}

// WithEnqueueAuthenticatedRoles sets the roles the user has.
func WithEnqueueAuthenticatedRoles(roles []string) EnqueueOption {
	return func(o *EnqueueOptions) { o.AuthenticatedRoles = roles }
}

// WithEnqueueAttributes sets the attributes of the workflow, by which WithAttributes finds it. It
// needs a newer schema: otherwise the enqueue returns Unsupported.
func WithEnqueueAttributes(attributes map[string]any) EnqueueOption {
	return func(o *EnqueueOptions) { o.Attributes = attributes }
}

// WithEnqueueWorkflowIDReusePolicy decides how the call ends if a workflow with the id exists.
func WithEnqueueWorkflowIDReusePolicy(policy WorkflowIDReusePolicy) EnqueueOption {
	return func(o *EnqueueOptions) { o.WorkflowIDReusePolicy = policy }
}

// WithEnqueueApplicationName sets the application that the workflow belongs to. By default it is
// that of the client, else the owner of the queue, else the only application that has run the
// workflow. Without an owner, every application may take the workflow.
func WithEnqueueApplicationName(name string) EnqueueOption {
	return func(o *EnqueueOptions) {
		o.ApplicationName = name
		o.emptied.note("application_name", name)
	}
}

// EnqueueManyOptions are the options of EnqueueMany and EnqueueAll. All workflows share them,
// except for the two lists of ids.
type EnqueueManyOptions struct {
	EnqueueOptions
	WorkflowIDs      []string `json:"workflow_ids" doc:"An id for each input, in the same order; random UUIDs when not given." nonempty:"true"`
	DeduplicationIDs []string `json:"deduplication_ids" doc:"A deduplication id for each input, in the same order." nonempty:"true"`
}

// An EnqueueManyOption sets one of the EnqueueManyOptions.
type EnqueueManyOption func(*EnqueueManyOptions)

// WithEnqueueManyOptions sets all options at once.
func WithEnqueueManyOptions(options EnqueueManyOptions) EnqueueManyOption {
	return func(o *EnqueueManyOptions) { *o = options }
}

// check returns InvalidOption if an option is out of range or excludes another.
func (o EnqueueOptions) check(op, queueName, workflowName string) error {
	switch {
	case o.emptied != "":
		return o.emptied.check(op)
	case queueName == "":
		return invalid(op, "the queue has no name")
	case workflowName == "":
		return invalid(op, "the workflow has no name")
	case o.QueuePartitionKey != "" && o.DeduplicationID != "":
		return invalid(op, "a partition key and a deduplication id cannot go together")
	case o.DeduplicationPolicy != "" && o.DeduplicationPolicy != DeduplicationPolicyReject && o.DeduplicationPolicy != DeduplicationPolicyReturnExisting:
		return invalid(op, "no deduplication policy %q: it is reject or return_existing", o.DeduplicationPolicy)
	case o.DeduplicationPolicy == DeduplicationPolicyReturnExisting && o.DeduplicationID == "":
		return invalid(op, "the deduplication policy return_existing needs a deduplication id")
	case o.WorkflowIDReusePolicy != "" && o.WorkflowIDReusePolicy != WorkflowIDReusePolicyReject && o.WorkflowIDReusePolicy != WorkflowIDReusePolicyReturnExisting:
		return invalid(op, "no workflow id reuse policy %q: it is return_existing or reject", o.WorkflowIDReusePolicy)
	case o.Priority > math.MaxInt32:
		return invalid(op, "the priority %d is above 2147483647", o.Priority)
	case o.Delay < 0:
		return invalid(op, "the delay %v is negative", o.Delay)
	case o.Timeout < 0:
		return invalid(op, "the timeout %v is negative", o.Timeout)
	}
	return nil
}

// target returns the target of a workflow with these options.
func (o EnqueueOptions) target(queueName, workflowName string) target {
	return target{queue: queueName, name: workflowName, class: o.ClassName, version: o.ApplicationVersion, keyed: o.QueuePartitionKey != ""}
}
