package client_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
)

func TestWaitGivesOutcomesInOrder(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, status := range allStates[3:] {
			workflowIn(t, b, c, string(status), client.WorkflowStatusPending)
		}
		finishWith(b, "SUCCESS", "SUCCESS", `{"n":1}`, nil)
		finishWith(b, "ERROR", "ERROR", nil, `{"name":"ValueError","message":"no"}`)
		finishWith(b, "CANCELLED", "CANCELLED", "", "")
		finishWith(b, "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", nil, nil)
		ids := []string{"CANCELLED", "SUCCESS", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ERROR", "SUCCESS"}
		outcomes, err := c.Wait(ids)
		if err != nil || len(outcomes) != len(ids) {
			t.Fatalf("%v, %v", outcomes, err)
		}
		for i, o := range outcomes {
			if o.WorkflowID != ids[i] || string(o.Status) != ids[i] || !o.Finished {
				t.Errorf("outcome %d: %+v", i, o)
			}
		}
		wantCode(t, outcomes[0].Error, client.AwaitedWorkflowCancelled)
		wantCode(t, outcomes[2].Error, client.DeadLetterQueue)
		var stored *codec.RemoteError
		if !errors.As(outcomes[3].Error, &stored) || stored.Message != "no" {
			t.Errorf("the stored error is %#v", outcomes[3].Error)
		}
		for _, o := range []client.Outcome{outcomes[1], outcomes[4]} {
			if fmt.Sprint(o.Result) != "map[n:1]" || o.Error != nil {
				t.Errorf("success: %+v", o)
			}
		}
	})
}

func TestWaitForNothing(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		if outcomes, err := c.Wait(nil); err != nil || len(outcomes) != 0 {
			t.Errorf("%v, %v", outcomes, err)
		}
		_, err := c.Wait([]string{"w", ""})
		wantCode(t, err, client.InvalidOption)
	})
}

// One after the other is put in and ended while it is waited for; each end lets the next follow.
func TestWaitTellsOfEachOnce(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		ids := []string{"a", "b", "c", "a"}
		told := make(chan string)
		go func() {
			for _, id := range []string{"b", "a", "c"} {
				workflowIn(t, b, c, id, client.WorkflowStatusPending)
				finishWith(b, id, "SUCCESS", `1`, nil)
				if got := <-told; got != id+" SUCCESS" {
					t.Errorf("told of %s, want %s", got, id)
				}
			}
		}()
		outcomes, err := c.Wait(ids, client.WithWaitOptions(client.WaitOptions{
			Timeout: time.Minute,
			Each: func(id string, status client.WorkflowStatusType) error {
				told <- fmt.Sprintf("%s %s", id, status)
				return nil
			},
		}))
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range outcomes {
			if o.WorkflowID != ids[i] || o.Result != int64(1) {
				t.Errorf("outcome %d: %+v", i, o)
			}
		}
	})
}

func TestWaitStopsAtAnErrorOfTheCaller(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, id := range []string{"a", "b"} {
			workflowIn(t, b, c, id, client.WorkflowStatusCancelled)
		}
		stop := errors.New("stop")
		calls := 0
		outcomes, err := c.Wait([]string{"a", "b", "never"}, client.WithWaitOptions(client.WaitOptions{
			Each: func(string, client.WorkflowStatusType) error { calls++; return stop },
		}))
		if !errors.Is(err, stop) || calls != 1 || len(outcomes) != 3 || !outcomes[0].Finished {
			t.Errorf("%v after %d calls: %v", err, calls, outcomes)
		}
	})
}

func TestWaitTimesOutWithWhatIsKnown(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		workflowIn(t, b, c, "done", client.WorkflowStatusPending)
		finishWith(b, "done", "SUCCESS", "7", nil)
		workflowIn(t, b, c, "running", client.WorkflowStatusPending)
		ids := []string{"running", "done", "missing", "m2", "m3"}
		outcomes, err := c.Wait(ids, client.WithWaitOptions(client.WaitOptions{Timeout: 30 * time.Millisecond}))
		wantTimeout(t, err)
		if want := `wait: 4 of 5 workflows did not end within 30ms: "running", "missing", "m2", …`; err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
		want := []client.Outcome{
			{WorkflowID: "running", Status: "PENDING"}, {WorkflowID: "done", Status: "SUCCESS", Finished: true, Result: int64(7)},
			{WorkflowID: "missing"}, {WorkflowID: "m2"}, {WorkflowID: "m3"},
		}
		if fmt.Sprint(outcomes) != fmt.Sprint(want) {
			t.Errorf("%v, want %v", outcomes, want)
		}
	})
}

func TestWaitCanLeaveResultsEncoded(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		workflowIn(t, b, c, "w", client.WorkflowStatusPending)
		finishWith(b, "w", "SUCCESS", "7", nil)
		outcomes, err := c.Wait([]string{"w"}, client.WithWaitOptions(client.WaitOptions{Lazy: true}))
		if err != nil || outcomes[0].Result != (codec.Encoded{Text: "7", Codec: "portable_json"}) {
			t.Errorf("%#v, %v", outcomes, err)
		}
	})
}

func TestGetResultWaits(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		got := make(chan any)
		go func() {
			result, err := c.Handle("later").GetResult(client.WithHandleTimeout(time.Minute))
			if err != nil {
				result = err
			}
			got <- result
		}()
		workflowIn(t, b, c, "later", client.WorkflowStatusPending)
		finishWith(b, "later", "SUCCESS", `"done"`, nil)
		if result := <-got; result != "done" {
			t.Errorf("got %v", result)
		}
		_, err := c.Handle("never").GetResult(client.WithHandleTimeout(20 * time.Millisecond))
		wantTimeout(t, err)
		if !strings.Contains(err.Error(), `"never"`) {
			t.Error(err)
		}
	})
}

// The waits begin before the end or after it, and end alike.
func TestShutdownEndsEveryWait(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := workflowIn(t, b, c, "w", client.WorkflowStatusPending)
		waits := map[string]func(c client.Client) error{
			"get event":   func(c client.Client) error { _, err := c.GetEvent(id, "k", time.Hour); return err },
			"get result":  func(c client.Client) error { _, err := c.Handle(id).GetResult(); return err },
			"wait":        func(c client.Client) error { _, err := c.Wait([]string{id}); return err },
			"read stream": func(c client.Client) error { _, _, err := c.ClientReadStream(id, "k"); return err },
			"stream": func(c client.Client) error {
				for _, err := range c.Stream(id, "k") {
					return err
				}
				return nil
			},
		}
		ended := make(chan error)
		for name, wait := range waits {
			go func() {
				if err := wait(c.WithContext(context.Background())); client.CodeOf(err) != client.Closed {
					ended <- fmt.Errorf("%s ended with %w", name, err)
					return
				}
				ended <- nil
			}()
		}
		c.Shutdown(time.Minute)
		c.Shutdown(time.Minute)
		for range waits {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		for name, wait := range waits {
			if err := wait(c); client.CodeOf(err) != client.Closed {
				t.Errorf("%s after the shutdown: %v", name, err)
			}
		}
		wantCode(t, c.Send(id, 1, ""), client.Closed)
		_, err := c.Enqueue("q", "wf", 1)
		wantCode(t, err, client.Closed)
		_, err = c.ListWorkflows()
		wantCode(t, err, client.Closed)
	})
}
