package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
)

// A request is one thing to do; which fields count depends on Do.
type request struct {
	ID         int               `json:"id"`
	Do         string            `json:"do"`
	Workflow   string            `json:"workflow"`
	WorkflowID string            `json:"workflowID"`
	Key        string            `json:"key"`
	Period     int               `json:"period"`
	Args       []json.RawMessage `json:"args"`
	Options    json.RawMessage   `json:"options"`
}

// options are the options of a workflow to start, to enqueue, to resume or to fork.
type options struct {
	WorkflowID      string `json:"workflowID"`
	QueueName       string `json:"queueName"`
	DeduplicationID string `json:"deduplicationID"`
	Priority        uint   `json:"priority"`
	Step            uint   `json:"step"`

	Attributes          map[string]any    `json:"attributes"`
	ApplicationName     string            `json:"applicationName"`
	Children            bool              `json:"children"`
	ReplacementChildren map[string]string `json:"replacementChildren"`
	IdempotencyKey      string            `json:"idempotencyKey"`
	ToForks             bool              `json:"toForks"`
	Merge               bool              `json:"merge"`
	Concurrency         int               `json:"concurrency"`
	ReusePolicy         string            `json:"workflowIDReusePolicy"`
	Portable            bool              `json:"portable"`
}

// driver answers requests: some by the application, the others by its client.
type driver struct {
	app      dbos.Context
	client   dbos.Client
	starters map[string]starter
}

func (d *driver) answer(r request) (any, error) {
	var with options
	if r.Do != "list" && len(r.Options) > 0 {
		if err := json.Unmarshal(r.Options, &with); err != nil {
			return nil, err
		}
	}
	verb, found := map[string]func(request, options) (any, error){
		"start": d.start, "debounce": d.debounce, "result": d.result,
		"enqueue": d.enqueue, "clientDebounce": d.clientDebounce, "list": d.list, "steps": d.steps,
		"cancel": d.cancel, "resume": d.resume, "fork": d.fork, "delete": d.remove, "send": d.send, "event": d.event, "stream": d.stream,
		"rewind": d.rewind, "delay": d.delay, "attributes": d.attributes, "queue": d.queue, "queues": d.queues, "rename": d.rename,
		"aggregates": d.aggregates,
		"schedule":   d.schedule, "schedules": d.schedules, "pause": d.pause, "trigger": d.trigger, "backfill": d.backfill,
	}[r.Do]
	if !found {
		return nil, fmt.Errorf("no request %q", r.Do)
	}
	return verb(r, with)
}

// input returns the one argument of a Go workflow.
func (r request) input() json.RawMessage {
	if len(r.Args) == 0 {
		return nil
	}
	return r.Args[0]
}

func (d *driver) start(r request, with options) (any, error) {
	start, found := d.starters[r.Workflow]
	if !found {
		return nil, fmt.Errorf("no workflow %q", r.Workflow)
	}
	var chosen []dbos.WorkflowOption
	if with.WorkflowID != "" {
		chosen = append(chosen, dbos.WithWorkflowID(with.WorkflowID))
	}
	if with.Attributes != nil {
		chosen = append(chosen, dbos.WithWorkflowAttributes(with.Attributes))
	}
	if with.QueueName != "" {
		queue, err := dbos.RetrieveQueue(d.app, with.QueueName)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, dbos.WithQueue(queue))
	}
	id, err := start(d.app, r.input(), chosen...)
	return started(id), err
}

// started is how a workflow that was started is named in a response.
func started(id string) map[string]string { return map[string]string{"workflowID": id} }

func (d *driver) result(r request, _ options) (any, error) {
	handle, err := dbos.RetrieveWorkflow[any](d.app, r.WorkflowID)
	if err != nil {
		return nil, err
	}
	return handle.GetResult(dbos.WithHandleTimeout(20*time.Second), dbos.WithHandlePollingInterval(50*time.Millisecond))
}

