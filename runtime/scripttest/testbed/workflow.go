package testbed

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// workflowArgs declare a workflow that is there.
type workflowArgs struct {
	ID        string                    `json:"id" doc:"Its id; a random one when not given."`
	Name      string                    `json:"name" doc:"Its name." required:"true"`
	Status    client.WorkflowStatusType `json:"status" doc:"Its state." default:"ENQUEUED"`
	QueueName string                    `json:"queue_name" doc:"Its queue; one called default when not given."`
	Age       *time.Duration            `json:"age" doc:"How long ago it was created." default:"1h" min:"0"`
	Took      *time.Duration            `json:"took" doc:"How long it ran until it ended." default:"1s" min:"0"`
	Delay     *time.Duration            `json:"delay" doc:"How long it still waits, if it is DELAYED." default:"1h" min:"0"`

	Input  any            `json:"input" doc:"Its input."`
	Output any            `json:"output" doc:"Its result, if its state is SUCCESS; also its result when it runs."`
	Error  any            `json:"error" doc:"Its error, if its state is ERROR: a message, or a table with name, message and code."`
	Steps  []past         `json:"steps" doc:"The steps it has taken."`
	Events map[string]any `json:"events" doc:"Its events, by key."`

	ClassName          string         `json:"class_name" doc:"The class it belongs to."`
	ConfigName         string         `json:"config_name" doc:"The instance of the class."`
	Attempts           int            `json:"attempts" doc:"How often it was started; by its state when not given." min:"0"`
	Attributes         map[string]any `json:"attributes" doc:"Its attributes."`
	AuthenticatedUser  string         `json:"authenticated_user" doc:"The user it runs for."`
	ApplicationVersion string         `json:"application_version" doc:"The version of the application it belongs to." default:"v1"`
	ApplicationName    string         `json:"application_name" doc:"The application it belongs to."`
	ExecutorID         string         `json:"executor_id" doc:"The executor that ran it." default:"local"`
	DeduplicationID    string         `json:"deduplication_id" doc:"Its deduplication id."`
	Priority           int            `json:"priority" doc:"Its priority." min:"0"`
	QueuePartitionKey  string         `json:"queue_partition_key" doc:"Its partition of the queue."`
	ParentWorkflowID   string         `json:"parent_workflow_id" doc:"The workflow that started it."`
	ForkedFrom         string         `json:"forked_from" doc:"The workflow it was forked from."`
	WasForkedFrom      bool           `json:"was_forked_from" doc:"Whether it was forked."`
	Timeout            time.Duration  `json:"timeout" doc:"How long it may run." min:"0"`

	WhenRun *behaviour `json:"when_run" doc:"How it behaves when the fleet runs it again, or a fork of it. When not given, its steps succeed, and so does the workflow."`
}

// past is a step that a workflow has taken.
type past struct {
	Name   string `json:"name" doc:"The step's name." required:"true"`
	Output any    `json:"output" doc:"The step's result."`
	Error  any    `json:"error" doc:"The step's error: a message, or a table with name, message and code."`
}

func (w *World) workflowFunc() declare.Func {
	return declare.Fn("workflow", "Puts a workflow into the database, as the application would have left it.",
		func(ctx context.Context, a workflowArgs) (string, error) {
			if err := a.check(); err != nil {
				return "", err
			}
			return a.ID, w.add(ctx, &a)
		}).Outside().
		Returning("its id").
		Notes("A PENDING workflow belongs to an executor that died: it stays PENDING until somebody resumes or cancels it.").
		Example("fleet.workflow{\n  id = \"order-1\", name = \"process_order\", queue_name = \"orders\", status = \"ERROR\", age = \"2h\", error = \"card declined\",\n" +
			"  steps = {{name = \"reserve_stock\", output = \"shelf 7\"}, {name = \"charge_card\", error = \"card declined\"}},\n" +
			"}\nassert.equal(2, #dbos.get_workflow_steps(\"order-1\"))").
		Example("fleet.workflow{id = \"order-2\", name = \"process_order\", status = \"CANCELLED\", when_run = {error = \"no stock\", times = 1}}\n" +
			"dbos.resume_workflow(\"order-2\")\nfleet.run()\nassert.equal(\"ERROR\", dbos.retrieve_workflow(\"order-2\"):get_status().status)")
}

func (a *workflowArgs) check() error {
	if a.ID == "" {
		a.ID = uuid.NewString()
	}
	if a.Status == "" {
		a.Status = client.WorkflowStatusEnqueued
	}
	if err := knownStatus(a.Status); err != nil {
		return err
	}
	if err := checkError("error", a.Error); err != nil {
		return err
	}
	for _, s := range a.Steps {
		if err := checkError("steps", s.Error); err != nil {
			return err
		}
	}
	if a.WhenRun != nil {
		return a.WhenRun.check("when_run.")
	}
	return nil
}

