package client

import "time"

// A WorkflowStatusType is one of the seven states of a workflow.
type WorkflowStatusType string

// The states. The last four end a workflow. SUCCESS and ERROR are final; a workflow in one of the
// last two can be resumed.
const (
	WorkflowStatusDelayed                     WorkflowStatusType = "DELAYED"                        // waits until it is put on its queue
	WorkflowStatusEnqueued                    WorkflowStatusType = "ENQUEUED"                       // waits on its queue
	WorkflowStatusPending                     WorkflowStatusType = "PENDING"                        // runs, or waits for recovery
	WorkflowStatusSuccess                     WorkflowStatusType = "SUCCESS"                        // has returned a result
	WorkflowStatusError                       WorkflowStatusType = "ERROR"                          // has returned an error
	WorkflowStatusCancelled                   WorkflowStatusType = "CANCELLED"                      // was cancelled, or its timeout passed
	WorkflowStatusMaxRecoveryAttemptsExceeded WorkflowStatusType = "MAX_RECOVERY_ATTEMPTS_EXCEEDED" // its executors died too often
)

// WorkflowStatuses holds all states, in the order of a workflow's life.
var WorkflowStatuses = []WorkflowStatusType{
	WorkflowStatusDelayed, WorkflowStatusEnqueued, WorkflowStatusPending, WorkflowStatusSuccess,
	WorkflowStatusError, WorkflowStatusCancelled, WorkflowStatusMaxRecoveryAttemptsExceeded,
}

// InternalQueueName is the queue on which every DBOS application listens.
const InternalQueueName = "_dbos_internal_queue"

// A WorkflowStatus is the row of one workflow. A field is zero if its column is NULL or missing.
// Times are UTC and have millisecond precision.
type WorkflowStatus struct {
	ID                 string             `json:"id" doc:"The workflow's id."`
	Status             WorkflowStatusType `json:"status,omitempty" doc:"Its state: DELAYED, ENQUEUED, PENDING, SUCCESS, ERROR, CANCELLED or MAX_RECOVERY_ATTEMPTS_EXCEEDED."`
	Name               string             `json:"name,omitempty" doc:"The name the workflow function is registered under."`
	AuthenticatedUser  string             `json:"authenticated_user,omitempty" doc:"The user it runs for."`
	AssumedRole        string             `json:"assumed_role,omitempty" doc:"The role in which that user acts."`
	AuthenticatedRoles []string           `json:"authenticated_roles,omitempty" doc:"The roles of that user."`
	Output             any                `json:"output,omitempty" doc:"The result, if load_output is set."`
	Error              error              `json:"error,omitempty" doc:"The error it ended with, if load_output is set."`
	ExecutorID         string             `json:"executor_id,omitempty" doc:"The process that runs or ran it."`
	CreatedAt          time.Time          `json:"created_at,omitzero" doc:"When it was created."`
	UpdatedAt          time.Time          `json:"updated_at,omitzero" doc:"When its row last changed. Some changes do not set it."`
	ApplicationVersion string             `json:"application_version,omitempty" doc:"The application version that must run it; nil means the latest one of its application."`
	ApplicationID      string             `json:"application_id,omitempty" doc:"The id of a cloud application."`
	Attempts           int                `json:"attempts" doc:"How often its execution started."`
	QueueName          string             `json:"queue_name,omitempty" doc:"The queue it is or was on; cancelling removes it."`
	Timeout            time.Duration      `json:"timeout,omitzero" doc:"How long it may run from the moment it is dequeued, in seconds."`
	Deadline           time.Time          `json:"deadline,omitzero" doc:"When it is cancelled if it still runs."`
	StartedAt          time.Time          `json:"started_at,omitzero" doc:"When it was last dequeued."`
	DeduplicationID    string             `json:"deduplication_id,omitempty" doc:"The deduplication id it holds on its queue."`
	Input              any                `json:"input,omitempty" doc:"The input, if load_input is set."`
	Priority           int                `json:"priority" doc:"Its priority on the queue: 0 is the highest, then 1, 2, …"`
	QueuePartitionKey  string             `json:"queue_partition_key,omitempty" doc:"Its partition of a partitioned queue."`
	ForkedFrom         string             `json:"forked_from,omitempty" doc:"The workflow it was forked from."`
	WasForkedFrom      bool               `json:"was_forked_from" doc:"Whether it has forks."`
	ParentWorkflowID   string             `json:"parent_workflow_id,omitempty" doc:"The workflow that started it."`
	CompletedAt        time.Time          `json:"completed_at,omitzero" doc:"When it ended."`
	ClassName          string             `json:"class_name,omitempty" doc:"The class of its function, for applications that dispatch by class."`
	ConfigName         string             `json:"config_name,omitempty" doc:"The configured instance its function belongs to."`
	Serialization      string             `json:"serialization,omitempty" doc:"The codec of its input and output."`
	DelayUntil         time.Time          `json:"delay_until,omitzero" doc:"When a delayed workflow becomes due."`
	Attributes         map[string]any     `json:"attributes,omitempty" doc:"Its attributes, as the application set them."`
	ScheduleName       string             `json:"schedule_name,omitempty" doc:"The schedule that started it."`
	DebounceDeadline   time.Time          `json:"debounce_deadline,omitzero" doc:"The latest time debouncing can delay it to."`
	IsDebounced        bool               `json:"is_debounced" doc:"Whether it belongs to a debouncer."`
	ApplicationName    string             `json:"application_name,omitempty" doc:"The application that owns it."`
	// HeldFrom is the state to which a held workflow returns when released; "" if not held.
	HeldFrom WorkflowStatusType `json:"held_from,omitempty" doc:"The state to which a held workflow returns once it is released; nil if it is not held. While it is held it is DELAYED."`
	// StepsDone is the number of steps that have ended; nil if LoadProgress is not set.
	StepsDone  *int64    `json:"steps_done,omitempty" doc:"How many of its steps have ended, if load_progress is set."`
	LastStep   string    `json:"last_step,omitempty" doc:"The last ended step by its number, if load_progress is set."`
	LastStepAt time.Time `json:"last_step_at,omitzero" doc:"When the last ended step did so, if load_progress is set."`
}

