package client_test

import (
	"cmp"
	"context"
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
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

	_ = [...]client.DeduplicationPolicy{client.DeduplicationPolicyReject, client.DeduplicationPolicyReturnExisting}
)

// Options that the reference only lists for the application's own context, and options of later
// SDKs.
var (
	_ func([]string) client.ListWorkflowsOption                            = client.WithWorkflowIDs
	_ func(...string) client.ListWorkflowsOption                           = client.WithWorkflowIDPrefix
	_ func([]client.WorkflowStatusType) client.ListWorkflowsOption         = client.WithStatus
	_ func(...string) client.ListWorkflowsOption                           = client.WithName
	_ func(time.Time) client.ListWorkflowsOption                           = client.WithStartTime
	_ func(time.Time) client.ListWorkflowsOption                           = client.WithEndTime
	_ func(...string) client.ListWorkflowsOption                           = client.WithAppVersion
	_ func(...string) client.ListWorkflowsOption                           = client.WithUser
	_ func(...string) client.ListWorkflowsOption                           = client.WithQueueName
	_ func() client.ListWorkflowsOption                                    = client.WithQueuesOnly
	_ func([]string) client.ListWorkflowsOption                            = client.WithExecutorIDs
	_ func(...string) client.ListWorkflowsOption                           = client.WithForkedFrom
	_ func(bool) client.ListWorkflowsOption                                = client.WithWasForkedFrom
	_ func(...string) client.ListWorkflowsOption                           = client.WithParentWorkflowID
	_ func(bool) client.ListWorkflowsOption                                = client.WithHasParent
	_ func(...string) client.ListWorkflowsOption                           = client.WithFilterDeduplicationID
	_ func(time.Time) client.ListWorkflowsOption                           = client.WithCompletedAfter
	_ func(time.Time) client.ListWorkflowsOption                           = client.WithCompletedBefore
	_ func(time.Time) client.ListWorkflowsOption                           = client.WithDequeuedAfter
	_ func(time.Time) client.ListWorkflowsOption                           = client.WithDequeuedBefore
	_ func(int) client.ListWorkflowsOption                                 = client.WithLimit
	_ func(int) client.ListWorkflowsOption                                 = client.WithOffset
	_ func() client.ListWorkflowsOption                                    = client.WithSortDesc
	_ func(bool) client.ListWorkflowsOption                                = client.WithLoadInput
	_ func(bool) client.ListWorkflowsOption                                = client.WithLoadOutput
	_ func(map[string]any) client.ListWorkflowsOption                      = client.WithAttributes
	_ func(...string) client.ListWorkflowsOption                           = client.WithScheduleName
	_ func(...string) client.ListWorkflowsOption                           = client.WithApplicationName
	_ func(bool) client.ListWorkflowsOption                                = client.WithIsDebounced
	_ func(...client.ScheduleStatus) client.ListSchedulesOption            = client.WithScheduleStatuses
	_ func(...string) client.ListSchedulesOption                           = client.WithScheduleWorkflowNames
	_ func(...string) client.ListSchedulesOption                           = client.WithScheduleNamePrefixes
	_ func(string) client.WorkflowOption                                   = client.WithWorkflowID
	_ func(string) client.WorkflowOption                                   = client.WithApplicationVersion
	_ func(string) client.WorkflowOption                                   = client.WithAuthenticatedUser
	_ func(string) client.WorkflowOption                                   = client.WithAssumedRole
	_ func([]string) client.WorkflowOption                                 = client.WithAuthenticatedRoles
	_ func(string) client.DebouncerOption                                  = client.WithDebouncerQueueName
	_ func(string) client.DebouncerOption                                  = client.WithDebouncerClassName
	_ func(string) client.DebouncerOption                                  = client.WithDebouncerApplicationName
	_ func(string) client.EnqueueOption                                    = client.WithEnqueueApplicationName
	_ func(map[string]any) client.EnqueueOption                            = client.WithEnqueueAttributes
	_ func(client.WorkflowIDReusePolicy) client.EnqueueOption              = client.WithEnqueueWorkflowIDReusePolicy
	_ func(map[string]any) client.WorkflowOption                           = client.WithWorkflowAttributes
	_ func(bool) client.ListWorkflowsOption                                = client.WithFilterIsFork
	_ func(time.Time) client.ListWorkflowsOption                           = client.WithFilterCreatedAfter
	_ func(time.Time) client.ListWorkflowsOption                           = client.WithFilterCreatedBefore
	_ func(string) client.EnqueueOption                                    = client.WithEnqueueAuthenticatedUser
	_ func(string) client.EnqueueOption                                    = client.WithEnqueueAssumedRole
	_ func([]string) client.EnqueueOption                                  = client.WithEnqueueAuthenticatedRoles
	_ func(client.Client, []string, ...client.DeleteWorkflowsOption) error = client.Client.DeleteWorkflows
	_ func(bool) client.DeleteWorkflowsOption                              = client.WithDeleteChildren
)

