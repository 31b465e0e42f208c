package bindings

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// classes are the same in every run, and declared once.
var classes = sync.OnceValue(newClasses)

func newClasses() []*declare.Class {
	return []*declare.Class{
		connectionClass().Replayed(declare.ReplayCall), recordedHandle(handleClass()), recordedChanges(changesClass()), recordedRecovery(recoveryClass()),
		recordedImport(importedClass()), recordedDebouncer(debouncerClass()), argsClass(), failureClass(), opaqueClass(),
		bulkClass(),
		declare.RecordOf[client.Bulk]("bulk_run", "One change of many workflows, in batches. `tostring` is a summary of one line.").
			Shown(func(v any) string { return bulkText(v) }),
		declare.RecordOf[client.BulkEnd]("bulk_end", "What has become of the workflows that a bulk run has changed."),
		declare.RecordOf[client.BulkStats]("bulk_stats", "The numbers of a bulk run before a batch. Those of changed workflows count what this process has seen."),
		declare.RecordOf[client.WorkflowStatus]("workflow", "The row of one workflow. A value that the database does not have is nil."),
		declare.RecordOf[client.StepInfo]("step", "One finished step of a workflow."),
		declare.RecordOf[client.Outcome]("outcome", "How a workflow ended, or the state it was in when a wait was over."),
		declare.RecordOf[client.ChangeResult]("change", "The outcome of a call for one workflow or schedule."),
		declare.RecordOf[client.WorkflowMessage]("message", "A message to a workflow."),
		declare.RecordOf[client.WorkflowSchedule]("schedule", "The row of one schedule. A value that the database does not have is nil."),
		declare.RecordOf[client.BackfillTick]("tick", "One tick of a schedule, and whether a backfill would start a run of it."),
		declare.RecordOf[client.Queue]("queue", "A registered queue. A limit that is not set reads as nil."),
		declare.RecordOf[client.RateLimit]("rate_limit", "How many workflows may start in a period."),
		declare.RecordOf[client.WorkflowAggregate]("workflow_group", "A group of workflows with the values that were computed for it. Values that were not selected are nil."),
		declare.RecordOf[client.StepAggregate]("step_group", "A group of steps with the values that were computed for it. Values that were not selected are nil."),
		declare.RecordOf[client.FailureGroup]("failure_group", "Failed workflows that have something in common. It can stand where a function takes ids or a filter."),
		declare.RecordOf[client.Explanation]("explanation", "Why a workflow moves, or does not."),
		declare.RecordOf[client.Reason]("reason", "One reason for the state that a workflow is in."),
		declare.RecordOf[client.ExecutorInfo]("executor", "An executor with its evidence of life. A value without evidence is nil."),
		declare.RecordOf[client.Orphan]("orphan", "A PENDING workflow whose executor has died, or is silent."),
		declare.RecordOf[client.PruneResult]("pruned", "The workflows that a prune deleted, and the number that it left. `tostring` is a summary of one line.").
			Shown(func(v any) string { return prunedText(v) }),
		declare.RecordOf[client.PrunePlan]("prune_plan", "The workflows that a prune would delete."),
		recordedPruneGroup(declare.RecordOf[client.PruneGroup]("prune_group", "Workflows of one name and state that were deleted, or would be.")),
		declare.RecordOf[client.ApplicationRowCounts]("renamed", "How many rows a rename moved."),
		declare.RecordOf[client.ExportReport]("exported", "What an export has written."),
		declare.RecordOf[version]("version", "A registered version of an application."),
	}
}

func connectionClass() *declare.Class {
	return declare.ClassOf[*Connection]("client", "An open system database. It has the functions of `dbos` as methods.").
		Having(foreign(operations())...)
}

// foreign returns operations as methods of a connection that the script has opened. A change there
// is an act outside, because it cannot be in one transaction with a record of the run.
func foreign(operations []declare.Func) []declare.Func {
	methods := slices.Clone(operations)
	for i, f := range methods {
		if f.Kind == declare.Changes {
			methods[i] = f.Outside()
		}
	}
	return methods
}

// failureClass is the stored error of a workflow or a step. Scripts may treat it as text, as most
// SDKs show it, or look into it.
func failureClass() *declare.Class {
	type failure = *codec.RemoteError
	return declare.ClassOf[failure]("workflow_error", "The error a workflow or a step ended with. It can be used as text: `wf.error:find(\"timeout\")`, `\"failed: \" .. wf.error`.").
		TextLike().
		With(
			declare.Get("message", "The text of the error.", func(e failure) string { return e.Message }),
			declare.Get("name", "The class or kind of the error; nil if the application stored none.", func(e failure) *string { return present(e.Name) }),
			declare.Get("code", "The error's own code; nil if the application stored none.", func(e failure) any { return e.Code }),
			declare.Get("data", "Further members of the error; nil if the application stored none.", func(e failure) any { return e.Data }),
			declare.Get("stack", "The application's stack trace; nil if it stored none.", func(e failure) *string { return present(e.Stack) }),
			declare.Get("raw", "The text as it is stored.", func(e failure) string { return e.Raw }),
		)
}