// A StepInfo is one finished step of a workflow. Go and TypeScript number steps from 0, Python from
// 1. A field is zero if its column is NULL.
type StepInfo struct {
	StepID          int       `json:"step_id" doc:"The step's number: from 0 in Go and TypeScript, from 1 in Python."`
	StepName        string    `json:"step_name" doc:"The step's name."`
	Output          any       `json:"output,omitempty" doc:"The value that the step returned, if load_output is set."`
	Error           error     `json:"error,omitempty" doc:"The error the step ended with."`
	ChildWorkflowID string    `json:"child_workflow_id,omitempty" doc:"The workflow the step started or waited for."`
	StartedAt       time.Time `json:"started_at,omitzero" doc:"When the step began."`
	CompletedAt     time.Time `json:"completed_at,omitzero" doc:"When the step ended."`
}

// A VersionInfo is a registered version of an application. Times are Unix milliseconds.
type VersionInfo struct {
	ID              string `json:"version_id" doc:"The version's id."`
	Name            string `json:"version_name" doc:"The version's name."`
	Timestamp       int64  `json:"version_timestamp" doc:"Unix milliseconds. The version with the greatest timestamp is the latest."`
	CreatedAt       int64  `json:"created_at" doc:"When it was registered, in Unix milliseconds."`
	ApplicationName string `json:"application_name,omitempty" doc:"The application that owns it."`
}

// millis returns the time of a column, or the zero time if it is NULL or 0.
func millis(epoch int64) time.Time {
	if epoch == 0 {
		return time.Time{}
	}
	return time.UnixMilli(epoch).UTC()
}
