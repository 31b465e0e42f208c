package plans

import (
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
)

// An operation is a call of a user with ids, a state or a time window.
type operation struct {
	name string
	do   func(c client.Client, ids []string) error
	// named says that it names ids or a state that few workflows are in, and leads to few rows.
	named bool
	// lists is true for a list. If no index finds its rows, the planner chooses the plan.
	lists bool
	// free is true if the planner may take any plan for it.
	free bool
	// sized says that its statements depend on the number of workflows.
	sized bool
	// silent says that it may send nothing, because the client refuses it first.
	silent bool
}

// list returns an operation that lists.
func list(name string, options ...client.ListWorkflowsOption) operation {
	return operation{lists: true, name: "list " + name, do: func(c client.Client, _ []string) error {
		_, err := c.ListWorkflows(append(options, client.WithLoadInput(true), client.WithLoadOutput(true), client.WithLazyValues())...)
		return err
	}}
}

// walk returns an operation that walks over more than one page. The next page begins at a row of
// the database, so the statements depend on it.
func walk(name string, options ...client.ListWorkflowsOption) operation {
	options = append(options, client.WithPageSize(10), client.WithLimit(25), client.WithLoadInput(true), client.WithLazyValues())
	return operation{lists: true, sized: true, name: "walk " + name, do: func(c client.Client, _ []string) error {
		for _, err := range c.Workflows(options...) {
			if err != nil {
				return err
			}
		}
		return nil
	}}
}

// calls returns all operations of the client. If one takes a list of ids, it is there for
// one id and for many.
func calls(at time.Time) []operation {
	all := append(append(listing(at), filtering(at)...), changing()...)
	all = append(append(all, talking()...), scheduling(at)...)
	return append(all, everyMethod()...)
}

// everyMethod returns a call of each method that uses the database, for its statements that the
// calls above do not send.
func everyMethod() []operation {
	var all []operation
	for _, o := range operations.All() {
		if o.Call == nil || o.Trips == 0 {
			continue
		}
		all = append(all, operation{name: o.Method, named: !o.ReadsAll, sized: o.Method == "Info", do: func(c client.Client, ids []string) error {
			err := o.Call(c, ids)
			if client.CodeOf(err) == client.DatabaseError {
				return err
			}
			return nil // other errors depend on the rows of the fleet
		}})
	}
	return all
}

// remaining returns the calls that are not among calls: of methods that read every row, or wait,
// and the wrong calls of each method.
func remaining() []operation {
	var all []operation
	for _, o := range operations.All() {
		if o.Call != nil && o.Trips == 0 {
			all = append(all, operation{name: o.Method, silent: true, do: o.Call})
		}
		for _, m := range o.Mistakes {
			all = append(all, operation{name: o.Method + " of " + m.What, silent: true, do: func(c client.Client, _ []string) error { return m.Call(c) }})
		}
	}
	return all
}