func (d *driver) enqueue(r request, with options) (any, error) {
	var chosen []dbos.EnqueueOption
	if with.WorkflowID != "" {
		chosen = append(chosen, dbos.WithEnqueueWorkflowID(with.WorkflowID))
	}
	if with.DeduplicationID != "" {
		chosen = append(chosen, dbos.WithEnqueueDeduplicationID(with.DeduplicationID))
	}
	if with.Priority > 0 {
		chosen = append(chosen, dbos.WithEnqueuePriority(with.Priority))
	}
	if with.ApplicationName != "" {
		chosen = append(chosen, dbos.WithEnqueueApplicationName(with.ApplicationName))
	}
	if with.Attributes != nil {
		chosen = append(chosen, dbos.WithEnqueueAttributes(with.Attributes))
	}
	if with.ReusePolicy == "reject" {
		option, err := rejectTaken()
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, option)
	}
	if with.Portable {
		option, err := portable()
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, option)
	}
	handle, err := dbos.Enqueue[any](d.client, with.QueueName, r.Workflow, r.input(), chosen...)
	if err != nil {
		return nil, err
	}
	return started(handle.GetWorkflowID()), nil
}

func (d *driver) debounce(r request, _ options) (any, error) {
	if r.Workflow != "same" {
		return nil, fmt.Errorf("workflow %q has no debouncer", r.Workflow)
	}
	debouncer, err := dbos.NewDebouncer(d.app, same)
	if err != nil {
		return nil, err
	}
	var input any
	if err := json.Unmarshal(r.input(), &input); err != nil {
		return nil, err
	}
	handle, err := debouncer.Debounce(d.app, r.Key, time.Duration(r.Period)*time.Millisecond, input)
	if err != nil {
		return nil, err
	}
	return started(handle.GetWorkflowID()), nil
}

func (d *driver) clientDebounce(r request, _ options) (any, error) {
	debouncer := dbos.NewDebouncerClient[any, any](r.Workflow, d.client)
	handle, err := debouncer.Debounce(r.Key, time.Duration(r.Period)*time.Millisecond, r.input())
	if err != nil {
		return nil, err
	}
	return started(handle.GetWorkflowID()), nil
}

func (d *driver) cancel(r request, with options) (any, error) {
	var chosen []dbos.CancelWorkflowOption
	if with.Children {
		chosen = append(chosen, dbos.WithCancelChildren())
	}
	return nil, dbos.CancelWorkflow(d.client, r.WorkflowID, chosen...)
}

func (d *driver) resume(r request, with options) (any, error) {
	var chosen []dbos.ResumeWorkflowOption
	if with.QueueName != "" {
		chosen = append(chosen, dbos.WithResumeQueue(with.QueueName))
	}
	_, err := dbos.ResumeWorkflow[any](d.client, r.WorkflowID, chosen...)
	return nil, err
}

func (d *driver) fork(r request, with options) (any, error) {
	handle, err := dbos.ForkWorkflow[any](d.client, dbos.ForkWorkflowInput{
		OriginalWorkflowID: r.WorkflowID, ForkedWorkflowID: with.WorkflowID, StartStep: with.Step, QueueName: with.QueueName,
		ReplacementChildren: with.ReplacementChildren,
	})
	if err != nil {
		return nil, err
	}
	return started(handle.GetWorkflowID()), nil
}

func (d *driver) remove(r request, _ options) (any, error) {
	return nil, dbos.DeleteWorkflows(d.client, []string{r.WorkflowID})
}

func (d *driver) send(r request, with options) (any, error) {
	var chosen []dbos.SendOption
	if with.IdempotencyKey != "" {
		chosen = append(chosen, dbos.WithIdempotencyKey(with.IdempotencyKey))
	}
	if with.ToForks {
		option, err := toForks()
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, option)
	}
	if with.Portable {
		chosen = append(chosen, dbos.WithPortableSend())
	}
	return nil, dbos.Send(d.client, r.WorkflowID, r.input(), r.Key, chosen...)
}

func (d *driver) event(r request, _ options) (any, error) {
	return dbos.GetEvent[any](d.client, r.WorkflowID, r.Key, 10*time.Second)
}

func (d *driver) stream(r request, _ options) (any, error) {
	values, _, err := dbos.ReadStream[any](d.client, r.WorkflowID, r.Key)
	return values, err
}

func (d *driver) steps(r request, _ options) (any, error) {
	steps, err := dbos.GetWorkflowSteps(d.client, r.WorkflowID)
	found := []any{}
	for _, step := range steps {
		found = append(found, map[string]any{"id": step.StepID, "name": step.StepName})
	}
	return found, err
}
