package clienttest_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// An id that is in use is an error if the caller says so, for one workflow and for many, and a call
// that the database has undone and that is tried again does not take its own rows for another's.
func TestAnIDInUseIsRejected(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		options := func(id string) client.EnqueueOption {
			return client.WithEnqueueOptions(client.EnqueueOptions{WorkflowID: id, WorkflowIDReusePolicy: client.WorkflowIDReusePolicyReject})
		}
		for range 8 {
			handle, err := c.Enqueue("q", "w", 1, options("fresh-"+time.Now().String()))
			must(t, err)
			if status, err := handle.GetStatus(); err != nil || status.Status != client.WorkflowStatusEnqueued {
				t.Errorf("a fresh id: %v, %v", status.Status, err)
			}
		}
		enqueue(t, c, "w", 1, client.WithEnqueueWorkflowID("taken"))
		dry := b.NewClient(func(c *client.ClientConfig) { c.DryRun = true })
		for name, c := range map[string]client.Client{"in earnest": c, "in a dry run": dry} {
			b.Clock.Advance(time.Second)
			_, err := c.Enqueue(queue, "w", 1, options("taken"))
			wantInUse(t, name, err)
			// Another workflow's id is in use as well.
			_, err = c.Enqueue("q", "other", 1, options("taken"))
			wantInUse(t, name+", of another workflow", err)
			_, err = c.EnqueueAll("q", "w", []any{1, 2}, client.WithEnqueueManyOptions(client.EnqueueManyOptions{
				EnqueueOptions: client.EnqueueOptions{WorkflowIDReusePolicy: client.WorkflowIDReusePolicyReject}, WorkflowIDs: []string{"new", "taken"}}))
			wantInUse(t, name+", many", err)
			_, err = c.Enqueue("q", "w", 1, client.WithEnqueueWorkflowIDReusePolicy("perhaps"))
			if !errors.Is(err, client.InvalidOption) {
				t.Errorf("%s: an unknown policy: %v", name, err)
			}
		}
		if row := b.Workflow("new"); row != nil {
			t.Errorf("one of a rejected call is there: %v", row)
		}
		if _, err := dry.Enqueue("q", "w", 1, options("planned")); err != nil {
			t.Error(err)
		}
		_, err := dry.Enqueue("q", "w", 1, options("planned"))
		if !errors.Is(err, client.WorkflowIDInUse) {
			t.Errorf("an id that the dry run has planned: %v", err)
		}
		// A deduplication id is not taken for an id in use.
		enqueue(t, c, "w", 1, client.WithEnqueueDeduplicationID("once"))
		_, err = c.Enqueue(queue, "w", 1, client.WithEnqueueOptions(client.EnqueueOptions{WorkflowID: "another", DeduplicationID: "once",
			WorkflowIDReusePolicy: client.WorkflowIDReusePolicyReject}))
		if !errors.Is(err, client.QueueDeduplicated) {
			t.Errorf("a deduplication id that is taken: %v", err)
		}
	})
}

func wantInUse(t *testing.T, what string, err error) {
	t.Helper()
	var failed *client.Error
	if !errors.As(err, &failed) || failed.Code != client.WorkflowIDInUse || failed.WorkflowID != "taken" {
		t.Errorf("%s: %v", what, err)
	}
}

// Attributes are found by the filter of lists, and need their column.
func TestAttributesOfAnEnqueue(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		attributes := map[string]any{"customer": "acme", "count": int64(3), "nested": map[string]any{"a": nil}}
		id := enqueue(t, c, "w", 1, client.WithEnqueueAttributes(attributes))
		enqueue(t, c, "w", 1, client.WithEnqueueAttributes(map[string]any{"customer": "other"}))
		_, err := c.Debounce("w", "key", time.Minute, 1, client.DebouncerOptions{}, client.WithWorkflowAttributes(map[string]any{"customer": "late"}))
		must(t, err)
		for customer, want := range map[string]string{"acme": id, "late": ""} {
			found, err := c.ListWorkflows(client.WithAttributes(map[string]any{"customer": customer}))
			must(t, err)
			if len(found) != 1 || want != "" && found[0].ID != want {
				t.Errorf("%s finds %v", customer, found)
			}
		}
		if _, err := c.Enqueue("q", "w", 1, client.WithEnqueueAttributes(map[string]any{"f": func() {}})); !errors.Is(err, client.InvalidOption) {
			t.Errorf("an attribute that is no JSON: %v", err)
		}
	})
	t.Run("older", func(t *testing.T) {
		t.Parallel()
		clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
			shrink(b)
			_, err := b.NewClient().Enqueue("q", "w", 1, client.WithEnqueueAttributes(map[string]any{}))
			if !errors.Is(err, client.Unsupported) || !strings.Contains(err.Error(), "workflow_status.attributes") {
				t.Errorf("without the column: %v", err)
			}
		})
	})
}

// The new names of the time filters add to the old ones, and is_fork tells forks from originals.
func TestFiltersOfLaterClients(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		begun := b.Clock.Now()
		for _, id := range []string{"a", "b", "c"} {
			enqueue(t, c, "w", 1, client.WithEnqueueWorkflowID(id))
			b.Clock.Advance(time.Second)
		}
		_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "a", ForkedWorkflowID: "f"})
		must(t, err)
		second := func(n int) time.Time { return begun.Add(time.Duration(n) * time.Second) }
		for name, test := range map[string]struct {
			opts []client.ListWorkflowsOption
			want []string
		}{
			"after":            {[]client.ListWorkflowsOption{client.WithFilterCreatedAfter(second(1))}, []string{"b", "c", "f"}},
			"before":           {[]client.ListWorkflowsOption{client.WithFilterCreatedBefore(second(1))}, []string{"a", "b"}},
			"the later wins":   {[]client.ListWorkflowsOption{client.WithFilterCreatedAfter(second(1)), client.WithStartTime(second(2))}, []string{"c", "f"}},
			"the earlier wins": {[]client.ListWorkflowsOption{client.WithFilterCreatedBefore(second(1)), client.WithEndTime(second(2))}, []string{"a", "b"}},
			"forks":            {[]client.ListWorkflowsOption{client.WithFilterIsFork(true)}, []string{"f"}},
			"no forks":         {[]client.ListWorkflowsOption{client.WithFilterIsFork(false)}, []string{"a", "b", "c"}},
		} {
			found, err := c.ListWorkflows(test.opts...)
			must(t, err)
			var ids []string
			for _, w := range found {
				ids = append(ids, w.ID)
			}
			if !slices.Equal(ids, test.want) {
				t.Errorf("%s: %v, want %v", name, ids, test.want)
			}
		}
	})
}
