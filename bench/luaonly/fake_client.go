package luaonly

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
)

// fakeClient is a client without a database, which answers every call at once. Its rows are like
// the rows of the workflows on which the other tables of the benchmark are measured, and their
// payloads are not decoded yet. Changes do nothing.
type fakeClient struct {
	client.Client // nil, because scripts do not call the other methods
	// report has a result for each of the ids of a script. It is made before the script runs,
	// because making it is no part of the time of Lua.
	report *client.Report
}

func newFakeClient(ids []string) *fakeClient { return &fakeClient{report: reportOf(ids)} }

// first returns the results of the first count ids of the report. A script that changes more
// workflows than it was started with has a new report, whose ids are empty.
func (f *fakeClient) first(count int) (*client.Report, error) {
	if count > len(f.report.Results) {
		return reportOf(make([]string, count)), nil
	}
	return &client.Report{Results: f.report.Results[:count:count]}, nil
}

func (f *fakeClient) WithContext(context.Context) client.Client { return f }

func (f *fakeClient) Close(time.Duration) error { return nil }

// workflow returns the i-th row of a list. Rows differ in the id and in the times.
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
func (f *fakeClient) ReadStream(string, string, ...client.ReadStreamOption) ([]any, bool, error) {
	values := make([]any, len(f.report.Results))
	for i := range values {
		values[i] = map[string]any{"line": i, "text": "the parcel has left the house"}
	}
	return values, true, nil
}

func (f *fakeClient) GetWorkflowAggregates(client.WorkflowAggregatesInput) ([]client.WorkflowAggregate, error) {
	return make([]client.WorkflowAggregate, 7), nil
}

// limit returns the number of rows of a list: the limit of its options, or 0 without one.
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

func (f *fakeClient) ListWorkflows(opts ...client.ListWorkflowsOption) ([]client.WorkflowStatus, error) {
	list := make([]client.WorkflowStatus, limit(opts))
	for i := range list {
		list[i] = workflow(i)
	}
	return list, nil
}

func (f *fakeClient) Workflows(opts ...client.ListWorkflowsOption) iter.Seq2[client.WorkflowStatus, error] {
	return func(yield func(client.WorkflowStatus, error) bool) {
		for i := range limit(opts) {
			if !yield(workflow(i), nil) {
				return
			}
		}
	}
}

func (f *fakeClient) Enqueue(string, string, any, ...client.EnqueueOption) (client.WorkflowHandle[any], error) {
	return handle("w"), nil
}

func (f *fakeClient) EnqueueMany(_, _ string, inputs []any, _ ...client.EnqueueManyOption) ([]client.WorkflowHandle[any], error) {
	return handles(len(inputs)), nil
}

func (f *fakeClient) SetPriorityAll(ids []string, _ int) (*client.Report, error) {
	return f.first(len(ids))
}

func (f *fakeClient) MoveQueueAll(ids []string, _ string) (*client.Report, error) {
	return f.first(len(ids))
}

func (f *fakeClient) HoldAll(ids []string) (*client.Report, error) { return f.first(len(ids)) }

func (f *fakeClient) ReleaseAll(ids []string) (*client.Report, error) { return f.first(len(ids)) }

func (f *fakeClient) ListWorkflowIDs(...client.ListWorkflowsOption) ([]string, error) {
	return nil, nil
}

func (f *fakeClient) CancelWorkflow(string) error { return nil }

func (f *fakeClient) CancelWorkflows([]string) error { return nil }

func (f *fakeClient) EnqueueAll(_, _ string, inputs []any, _ ...client.EnqueueManyOption) (*client.Report, error) {
	return f.first(len(inputs))
}

func (f *fakeClient) ForkAll(inputs []client.ForkWorkflowInput) (*client.Report, error) {
	return f.first(len(inputs))
}

func (f *fakeClient) CancelAll(ids []string, _ ...client.CancelWorkflowsOption) (*client.Report, error) {
	return f.first(len(ids))
}

func (f *fakeClient) RewindAll(ids []string, _ ...client.RewindWorkflowOption) (*client.Report, error) {
	return f.first(len(ids))
}

func (f *fakeClient) ResumeAll(ids []string, _ ...client.ResumeWorkflowOption) (*client.Report, error) {
	return f.first(len(ids))
}

func (f *fakeClient) PruneWorkflows(client.PruneInput) (*client.PruneResult, error) {
	return &client.PruneResult{Deleted: int64(len(f.report.Results)), Groups: []client.PruneGroup{}}, nil
}

// reportOf returns the report of a call that changed all of its workflows.
func reportOf(ids []string) *client.Report {
	return client.ReportOf("do nothing", ids, client.OutcomeChanged, client.WorkflowStatusEnqueued)
}

func (f *fakeClient) WithSDK(client.SDK) client.Client { return f }

func (f *fakeClient) Handle(id string) client.WorkflowHandle[any] { return handle(id) }

func (f *fakeClient) ResumeWorkflow(id string, _ ...client.ResumeWorkflowOption) (client.WorkflowHandle[any], error) {
	return handle(id), nil
}

func (f *fakeClient) ResumeWorkflows(ids []string, _ ...client.ResumeWorkflowOption) ([]client.WorkflowHandle[any], error) {
	return handles(len(ids)), nil
}

func (f *fakeClient) ForkWorkflow(client.ForkWorkflowInput) (client.WorkflowHandle[any], error) {
	return handle("w"), nil
}

func (f *fakeClient) ForkWorkflows(inputs []client.ForkWorkflowInput) ([]client.WorkflowHandle[any], error) {
	return handles(len(inputs)), nil
}

func (f *fakeClient) Send(string, any, string) error { return nil }

func (f *fakeClient) SendMany([]client.Message) error { return nil }

func (f *fakeClient) GetEvent(string, string, time.Duration) (any, error) {
	return map[string]any{"state": "shipped"}, nil
}

func (f *fakeClient) Wait(ids []string, opts ...client.WaitOption) ([]client.Outcome, error) {
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

func (f *fakeClient) CreateSchedule(client.ClientScheduleInput) error { return nil }

func (f *fakeClient) BackfillAll(string, time.Time, time.Time) (*client.Report, error) {
	return f.report, nil
}

func (f *fakeClient) Debounce(string, string, time.Duration, any, client.DebouncerOptions, ...client.WorkflowOption) (client.WorkflowHandle[any], error) {
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