// The names and forms of the Go SDK 1.8.
var (
	_ func(client.Client, time.Duration) error                             = client.Shutdown
	_ func(client.Client, string, any, string, ...client.SendOption) error = client.Send
	_ func(client.Client, []client.Message, ...client.SendOption) error    = client.SendBulk
	_ func(string) client.SendOption                                       = client.WithIdempotencyKey
	_ func() client.SendOption                                             = client.WithSendToForks
	_ func() client.SendOption                                             = client.WithPortableSend
	_ func() client.ReadStreamOption                                       = client.WithReadStreamSnapshot
	_ func(int) client.ReadStreamOption                                    = client.WithReadStreamFromOffset
	_ func(bool) client.ListStepsOption                                    = client.WithStepsLoadOutput
	_ func(int) client.ListStepsOption                                     = client.WithStepsLimit
	_ func(int) client.ListStepsOption                                     = client.WithStepsOffset
	_ func(string) client.DebouncerOption                                  = client.WithDebouncerQueue
	_ func(...string) client.ListWorkflowsOption                           = client.WithFilterWorkflowIDs
	_ func(...string) client.ListWorkflowsOption                           = client.WithFilterWorkflowIDPrefix
	_ func(...client.WorkflowStatusType) client.ListWorkflowsOption        = client.WithFilterStatus
	_ func(...string) client.ListWorkflowsOption                           = client.WithFilterName
	_ func(...string) client.ListWorkflowsOption                           = client.WithFilterAppVersion
	_ func(...string) client.ListWorkflowsOption                           = client.WithFilterUser
	_ func(...string) client.ListWorkflowsOption                           = client.WithFilterQueueName
	_ func() client.ListWorkflowsOption                                    = client.WithFilterQueuesOnly
	_ func(...string) client.ListWorkflowsOption                           = client.WithFilterExecutorIDs
	_ func(...string) client.ListWorkflowsOption                           = client.WithFilterForkedFrom
	_ func(bool) client.ListWorkflowsOption                                = client.WithFilterWasForkedFrom
	_ func(...string) client.ListWorkflowsOption                           = client.WithFilterParentWorkflowID
	_ func(bool) client.ListWorkflowsOption                                = client.WithFilterHasParent
	_ func(time.Time) client.ListWorkflowsOption                           = client.WithFilterCompletedAfter
	_ func(time.Time) client.ListWorkflowsOption                           = client.WithFilterCompletedBefore
	_ func(time.Time) client.ListWorkflowsOption                           = client.WithFilterDequeuedAfter
	_ func(time.Time) client.ListWorkflowsOption                           = client.WithFilterDequeuedBefore
	_ func(map[string]any) client.ListWorkflowsOption                      = client.WithFilterAttributes
	_ func(...string) client.ListWorkflowsOption                           = client.WithFilterScheduleName
	_ func(...string) client.ListWorkflowsOption                           = client.WithFilterApplicationName
	_ func(bool) client.ListWorkflowsOption                                = client.WithFilterIsDebounced
	_ func(int) client.ListWorkflowsOption                                 = client.WithFilterLimit
	_ func(int) client.ListWorkflowsOption                                 = client.WithFilterOffset
	_ func() client.ListWorkflowsOption                                    = client.WithFilterSortDesc
	_ func(bool) client.ListWorkflowsOption                                = client.WithFilterLoadInput
	_ func(bool) client.ListWorkflowsOption                                = client.WithFilterLoadOutput
)

// goHandle is the SDK's handle.
type goHandle interface {
	GetResult(opts ...client.GetResultOption) (int, error)
	GetStatus() (client.WorkflowStatus, error)
	GetWorkflowID() string
}

var _ goHandle = client.WorkflowHandle[int](nil)

type member struct {
	name string
	kind reflect.Type
}

func field[T any](name string) member { return member{name, reflect.TypeFor[T]()} }

