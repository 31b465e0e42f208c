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
	// beforeSend is the time in which a task that has announced its wait begins to wait.
	beforeSend = 50 * time.Millisecond
	// spacing is the time between two events.
	spacing = 10 * time.Millisecond
)

// waiting is called when the task announces that it waits for event i.
func (e *eventSource) waiting(i int) error {
	switch e.task.Scenario {
	case "get_event":
		e.group.Go(func() { e.publish(i) })
	case "queued":
		e.group.Go(e.finish)
	}
	return nil
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

// latency returns the median time between the commit of an event and the moment when the task saw
// it. For a task without events it returns the time of the task.
func (e *eventSource) latency(f task.Finding) (float64, error) {
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