func listing(at time.Time) []operation {
	first := client.WithLimit(100)
	window := []client.ListWorkflowsOption{client.WithStartTime(at.Add(-2 * time.Hour)), client.WithEndTime(at.Add(-time.Hour))}
	all := []operation{
		list("by start time", window...),
		list("by start time, the newest", append(window, first, client.WithSortDesc())...),
		list("since", client.WithStartTime(at.Add(-time.Hour)), first),
		list("until", client.WithEndTime(at.Add(-time.Hour)), first),
		list("by end", client.WithCompletedAfter(at.Add(-2*time.Hour)), client.WithCompletedBefore(at.Add(-time.Hour))),
		list("by dequeue", client.WithDequeuedAfter(at.Add(-2*time.Hour)), client.WithDequeuedBefore(at.Add(-time.Hour))),
		list("failed in a window", append(window, client.WithStatus([]client.WorkflowStatusType{"ERROR", "CANCELLED"}))...),
		list("failed of a name", first, client.WithStatus([]client.WorkflowStatusType{"ERROR"}), client.WithName("send_mail")),
		list("queued", first, client.WithQueuesOnly(), client.WithQueueName("orders")),
		walk("in a window", window...),
		walk("all"),
		{named: true, name: "list by id", do: func(c client.Client, ids []string) error {
			_, err := c.ListWorkflows(client.WithWorkflowIDs(ids[:1]), client.WithLoadOutput(true))
			return err
		}},
		{named: true, name: "list by ids", do: func(c client.Client, ids []string) error {
			_, err := c.ListWorkflows(client.WithWorkflowIDs(ids), client.WithLoadOutput(true))
			return err
		}},
		{named: true, name: "list by a prefix", do: func(c client.Client, ids []string) error {
			_, err := c.ListWorkflows(client.WithWorkflowIDPrefix(ids[0]), client.WithLimit(100))
			return err
		}},
		{named: true, name: "list by prefixes", do: func(c client.Client, ids []string) error {
			_, err := c.ListWorkflows(client.WithWorkflowIDPrefix(ids[0], ids[1]), client.WithLimit(100))
			return err
		}},
		{named: true, name: "list by parent", do: func(c client.Client, ids []string) error {
			_, err := c.ListWorkflows(client.WithParentWorkflowID(ids[0]))
			return err
		}},
		{named: true, name: "list by original", do: func(c client.Client, ids []string) error {
			_, err := c.ListWorkflows(client.WithForkedFrom(ids...))
			return err
		}},
	}
	for _, status := range []client.WorkflowStatusType{"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ENQUEUED", "PENDING", "DELAYED"} {
		all = append(all, inStates(string(status), status != "SUCCESS", status)...)
	}
	several := []struct {
		name   string
		status []client.WorkflowStatusType
	}{
		{"in two failed states", []client.WorkflowStatusType{"ERROR", "CANCELLED"}},
		{"failed", []client.WorkflowStatusType{"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}},
		{"in flight", []client.WorkflowStatusType{"ENQUEUED", "PENDING"}},
		{"unfinished", []client.WorkflowStatusType{"ENQUEUED", "PENDING", "DELAYED"}},
		{"failed or delayed", []client.WorkflowStatusType{"ERROR", "DELAYED"}},
	}
	for _, s := range several {
		all = append(all, inStates(s.name, true, s.status...)...)
	}
	return all
}

// inStates returns lists and a walk of the workflows in some states.
func inStates(name string, few bool, states ...client.WorkflowStatusType) []operation {
	filter, first := client.WithStatus(states), client.WithLimit(100)
	all := []operation{
		list(name, filter), list(name+", the first", filter, first), list(name+", one", filter, client.WithLimit(1)),
		list(name+", the newest", filter, first, client.WithSortDesc()), walk(name, filter),
	}
	for i := range all {
		all[i].named = few
	}
	return all
}

func changing() []operation {
	fresh := func(ids []string, what string) []string {
		list := make([]string, len(ids))
		for i := range list {
			list[i] = fmt.Sprint(what, "-", i)
		}
		return list
	}
	fork := func(ids []string) []client.ForkWorkflowInput {
		inputs := make([]client.ForkWorkflowInput, len(ids))
		for i, id := range ids {
			inputs[i] = client.ForkWorkflowInput{OriginalWorkflowID: id, StartStep: 1}
		}
		return inputs
	}
	return []operation{
		{named: true, name: "enqueue with an id", do: func(c client.Client, _ []string) error {
			_, err := c.Enqueue("orders", "process_order", 1, client.WithEnqueueWorkflowID("one"))
			return err
		}},
		{named: true, name: "enqueue with a deduplication id", do: func(c client.Client, _ []string) error {
			_, err := c.Enqueue("orders", "process_order", 1, client.WithEnqueueDeduplicationID("one"),
				client.WithEnqueueDeduplicationPolicy(client.DeduplicationPolicyReturnExisting))
			return err
		}},
		{named: true, name: "enqueue many with ids", do: func(c client.Client, ids []string) error {
			_, err := c.EnqueueMany("orders", "process_order", make([]any, len(ids)),
				client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: fresh(ids, "many")}))
			return err
		}},
		{named: true, name: "cancel", do: func(c client.Client, ids []string) error { return c.CancelWorkflow(ids[0]) }},
		{named: true, name: "cancel many", do: func(c client.Client, ids []string) error { return c.CancelWorkflows(ids) }},
		{named: true, name: "resume", do: func(c client.Client, ids []string) error { _, err := c.ResumeWorkflow(ids[0]); return err }},
		{named: true, name: "resume many", do: func(c client.Client, ids []string) error { _, err := c.ResumeWorkflows(ids); return err }},
		{named: true, name: "set delay", do: func(c client.Client, ids []string) error {
			return c.SetWorkflowDelay(ids[0], client.WithDelayDuration(time.Hour))
		}},
		{named: true, name: "fork", do: func(c client.Client, ids []string) error { _, err := c.ForkWorkflow(fork(ids)[0]); return err }},
		{named: true, name: "fork many", do: func(c client.Client, ids []string) error { _, err := c.ForkWorkflows(fork(ids)); return err }},
		{named: true, name: "delete", do: func(c client.Client, _ []string) error { return c.DeleteWorkflows([]string{"one"}) }},
		{named: true, name: "delete many", do: func(c client.Client, ids []string) error { return c.DeleteWorkflows(fresh(ids, "many")) }},
		{named: true, name: "delete with children", do: func(c client.Client, ids []string) error {
			return c.DeleteWorkflows(fresh(ids, "many"), client.WithDeleteChildren(true))
		}},
	}
}

