package operations

import (
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// An Operation is one method of Client.
type Operation struct {
	// Method is its name.
	Method string
	// Call calls it for workflows of Prepare, or for the ids of another database. It returns within
	// a second if nothing is wrong. It is nil for a method that does not use the database.
	Call func(c client.Client, ids []string) error
	// Of are the workflows of Prepare for which Call has something to do; w0 if it is empty.
	Of []string
	// Changes is true if the method changes the database, so the gate is asked about it.
	Changes bool
	// Mistakes are calls with two mistakes each, which a dry run and a real run must report alike.
	// Every operation that changes something needs one. The database is that of PrepareMistakes.
	Mistakes []Mistake
	// Trips is the number of round trips to Postgres once its statements are prepared; 0 if it
	// depends on how long the call waits.
	Trips int
	// Apart is the reason why the change cannot commit with the step of a run; empty if it does.
	Apart string
	// GoOnly is the reason why no Lua function calls the method; empty if one does.
	GoOnly string
	// ReadsAll is true if the method reads a whole table because it returns all of it.
	ReadsAll bool
}

// A Mistake is a wrong call.
type Mistake struct {
	What string
	Call func(client.Client) error
}

// All returns the operations, in the order of their topics.
func All() []Operation {
	var all []Operation
	for _, topic := range [][]Operation{enqueueing(), steering(), forking(), talking(), scheduling(), queueing(), administering(), reading(), connecting()} {
		all = append(all, topic...)
	}
	return all
}

// Changing returns the operations that change something.
func Changing() []Operation {
	var changing []Operation
	for _, o := range All() {
		if o.Changes {
			changing = append(changing, o)
		}
	}
	return changing
}

// Do calls the operation for the workflows of Prepare.
func (o Operation) Do(c client.Client) error {
	if len(o.Of) > 0 {
		return o.Call(c, o.Of)
	}
	return o.Call(c, []string{"w0"})
}

// Prepare inserts the rows that the calls work on: the workflow w0 in ENQUEUED, c0 in CANCELLED
// and d0 in DELAYED, all named wf, the queue kept, and the schedule s. The version v1 is inserted
// by tests, because no client can.
func Prepare(c client.Client) error {
	for id, delay := range map[string]time.Duration{"w0": 0, "c0": 0, "d0": time.Hour} {
		options := client.EnqueueOptions{WorkflowID: id, Delay: delay}
		if _, err := c.Enqueue("q", "wf", 1, client.WithEnqueueOptions(options)); err != nil {
			return err
		}
	}
	if err := c.CancelWorkflow("c0"); err != nil {
		return err
	}
	if _, err := c.RegisterQueue(client.QueueInput{Name: "kept"}); err != nil {
		return err
	}
	return c.CreateSchedule(schedule("s", "@hourly"))
}

// PrepareMistakes inserts the rows that the mistakes are about: the workflows w0 and w1 named wf,
// stranger and stranger2 of other names, holder and twin with the deduplication ids d and e, keeper
// of the debounce key k, and the schedule s.
func PrepareMistakes(c client.Client) error {
	for _, w := range []struct{ id, name, key string }{
		{"w0", "wf", ""}, {"w1", "wf", ""}, {"stranger", "stranger", ""}, {"stranger2", "other", ""},
		{"holder", "wf", "d"}, {"twin", "wf", "e"}, {"keeper", "wf", "wf-k"},
	} {
		options := client.EnqueueOptions{WorkflowID: w.id, DeduplicationID: w.key}
		if _, err := c.Enqueue("q", w.name, 1, client.WithEnqueueOptions(options)); err != nil {
			return err
		}
	}
	if _, err := c.RegisterQueue(client.QueueInput{Name: "kept"}); err != nil {
		return err
	}
	return c.CreateSchedule(schedule("s", "* * * * * *"))
}

func schedule(name, cron string) client.ClientScheduleInput {
	return client.ClientScheduleInput{ScheduleName: name, WorkflowName: "wf", Schedule: cron, SDK: client.SDKGo}
}

// failed returns the error of a call whose result does not matter here.
func failed[T any](_ T, err error) error { return err }

// inTime returns the error of a wait, or nil if its timeout passed.
func inTime[T any](_ T, err error) error {
	if client.CodeOf(err) == client.Timeout {
		return nil
	}
	return err
}

// one returns a call for the first of the ids.
func one(call func(client.Client, string) error) func(client.Client, []string) error {
	return func(c client.Client, ids []string) error { return call(c, ids[0]) }
}

// plain returns a call that needs no ids.
func plain(call func(client.Client) error) func(client.Client, []string) error {
	return func(c client.Client, _ []string) error { return call(c) }
}

// lists is the GoOnly of a method without a report, because scripts call the method with one.
const lists = "the function of several ids calls the method with a report"

// inBatches is the Apart of a method that commits batch by batch.
const inBatches = "each of its batches is a transaction and a step of its own, so that none holds its locks for long"
