package clienttest_test

import (
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// next is how far off the worker's next work is, or -1 when there is none.
func next(t *testing.T, b clienttest.Backend, w *worker.Worker) time.Duration {
	t.Helper()
	mustDrain(t, w)
	at, err := w.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if at.IsZero() {
		return -1
	}
	return at.Sub(b.Clock.Now())
}

func TestNextIsWhenTheWorkerGoesOn(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{
			"quick":  func(*worker.Run) (any, error) { return nil, nil },
			"sleep":  func(r *worker.Run) (any, error) { return nil, r.Sleep(time.Hour) },
			"work":   func(r *worker.Run) (any, error) { return nil, r.Work(30 * time.Minute) },
			"listen": func(r *worker.Run) (any, error) { return r.Recv("", 20*time.Minute) },
			"hang":   func(r *worker.Run) (any, error) { return r.Result("nobody") },
		})
		expectNext := func(want time.Duration) {
			t.Helper()
			if got := next(t, b, w); got != want {
				t.Errorf("next is in %v, want %v", got, want)
			}
		}
		c := b.NewClient()
		expectNext(-1)
		enqueue(t, c, "hang", nil)
		expectNext(-1)
		enqueue(t, c, "quick", nil, client.WithEnqueueDelay(2*time.Hour))
		expectNext(2 * time.Hour)
		enqueue(t, c, "sleep", nil)
		expectNext(time.Hour)
		enqueue(t, c, "work", nil)
		expectNext(30 * time.Minute)
		enqueue(t, c, "listen", nil)
		expectNext(20 * time.Minute)
		enqueue(t, c, "hang", nil, client.WithEnqueueTimeout(10*time.Minute))
		expectNext(10 * time.Minute)
		b.Clock.Advance(2 * time.Hour)
		expectNext(-1)
	})
}

func TestNextSeesTheEndOfAPeriod(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		w := launched(t, b, map[string]worker.Workflow{"quick": func(*worker.Run) (any, error) { return nil, nil }})
		if err := w.Listen(t.Context(), worker.Queue{Name: "slow", RateLimit: worker.RateLimit{Max: 1, Period: time.Minute}}); err != nil {
			t.Fatal(err)
		}
		c := b.NewClient()
		for range 2 {
			if _, err := c.Enqueue("slow", "quick", nil); err != nil {
				t.Fatal(err)
			}
		}
		mustDrain(t, w)
		b.Clock.Advance(10 * time.Second)
		if got := next(t, b, w); got != 50*time.Second {
			t.Errorf("next is in %v", got)
		}
		b.Clock.Advance(50 * time.Second)
		if got := next(t, b, w); got != -1 {
			t.Errorf("next is in %v, with nothing left to start", got)
		}
		assertColumns(t, b.Rows("queues", "name = 'slow'", nil)[0], clienttest.Record{"rate_limit_max": "1"})
	})
}
