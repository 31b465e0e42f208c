package goclient

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/worker"
)

// engine has an executor run short workflows that wait on a queue.
func engine(c client.Client, t task.Task) (finding task.Finding, err error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var ended atomic.Int64
	x, err := newEngine(ctx, t, func() { ended.Add(1) })
	if err != nil {
		return finding, err
	}
	defer x.Close()
	_, err = c.EnqueueMany(t.Prefix, workflow, make([]any, t.Count), client.WithEnqueueManyOptions(client.EnqueueManyOptions{
		EnqueueOptions: client.EnqueueOptions{ApplicationName: t.Prefix}}))
	if err != nil {
		return finding, err
	}
	running := make(chan error, 1)
	seconds, err := task.Timed(func() error {
		go func() { running <- x.Run(ctx) }()
		return untilEnded(x, &ended, int64(t.Count))
	})
	cancel()
	return task.Finding{Seconds: seconds, Items: t.Count}, errors.Join(err, <-running, x.Stop(context.Background()))
}

// newEngine returns an executor for the task's workflows, which have two steps.
func newEngine(ctx context.Context, t task.Task, ends func()) (*worker.Executor, error) {
	config := client.ClientConfig{DatabaseURL: t.URL, CreateRuns: true}
	tables, err := client.NewClient(ctx, config) // makes the tables for durable runs
	if err != nil {
		return nil, err
	}
	tables.Shutdown(0)
	x, err := worker.NewExecutor(ctx, worker.ExecutorConfig{ClientConfig: config, ApplicationName: t.Prefix, Queues: []worker.Queue{{Name: t.Prefix}}})
	if err != nil {
		return nil, err
	}
	x.Register(workflow, func(r *worker.Run) (any, error) {
		for _, name := range []string{"charge", "ship"} {
			if _, err := r.Step(name, func() (any, error) { return name, nil }); err != nil {
				return nil, err
			}
		}
		ends()
		return "done", nil
	}, worker.ExecutorOptions{})
	if err := x.Launch(ctx); err != nil {
		x.Close()
		return nil, err
	}
	return x, nil
}

// untilEnded waits until so many workflows have returned, and their outcomes are written.
func untilEnded(x *worker.Executor, ended *atomic.Int64, count int64) error {
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if ended.Load() >= count && x.Load() == (worker.ExecutorLoad{}) {
			return nil
		}
	}
	return errors.New("the executor has not ended its workflows after five minutes")
}
