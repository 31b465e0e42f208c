package worker

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// addedQueues are the names of the queues of AddQueue.
type addedQueues struct {
	mutex sync.Mutex
	list  []string
}

// names returns the names; none for a Worker.
func (q *addedQueues) names() []string {
	if q == nil {
		return []string{}
	}
	q.mutex.Lock()
	defer q.mutex.Unlock()
	return append([]string{}, q.list...)
}

func (q *addedQueues) add(name string) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if !slices.Contains(q.list, name) {
		q.list = append(q.list, name)
	}
}

const (
	// selectSharedQueue finds a queue on which other applications listen too.
	selectSharedQueue = `SELECT 1 FROM {queues} AS q WHERE q.name = :name
	{if queues.application_name|AND (q.application_name IS NULL OR q.application_name <> CAST(:application AS TEXT))}`

	// setQueue leaves a paused queue alone, which has a limit of 0.
	setQueue = registerQueue + `
WHERE COALESCE(queues.rate_limit_max, 1) > 0 AND COALESCE(queues.concurrency, 1) > 0 AND COALESCE(queues.worker_concurrency, 1) > 0`
)

// AddQueue registers a queue of the application, or sets the limits of one that is not paused, and
// claims from it from the next round on. Rows of the queue that have no owner are the
// application's, because nobody else listens there. It returns an error if the queue belongs to
// another application or to none. It may be called at any time.
func (x *Executor) AddQueue(ctx context.Context, queue Queue) error {
	w := x.worker.Load()
	args := w.queueArgs(queue)
	shared := fmt.Errorf("the queue %q belongs to another application or to none, so executors that do not know the workflow listen on it", queue.Name)
	err := w.db.Run(ctx, func(b *db.Batch) {
		b.Guard(selectSharedQueue, args, shared)
		b.Exec(setQueue, args, nil)
	})
	if err == nil {
		w.added.add(queue.Name)
	}
	return err
}
