package client_test

import (
	"context"
	"database/sql"
	"log/slog"
	"reflect"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dbos-script/dbos-script/client"
)

// goClient is the client interface of the DBOS Go SDK, method for method. The assignment below
// does not compile when one of ours differs in a name or a type.
type goClient interface {
	Enqueue(queueName, workflowName string, input any, opts ...client.EnqueueOption) (client.WorkflowHandle[any], error)
	ListWorkflows(opts ...client.ListWorkflowsOption) ([]client.WorkflowStatus, error)
	Send(destinationID string, message any, topic string) error
	GetEvent(targetWorkflowID, key string, timeout time.Duration) (any, error)
	RetrieveWorkflow(workflowID string) (client.WorkflowHandle[any], error)
	CancelWorkflow(workflowID string) error
	CancelWorkflows(workflowIDs []string) error
	SetWorkflowDelay(workflowID string, opts ...client.SetWorkflowDelayOption) error
	ResumeWorkflow(workflowID string, opts ...client.ResumeWorkflowOption) (client.WorkflowHandle[any], error)
	ResumeWorkflows(workflowIDs []string, opts ...client.ResumeWorkflowOption) ([]client.WorkflowHandle[any], error)
	ForkWorkflow(input client.ForkWorkflowInput) (client.WorkflowHandle[any], error)
	ListApplicationVersions() ([]client.VersionInfo, error)
	GetLatestApplicationVersion() (*client.VersionInfo, error)
	SetLatestApplicationVersion(versionName string) error
	GetWorkflowSteps(workflowID string) ([]client.StepInfo, error)
	ClientReadStream(workflowID string, key string) ([]any, bool, error)
	ClientReadStreamAsync(workflowID string, key string) (<-chan client.StreamValue[any], error)
	CreateSchedule(input client.ClientScheduleInput) error
	ApplySchedules(schedules []client.ClientScheduleInput) error
	GetSchedule(scheduleName string) (*client.WorkflowSchedule, error)
	ListSchedules(opts ...client.ListSchedulesOption) ([]client.WorkflowSchedule, error)
	PauseSchedule(scheduleName string) error
	ResumeSchedule(scheduleName string) error
	DeleteSchedule(scheduleName string) error
	BackfillSchedule(scheduleName string, start, end time.Time) ([]string, error)
	TriggerSchedule(scheduleName string) (client.WorkflowHandle[any], error)
	Shutdown(timeout time.Duration)
}

// The functions of the SDK's client, type for type.
var (
	_ goClient                                                                                               = client.Client(nil)
	_ func(context.Context, client.ClientConfig) (client.Client, error)                                      = client.NewClient
	_ func(client.Client, string, string, int, ...client.EnqueueOption) (client.WorkflowHandle[bool], error) = client.Enqueue[int, bool]
	_ func(string, client.Client, ...client.DebouncerOption) *client.DebouncerClient[int, bool]              = client.NewDebouncerClient[int, bool]

	_ func(*client.DebouncerClient[int, bool], string, time.Duration, int, ...client.WorkflowOption) (client.WorkflowHandle[bool], error) = (*client.DebouncerClient[int, bool]).Debounce

	_ func(string) client.EnqueueOption                     = client.WithEnqueueWorkflowID
	_ func(string) client.EnqueueOption                     = client.WithEnqueueApplicationVersion
	_ func(time.Duration) client.EnqueueOption              = client.WithEnqueueTimeout
	_ func(string) client.EnqueueOption                     = client.WithEnqueueDeduplicationID
	_ func(client.DeduplicationPolicy) client.EnqueueOption = client.WithEnqueueDeduplicationPolicy
	_ func(uint) client.EnqueueOption                       = client.WithEnqueuePriority
	_ func(string) client.EnqueueOption                     = client.WithEnqueueClassName
	_ func(string) client.EnqueueOption                     = client.WithEnqueueConfigName
	_ func(time.Duration) client.EnqueueOption              = client.WithEnqueueDelay
	_ func(string) client.EnqueueOption                     = client.WithEnqueueQueuePartitionKey
	_ func(string) client.ResumeWorkflowOption              = client.WithResumeQueue
	_ func(time.Duration) client.SetWorkflowDelayOption     = client.WithDelayDuration
	_ func(time.Time) client.SetWorkflowDelayOption         = client.WithDelayUntil
	_ func(time.Duration) client.DebouncerOption            = client.WithDebouncerTimeout
	_ func(string) client.DebouncerOption                   = client.WithDebouncerConfigName
	_ func(time.Duration) client.GetResultOption            = client.WithHandleTimeout
	_ func(time.Duration) client.GetResultOption            = client.WithHandlePollingInterval
)

type member struct {
	name string
	kind reflect.Type
}

func field[T any](name string) member { return member{name, reflect.TypeFor[T]()} }

// TestStructsHaveTheFieldsOfTheGoSDK compares name by name and type by type. Ours may have more.
func TestStructsHaveTheFieldsOfTheGoSDK(t *testing.T) {
	t.Parallel()
	for _, want := range []struct {
		ours   reflect.Type
		fields []member
	}{
		{reflect.TypeFor[client.ClientConfig](), []member{
			field[string]("DatabaseURL"), field[*pgxpool.Pool]("SystemDBPool"), field[*sql.DB]("SqliteSystemDB"),
			field[string]("DatabaseSchema"), field[*slog.Logger]("Logger"),
		}},
		{reflect.TypeFor[client.ClientScheduleInput](), []member{
			field[string]("ScheduleName"), field[string]("WorkflowName"), field[string]("WorkflowClassName"), field[string]("Schedule"),
			field[any]("Context"), field[bool]("AutomaticBackfill"), field[string]("CronTimezone"), field[string]("QueueName"),
		}},
		{reflect.TypeFor[client.ForkWorkflowInput](), []member{
			field[string]("OriginalWorkflowID"), field[string]("ForkedWorkflowID"), field[uint]("StartStep"),
			field[string]("ApplicationVersion"), field[string]("QueueName"), field[string]("QueuePartitionKey"),
		}},
		{reflect.TypeFor[client.StreamValue[any]](), []member{field[any]("Value"), field[error]("Err"), field[bool]("Closed")}},
		{reflect.TypeFor[client.PortableWorkflowArgs](), []member{field[[]any]("PositionalArgs"), field[map[string]any]("NamedArgs")}},
	} {
		for _, m := range want.fields {
			if f, found := want.ours.FieldByName(m.name); !found || f.Type != m.kind {
				t.Errorf("%s.%s is %v, want %v", want.ours, m.name, f.Type, m.kind)
			}
		}
	}
}
