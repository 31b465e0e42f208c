package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/bench/task"
)

// An eventSource causes the events that a task waits for, and records when each was committed.
type eventSource struct {
	ctx       context.Context
	database  *databases.Database
	task      task.Task
	mutex     sync.Mutex
	committed []float64 // in Unix seconds, by the number of the event
	group     sync.WaitGroup
	failed    error
}

const (
	// beforeSend is the pause between the announcement and the event, in which the task begins to
	// wait.
	beforeSend = 50 * time.Millisecond
	// spacing is the time between two events.
	spacing = 10 * time.Millisecond
)

// cause starts to cause the event i, because the task announces that it waits for it.
func (e *eventSource) cause(i int) {
	switch e.task.Scenario {
	case "get_event":
		e.group.Go(func() { e.publish(i) })
	case "queued":
		e.group.Go(e.finish) // all events: the task waits for them together
	}
}

func (e *eventSource) publish(i int) {
	time.Sleep(beforeSend)
	committed, err := e.database.Publish(e.ctx, e.task.ID(1), task.Key(i))
	e.record(i, committed, err)
}

// finish ends the workflows one by one, in a random order.
func (e *eventSource) finish() {
	time.Sleep(beforeSend)
	for _, i := range rand.Perm(e.task.Count) {
		committed, err := e.database.Finish(e.ctx, e.task.ID(i+1))
		e.record(i, committed, err)
		time.Sleep(spacing)
	}
}

func (e *eventSource) record(i int, committed float64, err error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.committed[i] = committed
	if e.failed == nil {
		e.failed = err
	}
}

// time returns the time to report for a task: the median between the commit of an event and the
// moment when the task saw it, or if the task waits for no event, the time in its finding.
func (e *eventSource) time(f task.Finding) (float64, error) {
	e.group.Wait()
	if e.failed != nil || len(f.Seen) == 0 {
		return f.Seconds, e.failed
	}
	late := make([]float64, len(f.Seen))
	for i, seen := range f.Seen {
		late[i] = max(0, seen-e.committed[i])
	}
	slices.Sort(late)
	return late[len(late)/2], nil
}
