package client_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// unforeseen are calls whose result is another one than that of a usual call.
var unforeseen = []struct {
	name string
	call func(client.Client) (any, error)
}{
	{"send to nobody", func(c client.Client) (any, error) { return nil, c.Send("nobody", 1, "") }},
	{"send to nobody and somebody", func(c client.Client) (any, error) {
		return nil, c.SendMany([]client.Message{{DestinationID: "waits"}, {DestinationID: "nobody"}})
	}},
	{"send twice with a key", func(c client.Client) (any, error) {
		m := client.Message{DestinationID: "waits", IdempotencyKey: "key"}
		if err := c.SendMany([]client.Message{m}); err != nil {
			return nil, err
		}
		return nil, c.SendMany([]client.Message{m})
	}},
	{"cancel nothing", func(c client.Client) (any, error) { return nil, c.CancelWorkflow("nobody") }},
	{"cancel what has ended", func(c client.Client) (any, error) { return nil, c.CancelWorkflow("cancelled") }},
	{"cancel all", reported(client.Client.CancelAll, "waits", "waits", "waits too")},
	{"cancel some", reported(client.Client.CancelAll, "waits", "cancelled", "nobody")},
	{"resume nothing", func(c client.Client) (any, error) { return handled(c.ResumeWorkflow("nobody")) }},
	{"resume", func(c client.Client) (any, error) { return handled(c.ResumeWorkflow("cancelled")) }},
	{"resume some", reported(client.Client.ResumeAll, "cancelled", "nobody")},
	{"cancel, and look", func(c client.Client) (any, error) {
		if err := c.CancelWorkflow("waits"); err != nil {
			return nil, err
		}
		return c.CountWorkflows(client.WithStatus([]client.WorkflowStatusType{client.WorkflowStatusCancelled}))
	}},
	{"cancel, and resume", func(c client.Client) (any, error) {
		if err := c.CancelWorkflow("waits"); err != nil {
			return nil, err
		}
		return handled(c.ResumeWorkflow("waits", client.WithResumeQueue("q2")))
	}},
	{"enqueue again", func(c client.Client) (any, error) {
		return handled(c.Enqueue("q2", "w2", nil, client.WithEnqueueWorkflowID("waits")))
	}},
	{"enqueue another", func(c client.Client) (any, error) {
		return handled(c.Enqueue("q2", "w3", nil, client.WithEnqueueWorkflowID("waits")))
	}},
	{"enqueue a duplicate", func(c client.Client) (any, error) {
		return handled(c.Enqueue("q2", "w2", nil, client.WithEnqueueDeduplicationID("taken"), client.WithEnqueueWorkflowID("new")))
	}},
	{"enqueue a duplicate for its holder", func(c client.Client) (any, error) {
		return handled(c.Enqueue("q2", "w2", nil, client.WithEnqueueDeduplicationID("taken"), client.WithEnqueueWorkflowID("new"),
			client.WithEnqueueDeduplicationPolicy(client.DeduplicationPolicyReturnExisting)))
	}},
	{"enqueue in use", func(c client.Client) (any, error) {
		return handled(c.Enqueue("q2", "w2", nil, client.WithEnqueueWorkflowID("waits"), client.WithEnqueueWorkflowIDReusePolicy(client.WorkflowIDReusePolicyReject)))
	}},
}

func handled(h client.WorkflowHandle[any], err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return h.GetWorkflowID(), nil
}

func reported[O any](call func(client.Client, []string, ...O) (*client.Report, error), ids ...string) func(client.Client) (any, error) {
	return func(c client.Client) (any, error) {
		report, err := call(c, ids)
		if err != nil {
			return nil, err
		}
		return report.Results, nil
	}
}

// A call in a step returns the same as without a step, and leaves the same rows, also where its
// result is not the one that it foresees.
func TestAnUnforeseenResultIsThatOfTheCall(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		s := newStage(t, b)
		prepare := func() {
			prepareAgain(t, b)
			for _, id := range []string{"waits", "waits too", "cancelled"} {
				options := []client.EnqueueOption{client.WithEnqueueWorkflowID(id)}
				if id == "waits too" {
					options = append(options, client.WithEnqueueDeduplicationID("taken"))
				}
				_, err := s.c.Enqueue("q2", "w2", nil, options...)
				mustDo(t, err)
			}
			mustDo(t, s.c.CancelWorkflow("cancelled"))
		}
		for _, u := range unforeseen {
			prepare()
			want, wantErr := u.call(s.c)
			wantRows := statesOf(b)
			var got any
			err := s.prepared(t, prepare, func(effect func()) { effect() }, func(c client.Client) (err error) {
				got, err = u.call(c)
				return err
			})
			if fmt.Sprint(got, client.CodeOf(err)) != fmt.Sprint(want, client.CodeOf(wantErr)) || (err == nil) != (wantErr == nil) {
				t.Errorf("%s: got %v, %v\nwant %v, %v", u.name, got, err, want, wantErr)
			}
			if rows := statesOf(b); !slices.Equal(rows, wantRows) {
				t.Errorf("%s: left %v\nwant %v", u.name, rows, wantRows)
			}
		}
	})
}

// statesOf returns the states of all workflows but the run, and the number of messages.
func statesOf(b clienttest.Backend) (list []string) {
	for _, row := range b.Rows("workflow_status", "workflow_uuid <> 'run'", nil) {
		list = append(list, fmt.Sprint(row["workflow_uuid"], " ", row["name"], " ", row["status"], " ", row["queue_name"]))
	}
	slices.Sort(list)
	return append(list, fmt.Sprint(len(b.Rows("notifications", "", nil)), " messages"))
}
