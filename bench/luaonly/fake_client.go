package luaonly

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
)

// fakeClient is a client without a database. Its rows are like the rows of the benchmark's fleet,
// with payloads that are not decoded yet. Changes do nothing.
type fakeClient struct {
	client.Client // nil, because scripts do not call the other methods
	// done has a result for each of the ids of a script. It is made before the script runs, because
	// making it is no part of the time of Lua.
	done *client.Report
}

func newFakeClient(ids []string) *fakeClient { return &fakeClient{done: reportOf(ids)} }

// first returns a report of the first workflows.
func (s *fakeClient) first(count int) (*client.Report, error) {
	if count > len(s.done.Results) {
		return reportOf(make([]string, count)), nil
	}
	return &client.Report{Results: s.done.Results[:count:count]}, nil
}

func (s *fakeClient) WithContext(context.Context) client.Client { return s }

func (s *fakeClient) Close(time.Duration) error { return nil }

// workflow is the row that all rows are like.
func workflow(i int) client.WorkflowStatus {
	const input = `{"positionalArgs":[{"order":1234567,"customer":"ann@example.org","lines":[{"sku":"A-1","count":2,"price":19.99},` +
		`{"sku":"B-2","count":1,"price":5.49}],"note":"leave it at the door, the bell is broken, thank you"}],"namedArgs":{}}`
	at := time.UnixMilli(1_750_000_000_000 + int64(i))
	return client.WorkflowStatus{
		ID: fmt.Sprintf("workflow-%07d", i), Status: client.WorkflowStatusSuccess, Name: "process_order", QueueName: "orders",
		ExecutorID: "executor-1", ApplicationVersion: "v1", Serialization: codec.PortableJSON, Attempts: 1,
		CreatedAt: at, UpdatedAt: at, StartedAt: at, CompletedAt: at,
		Input: codec.Encoded{Text: input, Codec: codec.PortableJSON},
	}
}

// ReadStream returns as many values as the script has ids.
func (s *fakeClient) ReadStream(string, string, ...client.ReadStreamOption) ([]any, bool, error) {
	values := make([]any, len(s.done.Results))
	for i := range values {
		values[i] = map[string]any{"line": i, "text": "the parcel has left the house"}
	}
	return values, true, nil
}

func (s *fakeClient) GetWorkflowAggregates(client.WorkflowAggregatesInput) ([]client.WorkflowAggregate, error) {
	return make([]client.WorkflowAggregate, 7), nil
}

func limit(opts []client.ListWorkflowsOption) int {
	var o client.ListWorkflowsOptions
	for _, set := range opts {
		set(&o)
	}
	if o.Limit == nil {
		return 0
	}
	return *o.Limit
}

func (s *fakeClient) ListWorkflows(opts ...client.ListWorkflowsOption) ([]client.WorkflowStatus, error) {
	list := make([]client.WorkflowStatus, limit(opts))
	for i := range list {
		list[i] = workflow(i)
	}
	return list, nil
}

func (s *fakeClient) Workflows(opts ...client.ListWorkflowsOption) iter.Seq2[client.WorkflowStatus, error] {
	return func(yield func(client.WorkflowStatus, error) bool) {
		for i := range limit(opts) {
			if !yield(workflow(i), nil) {
				return
			}
		}
	}
}

func (s *fakeClient) Enqueue(string, string, any, ...client.EnqueueOption) (client.WorkflowHandle[any], error) {
	return handle("w"), nil
}

func (s *fakeClient) EnqueueMany(_, _ string, inputs []any, _ ...client.EnqueueManyOption) ([]client.WorkflowHandle[any], error) {
	return handles(len(inputs)), nil
}

func (s *fakeClient) SetPriorityAll(ids []string, _ int) (*client.Report, error) {
	return s.first(len(ids))
}

func (s *fakeClient) MoveQueueAll(ids []string, _ string) (*client.Report, error) {
	return s.first(len(ids))
}

func (s *fakeClient) HoldAll(ids []string) (*client.Report, error) { return s.first(len(ids)) }

func (s *fakeClient) ReleaseAll(ids []string) (*client.Report, error) { return s.first(len(ids)) }

