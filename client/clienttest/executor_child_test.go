package clienttest_test

import (
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// startsChild starts a child and waits for it.
func startsChild(r *worker.Run) (any, error) {
	id, err := r.StartChild("child", nil)
	if err != nil {
		return nil, err
	}
	return r.Result(id)
}

// A child runs the version of its parent's code, because another one may not fit it.
func TestAStartedChildHasTheVersionOfItsParent(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		x := executor(t, b, nil)
		for _, version := range []string{"v1", "v2"} {
			x.Register("parent", startsChild, worker.ExecutorOptions{Version: version})
			x.Register("child", func(*worker.Run) (any, error) { return version, nil }, worker.ExecutorOptions{Version: version})
		}
		id := enqueue(t, b.NewClient(), "parent", nil, client.WithEnqueueApplicationVersion("v1"))
		work(t, x)
		assertColumns(t, b.Workflow(id+"-0"), clienttest.Record{"status": "SUCCESS", "application_version": "v1"})
	})
}

// A parent that waits for a child holds a place of its queue, which the child must not need.
func TestAStartedChildNeedsNoPlaceOfItsParentsQueue(t *testing.T) {
	t.Parallel()
	for name, limited := range map[string]worker.Queue{
		"concurrency":           {Concurrency: 1},
		"worker concurrency":    {WorkerConcurrency: 1},
		"rate":                  {RateLimit: worker.RateLimit{Max: 1, Period: time.Hour}},
		"partition concurrency": {PartitionConcurrency: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onExecutors(t, func(t *testing.T, b clienttest.Backend) {
				limited.Name = queue
				x := executor(t, b, map[string]worker.Workflow{"child": idle, "parent": startsChild}, func(c *worker.ExecutorConfig) {
					c.Queues, c.ListenQueues = []worker.Queue{limited}, []string{}
				})
				id := enqueue(t, b.NewClient(), "parent", nil, client.WithEnqueueQueuePartitionKey("north"))
				work(t, x)
				assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS"})
				assertColumns(t, b.Workflow(id+"-0"), clienttest.Record{"status": "SUCCESS", "queue_partition_key": nil, "queue_name": "dbos-script-internal",
					"parent_workflow_id": id, "application_name": ours})
			})
		})
	}
}

// The queue for started children belongs to the executor's application, so that no
// other listens on it.
func TestTheQueueOfStartedChildrenHasAnOwner(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		executor(t, b, nil)
		rows := b.Rows("queues", "name = 'dbos-script-internal'", nil)
		if len(rows) != 1 || rows[0]["application_name"] != ours || rows[0]["concurrency"] != nil {
			t.Errorf("the queue is %v", rows)
		}
	})
}
