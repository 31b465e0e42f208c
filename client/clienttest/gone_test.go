package clienttest_test

import (
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// waitsFor are the ways to wait for something of a workflow.
func waitsFor(c client.Client, handle client.WorkflowHandle[any], eventTimeout time.Duration) map[string]func() error {
	id := handle.GetWorkflowID()
	often := client.WaitOptions{PollingInterval: time.Millisecond}
	patient := client.WaitOptions{PollingInterval: time.Millisecond, Timeout: time.Minute, Existed: map[string]bool{id: true}}
	return map[string]func() error{
		"get result": func() error {
			_, err := handle.GetResult(client.WithHandlePollingInterval(time.Millisecond))
			return err
		},
		"wait":                func() error { _, err := c.Wait([]string{id}, client.WithWaitOptions(often)); return err },
		"wait with a timeout": func() error { _, err := c.Wait([]string{id}, client.WithWaitOptions(patient)); return err },
		"get event":           func() error { _, err := c.GetEvent(id, "key", eventTimeout); return err },
		"read stream":         func() error { _, _, err := c.ReadStream(id, "key"); return err },
		"get status":          func() error { _, err := handle.GetStatus(); return err },
	}
}

func TestWhatIsDeletedIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, before := range []bool{true, false} {
			handle, err := c.Enqueue(queue, "wf", 1)
			if err != nil {
				t.Fatal(err)
			}
			// An id that an event was never found under may come: the wait lasts to its end if
			// the row went before.
			eventTimeout := 5 * time.Second
			if before {
				eventTimeout = time.Millisecond
			}
			calls := waitsFor(c, handle, eventTimeout)
			failures := make(chan string, len(calls))
			remove := func() {
				if err := c.DeleteWorkflows([]string{handle.GetWorkflowID()}); err != nil {
					t.Error(err)
				}
			}
			if before {
				remove()
			}
			for name, call := range calls {
				if !before && name == "get status" {
					failures <- ""
					continue
				}
				go func() {
					if err := call(); client.CodeOf(err) != client.NonExistentWorkflow {
						failures <- name + " gave " + errorText(err)
						return
					}
					failures <- ""
				}()
			}
			if !before {
				remove()
			}
			for range calls {
				if failure := <-failures; failure != "" {
					t.Errorf("deleted before: %v: %s", before, failure)
				}
			}
		}
	})
}

func errorText(err error) string {
	if err == nil {
		return "no error"
	}
	return err.Error()
}

// An id that nobody has seen may be inserted later: Client.Handle waits for it, and so does Wait
// with a timeout.
func TestWhatWasNeverSeenMayCome(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		if _, err := c.Handle("never").GetResult(client.WithHandleTimeout(30 * time.Millisecond)); client.CodeOf(err) != client.Timeout {
			t.Errorf("get result: %v", err)
		}
		if _, err := c.Wait([]string{"never"}, client.WithWaitOptions(client.WaitOptions{Timeout: 300 * time.Millisecond})); client.CodeOf(err) != client.Timeout {
			t.Errorf("wait with a timeout: %v", err)
		}
		if _, err := c.Wait([]string{"never"}); client.CodeOf(err) != client.NonExistentWorkflow {
			t.Errorf("wait: %v", err)
		}
	})
}
