package client_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// idler makes a client whose waits move the clock a minute at a time, and counts the waits.
func idler(b clienttest.Backend, each func(count int) error) client.Client {
	count := 0
	return b.NewClient(func(c *client.ClientConfig) {
		c.Idle = func(_ context.Context, until time.Time) error {
			count++
			b.Clock.Advance(time.Minute)
			if now := b.Clock.Now(); !until.IsZero() && until.Before(now) {
				b.Clock.Set(until)
			}
			return each(count)
		}
	})
}

// A wait ends when the clock that Idle moves says so, however little time passes.
func TestIdleWaitsTimeOutByTheClock(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := idler(b, func(int) error { return nil })
		h, err := c.Enqueue("nobody", "w", nil)
		if err != nil {
			t.Fatal(err)
		}
		began := b.Clock.Now()
		_, err = h.GetResult(client.WithHandleTimeout(90 * time.Minute))
		if client.CodeOf(err) != client.Timeout || b.Clock.Now().Sub(began) != 90*time.Minute {
			t.Errorf("%v after %v", err, b.Clock.Now().Sub(began))
		}
		if _, err := c.Wait([]string{h.GetWorkflowID()}, client.WithWaitOptions(client.WaitOptions{Timeout: time.Second})); client.CodeOf(err) != client.Timeout {
			t.Errorf("wait: %v", err)
		}
		if _, err := c.GetEvent(h.GetWorkflowID(), "none", time.Hour); client.CodeOf(err) != client.Timeout {
			t.Errorf("get event: %v", err)
		}
	})
}

func TestIdleLetsTheApplicationRun(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		w := b.NewWorker(func(c *worker.Config) { c.Queues = []worker.Queue{{Name: "q"}} })
		w.Register("w", func(r *worker.Run) (any, error) { return "done", r.Sleep(5 * time.Minute) }, worker.RegisterOptions{})
		mustDo(t, w.Launch(t.Context()))
		c := idler(b, func(int) error { return w.Drain(t.Context()) })
		h, err := c.Enqueue("q", "w", nil)
		if err != nil {
			t.Fatal(err)
		}
		if result, err := h.GetResult(); result != "done" || err != nil {
			t.Errorf("%v, %v", result, err)
		}
	})
}

func TestIdleEndsAWait(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		enough := errors.New("enough")
		c := idler(b, func(count int) error {
			if count == 3 {
				return enough
			}
			return nil
		})
		h, err := c.Enqueue("nobody", "w", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.GetResult(); !errors.Is(err, enough) {
			t.Errorf("%v", err)
		}
	})
}
