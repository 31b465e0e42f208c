package client_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// queueRow returns the row of a queue without the time of its last change.
func queueRow(b clienttest.Backend, name string) clienttest.Record {
	row := b.Rows("queues", "name = :name", map[string]any{"name": name})[0]
	delete(row, "updated_at")
	return row
}

// A queue that was paused, by one operator or two, gets its old row back, with any limits.
func TestAResumedQueueHasTheLimitsThatItHad(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		inputs := []client.QueueInput{fullQueue(b), {Name: "free"}, {Name: "legacy", PartitionQueue: true},
			{Name: "slow", QueueLimits: client.QueueLimits{RateLimit: &client.RateLimit{Limit: 2147483647, Period: 1500 * time.Millisecond}}}}
		for _, input := range inputs {
			stored, err := b.NewClient().RegisterQueue(input)
			mustDo(t, err)
			want := queueRow(b, input.Name)
			for range 2 { // operators, each with a client of its own
				paused, err := b.NewClient().PauseQueue(input.Name)
				mustDo(t, err)
				if same := *stored; !paused.Paused || !reflect.DeepEqual(paused.QueueLimits, same.QueueLimits) {
					t.Errorf("paused, %s is %+v", input.Name, *paused)
				}
			}
			row := queueRow(b, input.Name)
			if got := row["rate_limit_max"]; got != "0" {
				t.Errorf("executors read the rate limit %v of the paused queue %s", got, input.Name)
			}
			for range 2 {
				resumed, err := b.NewClient().ResumeQueue(input.Name)
				mustDo(t, err)
				if !reflect.DeepEqual(resumed, stored) {
					t.Errorf("resumed, %s is %+v, want %+v", input.Name, *resumed, *stored)
				}
			}
			if row := queueRow(b, input.Name); !reflect.DeepEqual(row, want) {
				t.Errorf("the row of %s is %v, want %v", input.Name, row, want)
			}
		}
	})
}

// A change of limits in between is remembered, and does not end the pause.
func TestAPausedQueueStaysPausedWhenItsLimitsChange(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		limit := &client.RateLimit{Limit: 5, Period: time.Minute}
		_, err := c.RegisterQueue(client.QueueInput{Name: "q"})
		mustDo(t, err)
		for _, change := range []func() (*client.Queue, error){
			func() (*client.Queue, error) { return c.PauseQueue("q") },
			func() (*client.Queue, error) {
				return c.UpdateQueue("q", client.QueueUpdate{QueueLimits: client.QueueLimits{RateLimit: limit}})
			},
			func() (*client.Queue, error) {
				return c.UpdateQueue("q", client.QueueUpdate{QueueLimits: client.QueueLimits{Concurrency: new(9)}})
			},
			func() (*client.Queue, error) {
				return c.RegisterQueue(client.QueueInput{Name: "q", QueueLimits: client.QueueLimits{Concurrency: new(8), RateLimit: limit}})
			},
		} {
			q, err := change()
			if mustDo(t, err); !q.Paused || queueRow(b, "q")["rate_limit_max"] != "0" {
				t.Errorf("it is %+v", *q)
			}
		}
		q, err := c.ResumeQueue("q")
		if mustDo(t, err); *q.Concurrency != 8 || !reflect.DeepEqual(q.RateLimit, limit) || q.Paused {
			t.Errorf("resumed, it is %+v", *q)
		}

		// An application that sets the limit ends the pause; a second pause
		// remembers the new limit.
		_, err = c.PauseQueue("q")
		mustDo(t, err)
		b.Exec("UPDATE {queues} SET rate_limit_max = 7 WHERE name = 'q'", nil)
		if q, err = c.RetrieveQueue("q"); err != nil || q.Paused || q.RateLimit.Limit != 7 {
			t.Errorf("changed by an application, it is %+v, %v", *q, err)
		}
		_, err = c.PauseQueue("q")
		mustDo(t, err)
		if q, err = c.ResumeQueue("q"); err != nil || q.RateLimit.Limit != 7 {
			t.Errorf("resumed again, it is %+v, %v", *q, err)
		}
	})
}

// A limit of 0 that something else has set is shown as a pause, and its end is refused, because
// nobody knows the limit before.
func TestAQueueThatSomethingElseHasPausedIsNotResumed(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		_, err := b.NewClient().RegisterQueue(client.QueueInput{Name: "q"})
		mustDo(t, err)
		b.Exec("UPDATE {queues} SET rate_limit_max = 0, rate_limit_period_sec = 1 WHERE name = 'q'", nil)
		for _, dry := range []bool{true, false} {
			c := b.NewClient(func(c *client.ClientConfig) { c.DryRun = dry })
			_, err := c.ResumeQueue("q")
			fails(t, err, client.InvalidOption, "not set by pause_queue")
			q, err := c.UpdateQueue("q", client.QueueUpdate{Clear: []string{"rate_limit"}})
			if mustDo(t, err); q.Paused || q.RateLimit != nil {
				t.Errorf("dry run %v: without the limit it is %+v", dry, *q)
			}
		}
	})
}

// An unregistered queue is named with the nearest one, or with what holds its workflows.
func TestAQueueThatIsNotRegisteredIsNotPaused(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		_, err := b.NewClient().RegisterQueue(client.QueueInput{Name: "orders", ApplicationName: "shop"})
		mustDo(t, err)
		for _, dry := range []bool{true, false} {
			c := b.NewClient(func(c *client.ClientConfig) { c.DryRun = dry })
			for _, call := range []func(string) (*client.Queue, error){c.PauseQueue, c.ResumeQueue} {
				_, err := call("ordres")
				fails(t, err, client.QueueNotFound, `no queue "ordres" is registered (did you mean "orders"?)`)
				_, err = call("in-code")
				fails(t, err, client.QueueNotFound, `no queue "in-code" is registered`)
				if failed, _ := errors.AsType[*client.Error](err); failed == nil || !strings.Contains(failed.Hint, `dbos.hold{queue_name = "in-code"}`) {
					t.Errorf("the hint does not say what to do: %s", failed.Hint)
				}
				_, err = call("")
				fails(t, err, client.InvalidOption, "the queue has no name")
			}
			other := b.NewClient(func(c *client.ClientConfig) { c.AppName, c.DryRun = "mall", dry })
			_, err := other.PauseQueue("orders")
			fails(t, err, client.AlreadyExists, `queue "orders" belongs to the application "shop", not to "mall"`)
		}
	})
}

// A dry run pauses for itself alone.
func TestADryRunOfAPause(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	_, err := b.NewClient().RegisterQueue(client.QueueInput{Name: "q"})
	mustDo(t, err)
	var changed []int64
	dry := b.NewClient(func(c *client.ClientConfig) {
		c.DryRun = true
		c.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
			err := apply()
			changed = append(changed, change.Changed)
			return err
		}
	})
	for _, call := range []func(string) (*client.Queue, error){dry.ResumeQueue, dry.PauseQueue, dry.PauseQueue, dry.ResumeQueue} {
		_, err := call("q")
		mustDo(t, err)
	}
	if want := []int64{0, 1, 0, 1}; !reflect.DeepEqual(changed, want) {
		t.Errorf("the dry run counts %v, want %v", changed, want)
	}
	if q, err := b.NewClient().RetrieveQueue("q"); err != nil || q.Paused {
		t.Errorf("after the dry run the queue is %+v, %v", *q, err)
	}
}
