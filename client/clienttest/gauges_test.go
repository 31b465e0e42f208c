package clienttest_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// The gauges are the numbers of the rows, on a database of several applications, and those that the
// calls for one subject alone return.
func TestGaugesAreTheNumbersOfTheRows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b = b.Of(client.SDKGo)
		connected(t, b)
		c := b.NewClient()
		for _, name := range []string{queue, "idle"} {
			_, err := c.RegisterQueue(client.QueueInput{Name: name})
			must(t, err)
		}
		_, err := c.PauseQueue("idle")
		must(t, err)
		oldest := b.Clock.Now()
		_, err = c.EnqueueMany("own", "wf", make([]any, 3))
		must(t, err)
		b.Clock.Advance(time.Minute)
		ended := taken(t, b, c, "busy", 4, time.Minute)
		taken(t, b, c, "silent", 2, 6*time.Hour)
		b.Exec("UPDATE {workflow_status} SET status = 'ERROR', queue_name = NULL, completed_at = :at WHERE {in workflow_uuid :ids}",
			map[string]any{"at": b.Clock.Now().UnixMilli(), "ids": ended[:3]})

		for _, o := range []func(*client.ClientConfig){func(*client.ClientConfig) {}, func(o *client.ClientConfig) { o.DryRun = true },
			func(o *client.ClientConfig) { o.AppName = "another" }} {
			through := b.NewClient(o)
			g, err := through.Gauges()
			must(t, err)
			expectStates(t, b, g)
			if got := len(g.Queues); got != 4 || g.Queues[0].Name != "" || g.Queues[1].Name != "idle" || g.Queues[2].Name != queue || g.Queues[3].Name != "own" {
				t.Fatalf("%d queues: %+v", got, g.Queues)
			}
			if idle := g.Queues[1]; !idle.Paused || idle.Unregistered || *idle.Waiting+*idle.Running != 0 {
				t.Errorf("idle: %+v", idle)
			}
			if own := g.Queues[3]; !own.Unregistered || *own.Waiting != 3 || own.OldestWaiting.UnixMilli() != oldest.UnixMilli() {
				t.Errorf("own: %+v", own)
			}
			if *g.Queues[2].Running != 3 || *g.Queues[0].EndedPerMinute != 3.0/5 {
				t.Errorf("%d run on the queue, and on none end %v a minute", *g.Queues[2].Running, *g.Queues[0].EndedPerMinute)
			}
			orphans, err := c.Orphans()
			must(t, err)
			executors, err := c.Executors()
			must(t, err)
			if g.Orphans != int64(len(orphans)) || !reflect.DeepEqual(g.Executors, executors) || len(executors) != 2 {
				t.Errorf("%d orphans, %+v; want %d, %+v", g.Orphans, g.Executors, len(orphans), executors)
			}
		}
	})
}

// expectStates compares the gauges of the states with the rows, and wants every known state once.
func expectStates(t *testing.T, b clienttest.Backend, g *client.Gauges) {
	t.Helper()
	want := map[client.WorkflowStatusType]int64{"DELAYED": 0, "ENQUEUED": 0, "PENDING": 0, "SUCCESS": 0, "ERROR": 0, "CANCELLED": 0, "MAX_RECOVERY_ATTEMPTS_EXCEEDED": 0}
	for _, row := range b.Rows("workflow_status", "1 = 1", nil) {
		status, _ := row["status"].(string)
		want[client.WorkflowStatusType(status)]++
	}
	got := map[client.WorkflowStatusType]int64{}
	for _, s := range g.Statuses {
		got[s.Status] += s.Count
	}
	if !maps.Equal(got, want) || len(g.Statuses) != len(want) || slices.ContainsFunc(g.Statuses, func(s client.StatusCount) bool { return s.About }) {
		t.Errorf("states %+v, want %v", g.Statuses, want)
	}
}
