package clienttest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// The counts of each queue are those of its rows, and a queue without workflows has zeros.
func TestAListOfQueuesCountsTheirWorkflows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		onBusy := func(option client.EnqueueOption) {
			_, err := c.Enqueue("busy", "wf", nil, option)
			must(t, err)
		}
		for _, name := range []string{"busy", "idle"} {
			_, err := c.RegisterQueue(client.QueueInput{Name: name})
			must(t, err)
		}
		_, err := c.EnqueueMany("busy", "wf", make([]any, 6), client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: []string{"1", "2", "3", "4", "5", "6"}}))
		must(t, err)
		b.Exec("UPDATE {workflow_status} SET status = 'SUCCESS', completed_at = "+b.Millis(), nil)
		b.Exec("UPDATE {workflow_status} SET completed_at = completed_at - 300000 WHERE workflow_uuid = '6'", nil)
		b.Exec("UPDATE {workflow_status} SET status = 'PENDING', completed_at = NULL WHERE workflow_uuid = '5'", nil)
		oldest := b.Clock.Now()
		onBusy(client.WithEnqueueWorkflowID("waits"))
		b.Clock.Advance(time.Minute)
		for _, id := range []string{"waits too", "held", "held too"} {
			onBusy(client.WithEnqueueWorkflowID(id))
		}
		onBusy(client.WithEnqueueDelay(time.Hour))
		_, err = c.HoldAll([]string{"held", "held too"})
		must(t, err)

		list, err := c.ListQueues()
		must(t, err)
		if len(list) != 2 || list[0].Name != "busy" {
			t.Fatalf("%+v", list)
		}
		counts := func(q client.Queue) [4]int64 { return [4]int64{*q.Waiting, *q.Running, *q.Delayed, *q.Held} }
		if got := counts(list[0]); got != [4]int64{2, 1, 1, 2} || *list[0].EndedPerMinute != 4.0/5 || list[0].OldestWaiting.UnixMilli() != oldest.UnixMilli() {
			t.Errorf("busy: %v, %v a minute, the oldest waits since %v", got, *list[0].EndedPerMinute, list[0].OldestWaiting)
		}
		if got := counts(list[1]); got != [4]int64{} || *list[1].EndedPerMinute != 0 || !list[1].OldestWaiting.IsZero() {
			t.Errorf("idle: %v, %v a minute, the oldest waits since %v", got, *list[1].EndedPerMinute, list[1].OldestWaiting)
		}
		b.Exec("UPDATE {workflow_status} SET queue_name = 'own' WHERE workflow_uuid = 'waits too'", nil)
		b.Exec("UPDATE {workflow_status} SET queue_name = NULL WHERE workflow_uuid = '5'", nil)
		list, err = c.ListQueues(client.WithUnregisteredQueues())
		must(t, err)
		var words []string
		for _, q := range list {
			words = append(words, fmt.Sprintf("%s %v %v", q.Name, q.Unregistered, counts(q)))
		}
		if got := strings.Join(words, ", "); got != " true [0 1 0 0], busy false [1 0 1 2], idle false [0 0 0 0], own true [1 0 0 0]" {
			t.Errorf("with those in no table: %s", got)
		}
		if q, err := c.RetrieveQueue("busy"); err != nil || q.Waiting != nil {
			t.Errorf("a queue alone is counted: %+v, %v", q, err)
		}
	})
}