func (w *World) add(ctx context.Context, a *workflowArgs) error {
	if _, err := w.Config(ctx); err != nil {
		return err
	}
	queue := a.QueueName
	if queue == "" {
		queue = "default"
	}
	if !w.queues[queue] {
		if err := w.listen(ctx, worker.Queue{Name: queue}); err != nil {
			return err
		}
	}
	row := a.row(w.Now(), queue)
	if err := w.database.Seed(ctx, slices.Values([]simulator.Row{row})); err != nil {
		return err
	}
	w.register(played{a.Name, a.ClassName, a.ConfigName})
	w.single[a.ID] = a.future()
	return nil
}

// future returns the behaviour of the workflow when it runs again. By default it takes the steps
// that it has, without their errors.
func (a *workflowArgs) future() *behaviour {
	if a.WhenRun != nil {
		return a.WhenRun
	}
	b := &behaviour{Output: a.Output}
	for _, s := range a.Steps {
		b.Steps = append(b.Steps, step{Name: s.Name, Output: s.Output})
	}
	return b
}

func (a *workflowArgs) row(now time.Time, queue string) simulator.Row {
	age, took := or(a.Age, time.Hour), or(a.Took, time.Second)
	took = min(took, age)
	row := simulator.Row{WorkflowStatus: client.WorkflowStatus{
		ID: a.ID, Name: a.Name, QueueName: queue, CreatedAt: now.Add(-age), Input: a.Input,
		ClassName: a.ClassName, ConfigName: a.ConfigName, Attributes: a.Attributes, AuthenticatedUser: a.AuthenticatedUser,
		ApplicationVersion: orText(a.ApplicationVersion, version), ApplicationName: a.ApplicationName, ExecutorID: orText(a.ExecutorID, executor),
		DeduplicationID: a.DeduplicationID, Priority: a.Priority, QueuePartitionKey: a.QueuePartitionKey,
		ParentWorkflowID: a.ParentWorkflowID, ForkedFrom: a.ForkedFrom, WasForkedFrom: a.WasForkedFrom, Timeout: a.Timeout,
	}}
	row.Settle(a.Status, min(time.Second, age-took), took)
	if a.Attempts > 0 {
		row.Attempts = a.Attempts
	}
	a.ended(&row, now)
	a.history(&row)
	return row
}

// ended are the columns that go with the state.
func (a *workflowArgs) ended(row *simulator.Row, now time.Time) {
	switch a.Status {
	case client.WorkflowStatusDelayed:
		row.DelayUntil = now.Add(or(a.Delay, time.Hour))
	case client.WorkflowStatusSuccess:
		row.Output = a.Output
	case client.WorkflowStatusError:
		row.Error = remoteError(orAny(a.Error, a.lastError()))
	}
}

// lastError returns the error of the last failed step, because a workflow usually fails with it.
func (a *workflowArgs) lastError() any {
	for _, s := range slices.Backward(a.Steps) {
		if s.Error != nil {
			return s.Error
		}
	}
	return "failed"
}

func (a *workflowArgs) history(row *simulator.Row) {
	began := row.CreatedAt
	if !row.StartedAt.IsZero() {
		began = row.StartedAt
	}
	for i, s := range a.Steps {
		taken := client.StepInfo{StepID: i, StepName: s.Name, Output: s.Output, StartedAt: began, CompletedAt: began}
		if s.Error != nil {
			taken.Output, taken.Error = nil, remoteError(s.Error)
		}
		row.Steps = append(row.Steps, taken)
	}
	for i, key := range sortedKeys(a.Events) {
		row.Events = append(row.Events, simulator.Event{StepID: len(a.Steps) + i, Key: key, Value: a.Events[key]})
	}
}

func or[T any](value *T, fallback T) T {
	if value == nil {
		return fallback
	}
	return *value
}

func orText(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

func orAny(value, fallback any) any {
	if value == nil {
		return fallback
	}
	return value
}

// knownStatus returns an error for a text that is no state, with the nearest one. No tag of a field
// lists the states, because a tag cannot refer to client.WorkflowStatuses.
func knownStatus(status client.WorkflowStatusType) error {
	if slices.Contains(client.WorkflowStatuses, status) {
		return nil
	}
	var names []string
	for _, known := range client.WorkflowStatuses {
		names = append(names, string(known))
	}
	return declare.BadArgument("status", "unknown state %q%s", string(status), declare.DidYouMean(string(status), names))
}