// vainWait is the timeout of a wait for something that never comes. It is long enough for a second
// poll on a busy machine, because that may send another statement than the first.
const vainWait = 200 * time.Millisecond

func talking() []operation {
	return []operation{
		{named: true, name: "retrieve", do: func(c client.Client, ids []string) error { _, err := c.RetrieveWorkflow(ids[0]); return err }},
		{named: true, name: "status", do: func(c client.Client, ids []string) error { _, err := c.Handle(ids[0]).GetStatus(); return err }},
		{named: true, name: "steps", do: func(c client.Client, ids []string) error { _, err := c.GetWorkflowSteps(ids[0]); return err }},
		{named: true, name: "send", do: func(c client.Client, ids []string) error { return c.Send(ids[0], 1, "topic") }},
		{named: true, name: "send many", do: func(c client.Client, ids []string) error {
			messages := make([]client.Message, len(ids))
			for i, id := range ids {
				messages[i] = client.Message{DestinationID: id, Message: i, Topic: "topic"}
			}
			return c.SendMany(messages)
		}},
		{named: true, name: "get event", do: func(c client.Client, ids []string) error {
			_, err := c.GetEvent(ids[0], "key", 0)
			return unless(client.Timeout, err)
		}},
		{named: true, name: "read stream", do: func(c client.Client, ids []string) error {
			_, _, err := c.ReadStream(ids[0], "key", client.WithReadStreamOptions(client.ReadStreamOptions{Snapshot: true}))
			return err
		}},
		{named: true, name: "result", do: func(c client.Client, ids []string) error {
			_, err := c.Wait(ids[:1], client.WithWaitOptions(client.WaitOptions{Timeout: vainWait}))
			return unless(client.Timeout, err)
		}},
		{named: true, name: "wait for many", do: func(c client.Client, ids []string) error {
			_, err := c.Wait(ids, client.WithWaitOptions(client.WaitOptions{Timeout: vainWait}))
			return unless(client.Timeout, err)
		}},
	}
}

func scheduling(at time.Time) []operation {
	return []operation{
		{named: true, name: "backfill", do: func(c client.Client, _ []string) error {
			err := c.ApplySchedules([]client.ClientScheduleInput{{ScheduleName: "s", WorkflowName: "process_order", Schedule: "* * * * *", SDK: client.SDKGo}})
			if err == nil {
				_, err = c.BackfillSchedule("s", at.Add(-100*time.Minute), at)
			}
			return err
		}},
		{named: true, name: "plan a backfill", do: func(c client.Client, _ []string) error {
			_, err := c.PlanBackfill("s", at.Add(-100*time.Minute), at)
			return err
		}},
		{named: true, name: "trigger", do: func(c client.Client, _ []string) error { _, err := c.TriggerSchedule("s"); return err }},
		{named: true, name: "debounce", do: func(c client.Client, _ []string) error {
			_, err := c.Debounce("process_order", "key", time.Hour, 1, client.DebouncerOptions{QueueName: "orders"})
			return err
		}},
	}
}

func unless(code client.ErrorCode, err error) error {
	if client.CodeOf(err) == code {
		return nil
	}
	return err
}
