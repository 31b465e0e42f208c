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

// An outside causes the event that a task waits for, and records its time.
type eventSource struct {
	ctx       context.Context
	database  *databases.Database
	task      task.Task
	mutex     sync.Mutex
	committed []float64
	group     sync.WaitGroup
	failed    error
}

// lead lets a task that has announced itself begin to wait; spacing is between two results.
const (
	beforeSend = 50 * time.Millisecond
	spacing    = 10 * time.Millisecond
)

// waiting is called when the task announces a wait.
func (o *eventSource) waiting(i int) error {
	switch o.task.Scenario {
	case "get_event":
		o.group.Go(func() { o.publish(i) })
	case "queued":
		o.group.Go(o.finish)
	}
	return nil
}

func (o *eventSource) publish(i int) {
	time.Sleep(beforeSend)
	moment, err := o.database.Publish(o.ctx, o.task.ID(1), task.Key(i))
	o.note(i, moment, err)
}

// finish lets the workflows end in an order that nobody expects.
func (o *eventSource) finish() {
	time.Sleep(beforeSend)
	for _, i := range rand.Perm(o.task.Count) {
		moment, err := o.database.Finish(o.ctx, o.task.ID(i+1))
		o.note(i, moment, err)
		time.Sleep(spacing)
	}
}

func (o *eventSource) note(i int, moment float64, err error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.committed[i] = moment
	if o.failed == nil {
		o.failed = err
	}
}

// latency is the median from a commit to the moment the task saw it.
func (o *eventSource) latency(f task.Finding) (float64, error) {
	o.group.Wait()
	if o.failed != nil || len(f.Seen) == 0 {
		return f.Seconds, o.failed
	}
	late := make([]float64, len(f.Seen))
	for i, seen := range f.Seen {
		late[i] = max(0, seen-o.committed[i])
	}
	slices.Sort(late)
	return late[len(late)/2], nil
}