// TestStructsHaveTheFieldsOfTheGoSDK compares name by name and type by type. Ours may have more,
// but what the caller fills in for a schedule or a fork has these alone.
func TestStructsHaveTheFieldsOfTheGoSDK(t *testing.T) {
	t.Parallel()
	for _, want := range []struct {
		ours   reflect.Type
		fields []member
	}{
		{reflect.TypeFor[client.DebouncerClient[int, bool]](), []member{
			field[string]("WorkflowName"), field[client.Client]("Client"), field[time.Duration]("Timeout"),
		}},
		{reflect.TypeFor[client.WorkflowSchedule](), []member{
			field[string]("ScheduleID"), field[string]("ScheduleName"), field[string]("WorkflowName"), field[string]("WorkflowClassName"),
			field[string]("Schedule"), field[client.ScheduleStatus]("Status"), field[any]("Context"), field[*time.Time]("LastFiredAt"),
			field[bool]("AutomaticBackfill"), field[string]("CronTimezone"), field[string]("QueueName"),
		}},
		{reflect.TypeFor[client.VersionInfo](), []member{
			field[string]("ID"), field[string]("Name"), field[int64]("Timestamp"), field[int64]("CreatedAt"),
		}},
		{reflect.TypeFor[client.StepInfo](), []member{
			field[int]("StepID"), field[string]("StepName"), field[any]("Output"), field[error]("Error"),
			field[string]("ChildWorkflowID"), field[time.Time]("StartedAt"), field[time.Time]("CompletedAt"),
		}},
		{reflect.TypeFor[client.ClientConfig](), []member{
			field[string]("DatabaseURL"), field[*pgxpool.Pool]("SystemDBPool"), field[*sql.DB]("SqliteSystemDB"),
			field[string]("DatabaseSchema"), field[*slog.Logger]("Logger"),
		}},
		{reflect.TypeFor[client.ClientScheduleInput](), []member{
			field[string]("ScheduleName"), field[string]("WorkflowName"), field[string]("WorkflowClassName"), field[string]("Schedule"),
			field[any]("Context"), field[bool]("AutomaticBackfill"), field[string]("CronTimezone"), field[string]("QueueName"),
			field[string]("ApplicationName"),
			field[client.SDK]("SDK"), // ours
		}},
		{reflect.TypeFor[client.ForkWorkflowInput](), []member{
			field[string]("OriginalWorkflowID"), field[string]("ForkedWorkflowID"), field[uint]("StartStep"),
			field[string]("ApplicationVersion"), field[string]("QueueName"), field[string]("QueuePartitionKey"),
			field[time.Duration]("Timeout"), field[map[string]string]("ReplacementChildren"), // since 1.8
			field[string]("StartFrom"), field[string]("StartStepName"), field[bool]("StartStepExists"), // ours
		}},
		{reflect.TypeFor[client.StreamValue[any]](), []member{field[any]("Value"), field[error]("Err"), field[bool]("Closed")}},
		{reflect.TypeFor[client.PortableWorkflowArgs](), []member{field[[]any]("PositionalArgs"), field[map[string]any]("NamedArgs")}},
	} {
		for _, m := range want.fields {
			if f, found := want.ours.FieldByName(m.name); !found || f.Type != m.kind {
				t.Errorf("%s.%s is %v, want %v", want.ours, m.name, f.Type, m.kind)
			}
		}
		if strings.HasSuffix(want.ours.Name(), "Input") && want.ours.NumField() != len(want.fields) {
			t.Errorf("%s has %d fields, want %d", want.ours, want.ours.NumField(), len(want.fields))
		}
	}
}

var (
	referenceMethod = regexp.MustCompile(`(?m)^[A-Z]\w*\(.*$`)
	referenceOption = regexp.MustCompile(`\b(With[A-Z]\w*)\([a-z]\w* ([\w.]+)\)|\b(With(?:Delay|Resume)\w+)`)
	referenceField  = regexp.MustCompile(`(?m)^([A-Z]\w*) ([\w.*]+) //`)
)

// Where the SDK's reference of its client is at hand, nothing that it names may be missing above.
func TestTheListIsTheReferences(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../shared/design/client-api.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		reference, list := readText(t, file), strings.ReplaceAll(readText(t, "api_test.go"), "client.", "")
		found := 0
		wants := func(expression string) {
			if found++; !regexp.MustCompile(expression).MatchString(list) {
				t.Errorf("the list lacks %s", expression)
			}
		}
		methods, _, _ := strings.Cut(reference, "\n}\n")
		for _, method := range referenceMethod.FindAllString(methods, -1) {
			wants("\t" + regexp.QuoteMeta(method) + "\n")
		}
		for _, option := range referenceOption.FindAllStringSubmatch(reference, -1) {
			wants(`func\(` + cmp.Or(regexp.QuoteMeta(option[2]), `[\w.]+`) + `\) \w+ += ` + option[1] + option[3] + "\n")
		}
		for _, field := range referenceField.FindAllStringSubmatch(reference, -1) {
			wants(regexp.QuoteMeta("field[" + field[2] + `]("` + field[1] + `")`))
		}
		if found < 50 {
			t.Errorf("only %d names are found in %s", found, file)
		}
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
