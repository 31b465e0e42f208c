package clienttest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/gob"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A row that ended, and what GetResult makes of it.
type resultCase struct {
	name    string
	row     client.WorkflowStatus
	want    string // the result as JSON
	code    client.ErrorCode
	message string // in the error
	cause   codec.RemoteError
}

func resultCases(t *testing.T) []resultCase {
	raw := func(text string) codec.Encoded { return codec.Encoded{Text: text} }
	null := codec.Encoded{Null: true}
	success, failure := client.WorkflowStatusSuccess, client.WorkflowStatusError
	return []resultCase{
		{name: "DBOS_JSON", row: client.WorkflowStatus{Status: success, Output: map[string]any{"n": int64(1 << 62)}}, want: `{"n":4611686018427387904}`},
		{name: "portable", row: client.WorkflowStatus{Status: success, Serialization: codec.PortableJSON, Output: []any{}}, want: `[]`},
		{name: "nil", row: client.WorkflowStatus{Status: success}, want: `null`},
		{name: "NULL", row: client.WorkflowStatus{Status: success, Output: null}, want: `null`},
		{name: "empty text", row: client.WorkflowStatus{Status: success, Output: raw("")}, want: `null`},
		{name: "superjson", row: client.WorkflowStatus{Status: success, Serialization: codec.SuperJSON,
			Output: raw(`{"json":{"a":[1]},"__dbos_serializer":"superjson"}`)}, want: `{"a":[1]}`},
		{name: "plain error", row: client.WorkflowStatus{Status: failure, Error: errors.New("no money")},
			code: client.WorkflowFailed, message: "no money", cause: codec.RemoteError{Message: "no money"}},
		{name: "portable error", row: client.WorkflowStatus{Status: failure, Serialization: codec.PortableJSON,
			Error: &codec.RemoteError{Name: "Broke", Message: "no money", Code: int64(402), Data: map[string]any{"k": "v"}}},
			code: client.WorkflowFailed, message: "Broke: no money", cause: codec.RemoteError{Name: "Broke", Message: "no money", Code: int64(402)}},
		{name: "gob error", row: client.WorkflowStatus{Status: failure, Error: &codec.RemoteError{Message: gobbed(t, "no money")}},
			code: client.WorkflowFailed, message: "no money", cause: codec.RemoteError{Name: "WorkflowExecution", Message: "no money", Code: int64(10)}},
		{name: "error and output", row: client.WorkflowStatus{Status: failure, Output: "half", Error: errors.New("no")}, want: `"half"`,
			code: client.WorkflowFailed, message: "no", cause: codec.RemoteError{Message: "no"}},
		{name: "error that says nothing", row: client.WorkflowStatus{Status: failure}, code: client.WorkflowFailed, message: "failed"},
		{name: "cancelled", row: client.WorkflowStatus{Status: client.WorkflowStatusCancelled, Output: raw("not base64!")},
			code: client.AwaitedWorkflowCancelled, message: "was cancelled"},
		{name: "dead letter", row: client.WorkflowStatus{Status: client.WorkflowStatusMaxRecoveryAttemptsExceeded, Attempts: 7, Output: raw("")},
			code: client.DeadLetterQueue, message: "maximum of 5 retries"},
	}
}

// DBOSError is what the Go SDK stores for errors of its own.
type DBOSError struct {
	Message string
	Code    int
}

func (e *DBOSError) Error() string { return e.Message }

// gobbed is an error as the Go SDK's later versions store it.
func gobbed(t *testing.T, message string) string {
	t.Helper()
	gob.RegisterName("*dbos.DBOSError", &DBOSError{})
	var text bytes.Buffer
	stored := error(&DBOSError{message, 10})
	if err := gob.NewEncoder(&text).Encode(&stored); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(text.Bytes())
}

func TestResultsOfEndedWorkflows(t *testing.T) {
	t.Parallel()
	cases := resultCases(t)
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, test := range cases {
			test.row.ID, test.row.Name = test.name, "name"
			seed(t, b, simulator.Row{WorkflowStatus: test.row})
			result, err := c.Handle(test.name).GetResult()
			test.check(t, result, err)
		}
	})
}

func (test resultCase) check(t *testing.T, result any, err error) {
	t.Helper()
	text, _ := codec.EncodeJSON(result, "")
	if test.want != "" && text != test.want {
		t.Errorf("%s: result %s, want %s", test.name, text, test.want)
	}
	if client.CodeOf(err) != test.code || err != nil && !strings.Contains(err.Error(), test.message) {
		t.Errorf("%s: error %v", test.name, err)
	}
	var cause *codec.RemoteError
	found := errors.As(err, &cause)
	switch {
	case found != (test.cause.Message != ""):
		t.Errorf("%s: cause %v", test.name, cause)
	case found && (cause.Name != test.cause.Name || cause.Message != test.cause.Message || cause.Code != test.cause.Code):
		t.Errorf("%s: cause %#v", test.name, cause)
	}
}