func (s *fakeClient) ListWorkflowIDs(...client.ListWorkflowsOption) ([]string, error) {
	return nil, nil
}

func (s *fakeClient) CancelWorkflow(string) error { return nil }

func (s *fakeClient) CancelWorkflows([]string) error { return nil }

func (s *fakeClient) EnqueueAll(_, _ string, inputs []any, _ ...client.EnqueueManyOption) (*client.Report, error) {
	return s.first(len(inputs))
}

func (s *fakeClient) ForkAll(inputs []client.ForkWorkflowInput) (*client.Report, error) {
	return s.first(len(inputs))
}

func (s *fakeClient) CancelAll(ids []string, _ ...client.CancelWorkflowsOption) (*client.Report, error) {
	return s.first(len(ids))
}

func (s *fakeClient) RewindAll(ids []string, _ ...client.RewindWorkflowOption) (*client.Report, error) {
	return s.first(len(ids))
}

func (s *fakeClient) ResumeAll(ids []string, _ ...client.ResumeWorkflowOption) (*client.Report, error) {
	return s.first(len(ids))
}

func (s *fakeClient) PruneWorkflows(client.PruneInput) (*client.PruneResult, error) {
	return &client.PruneResult{Deleted: int64(len(s.done.Results)), Groups: []client.PruneGroup{}}, nil
}

// reportOf returns the report of a call that changed all of its workflows.
func reportOf(ids []string) *client.Report {
	return client.ReportOf("do nothing", ids, client.OutcomeChanged, client.WorkflowStatusEnqueued)
}

func (s *fakeClient) WithSDK(client.SDK) client.Client { return s }

func (s *fakeClient) Handle(id string) client.WorkflowHandle[any] { return handle(id) }

func (s *fakeClient) ResumeWorkflow(id string, _ ...client.ResumeWorkflowOption) (client.WorkflowHandle[any], error) {
	return handle(id), nil
}

func (s *fakeClient) ResumeWorkflows(ids []string, _ ...client.ResumeWorkflowOption) ([]client.WorkflowHandle[any], error) {
	return handles(len(ids)), nil
}

func (s *fakeClient) ForkWorkflow(client.ForkWorkflowInput) (client.WorkflowHandle[any], error) {
	return handle("w"), nil
}

func (s *fakeClient) ForkWorkflows(inputs []client.ForkWorkflowInput) ([]client.WorkflowHandle[any], error) {
	return handles(len(inputs)), nil
}

func (s *fakeClient) Send(string, any, string) error { return nil }

func (s *fakeClient) SendMany([]client.Message) error { return nil }

func (s *fakeClient) GetEvent(string, string, time.Duration) (any, error) {
	return map[string]any{"state": "shipped"}, nil
}

func (s *fakeClient) Wait(ids []string, opts ...client.WaitOption) ([]client.Outcome, error) {
	var o client.WaitOptions
	for _, set := range opts {
		set(&o)
	}
	list := make([]client.Outcome, len(ids))
	for i, id := range ids {
		list[i] = client.Outcome{WorkflowID: id, Status: client.WorkflowStatusSuccess, Finished: true, Result: map[string]any{"total": 45.47}}
		if o.Each != nil {
			if err := o.Each(id, list[i].Status); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

func (s *fakeClient) CreateSchedule(client.ClientScheduleInput) error { return nil }

func (s *fakeClient) BackfillAll(string, time.Time, time.Time) (*client.Report, error) {
	return s.done, nil
}

func (s *fakeClient) Debounce(string, string, time.Duration, any, client.DebouncerOptions, ...client.WorkflowOption) (client.WorkflowHandle[any], error) {
	return handle("w"), nil
}

func handles(count int) []client.WorkflowHandle[any] {
	list := make([]client.WorkflowHandle[any], count)
	for i := range list {
		list[i] = handle("w")
	}
	return list
}

// handle is the id of a workflow.
type handle string

func (h handle) GetResult(...client.GetResultOption) (any, error) { return nil, nil }

func (h handle) GetStatus() (client.WorkflowStatus, error) { return client.WorkflowStatus{}, nil }

func (h handle) GetWorkflowID() string { return string(h) }