func opaqueClass() *declare.Class {
	return declare.ClassOf[codec.Opaque]("opaque", "A stored value that cannot be decoded here, such as an instance of an application's own class.").
		With(
			declare.Get("codec", "The serialization it is stored in; nil if none is named.", func(o codec.Opaque) *string { return present(o.Codec) }),
			declare.Get("raw", "The text as it is stored.", func(o codec.Opaque) string { return o.Raw }),
			declare.Get("reason", "Why it cannot be decoded.", func(o codec.Opaque) string { return o.Reason }),
		)
}

func argsClass() *declare.Class {
	return declare.ClassOf[client.PortableWorkflowArgs]("portable_args", "Arguments for a workflow of an application in any language, made by `dbos.portable_args`.").
		AsData().
		With(
			declare.Get("positional", "The positional arguments.", func(a client.PortableWorkflowArgs) []any { return a.PositionalArgs }),
			declare.Get("named", "The named arguments.", func(a client.PortableWorkflowArgs) map[string]any { return a.NamedArgs }),
		)
}

// A Handle refers to a workflow from a script. It is not the client's own: that one is bound to
// the context of the call that made it, while a script keeps a handle across calls.
type Handle struct {
	connection *Connection
	id         string
}

func (h *Handle) with(ctx context.Context) client.WorkflowHandle[any] {
	return h.connection.with(ctx).Handle(h.id)
}

func (c *Connection) handle(h client.WorkflowHandle[any], err error) (*Handle, error) {
	if err != nil {
		return nil, err
	}
	return &Handle{c, h.GetWorkflowID()}, nil
}

// Foreign returns true if the handle belongs to a connection that the script has opened.
func (h *Handle) Foreign() bool { return h.connection.foreign }

// String implements tostring.
func (h *Handle) String() string { return "handle " + h.id }

func handleClass() *declare.Class {
	return declare.ClassOf[*Handle]("handle", "Refers to a workflow: waits for its result, reads its status.").
		With(declare.Get("workflow_id", "The workflow's id.", func(h *Handle) string { return h.id })).
		Having(getResult(), getStatus(), getWorkflowID(), events(), messages(), streams())
}

func getResult() declare.Func {
	return declare.Method("get_result", "Waits for the workflow to end and returns its result.",
		func(ctx context.Context, h *Handle, o client.GetResultOptions) (any, error) {
			o.MustExist = true
			return h.with(ctx).GetResult(client.WithGetResultOptions(o))
		}).Reads().
		Returning("the workflow's result").
		Raises("WorkflowFailed", "AwaitedWorkflowCancelled", "DeadLetterQueue", "Timeout", "NonExistentWorkflow").
		Notes("A workflow that ended in ERROR raises `WorkflowFailed`; the error it stored is `err.cause`. One that was deleted " +
			"since the handle was made raises `NonExistentWorkflow`.").
		Example("local h = dbos.retrieve_workflow(\"order-1\")\nprint(json.encode(h:get_result{timeout = \"30s\"}))")
}

func getStatus() declare.Func {
	return declare.Method("get_status", "Reads the row of the workflow, without input, output and error.",
		func(ctx context.Context, h *Handle, _ declare.None) (client.WorkflowStatus, error) {
			return h.with(ctx).GetStatus()
		}).Reads().
		Returning("the workflow").
		Raises("NonExistentWorkflow").
		Example("print(dbos.retrieve_workflow(\"order-1\"):get_status().status)")
}

func getWorkflowID() declare.Func {
	return declare.Method("get_workflow_id", "Returns the workflow's id.",
		func(_ context.Context, h *Handle, _ declare.None) (string, error) { return h.id, nil }).Pure().
		Returning("the id").
		Example("print(dbos.retrieve_workflow(\"order-1\"):get_workflow_id())")
}

// A version is a client.VersionInfo whose times are times.
type version struct {
	ID              string    `json:"version_id" doc:"The version's id."`
	Name            string    `json:"version_name" doc:"The version's name."`
	Timestamp       time.Time `json:"version_timestamp,omitzero" doc:"The version with the greatest timestamp is the latest."`
	CreatedAt       time.Time `json:"created_at,omitzero" doc:"When it was registered."`
	ApplicationName string    `json:"application_name,omitempty" doc:"The application that owns it."`
}

func newVersion(v client.VersionInfo) version {
	return version{v.ID, v.Name, time.UnixMilli(v.Timestamp), time.UnixMilli(v.CreatedAt), v.ApplicationName}
}

// present is nil for a text that is not there.
func present(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