func TestUndecodableResults(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		seed(t, b, simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: "custom", Status: "SUCCESS", Serialization: "my_codec", Output: codec.Encoded{Text: "??"}}})
		result, err := c.Handle("custom").GetResult()
		if opaque, ok := result.(codec.Opaque); err != nil || !ok || opaque.Raw != "??" || opaque.Codec != "my_codec" {
			t.Errorf("result %#v, %v", result, err)
		}
		handle, err := client.Enqueue[any, int](c, queue, "name", nil, client.WithEnqueueWorkflowID("typed"))
		if err != nil {
			t.Fatal(err)
		}
		b.Exec("UPDATE {workflow_status} SET status = 'SUCCESS', output = 'Im0i' WHERE workflow_uuid = 'typed'", nil)
		if _, err := handle.GetResult(); client.CodeOf(err) != client.Undecodable {
			t.Errorf("a text as a number gave %v", err)
		}
	})
}

func TestUnfinishedAndMissingWorkflowsAreWaitedFor(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, state := range []client.WorkflowStatusType{"DELAYED", "ENQUEUED", "PENDING"} {
			seed(t, b, simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: string(state), Status: state}})
		}
		for _, id := range []string{"DELAYED", "ENQUEUED", "PENDING", "missing"} {
			_, err := c.Handle(id).GetResult(client.WithHandleTimeout(10 * time.Millisecond))
			if client.CodeOf(err) != client.Timeout || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), id) {
				t.Errorf("%s gave %v", id, err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := c.WithContext(ctx).Handle(id).GetResult(); client.CodeOf(err) != client.Interrupted || !errors.Is(err, context.Canceled) {
				t.Errorf("%s under a context that ended gave %v", id, err)
			}
		}
	})
}

func TestAMissingWorkflowAppearsDuringTheWait(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{"echo": func(r *worker.Run) (any, error) { return r.Input(), nil }})
		type answer struct {
			result any
			err    error
		}
		answers := make(chan answer)
		go func() {
			result, err := c.Handle("later").GetResult(client.WithHandlePollingInterval(time.Millisecond))
			answers <- answer{result, err}
		}()
		enqueue(t, c, "echo", "here", client.WithEnqueueWorkflowID("later"))
		mustDrain(t, w)
		if got := <-answers; got.result != "here" || got.err != nil {
			t.Errorf("got %v, %v", got.result, got.err)
		}
	})
}

// A client reads the results that a worker records.
func TestResultsThatAWorkerRecords(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{
			"good": func(r *worker.Run) (any, error) { return map[string]any{"in": r.Input(), "none": nil}, nil },
			"nil":  idle, "bad": fails,
		})
		for _, input := range []any{[]any{1, "x"}, client.PortableWorkflowArgs{PositionalArgs: []any{[]any{1, "x"}}}} {
			good, none, bad := enqueue(t, c, "good", input), enqueue(t, c, "nil", input), enqueue(t, c, "bad", input)
			mustDrain(t, w)
			result, err := c.Handle(good).GetResult()
			if text, _ := codec.EncodeJSON(result, ""); text != `{"in":[1,"x"],"none":null}` || err != nil {
				t.Errorf("result %s, %v", text, err)
			}
			if result, err := c.Handle(none).GetResult(); result != nil || err != nil {
				t.Errorf("nothing came as %v, %v", result, err)
			}
			if result, err := c.Handle(bad).GetResult(); result != nil || client.CodeOf(err) != client.WorkflowFailed || !strings.Contains(err.Error(), "no money") {
				t.Errorf("a failure came as %v, %v", result, err)
			}
		}
	})
}

func TestRetrieveAndStatus(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		seed(t, b, fullRow())
		handle, err := c.RetrieveWorkflow("full")
		if err != nil {
			t.Fatal(err)
		}
		status, err := handle.GetStatus()
		if err != nil || status.ID != "full" || status.Status != "ERROR" || status.Input != nil || status.Output != nil || status.Error != nil {
			t.Errorf("status %+v, %v", status, err)
		}
		for _, id := range []string{"missing", "Full", "ful_"} {
			if _, err := c.RetrieveWorkflow(id); client.CodeOf(err) != client.NonExistentWorkflow {
				t.Errorf("%q gave %v", id, err)
			}
			if _, err := c.Handle(id).GetStatus(); client.CodeOf(err) != client.NonExistentWorkflow {
				t.Errorf("the status of %q gave %v", id, err)
			}
		}
		if _, err := c.RetrieveWorkflow(""); client.CodeOf(err) != client.InvalidOption {
			t.Errorf("no id gave %v", err)
		}
	})
}
