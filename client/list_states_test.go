package client_test

import (
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// Whatever states are asked for, and whatever indexes their statement is written for, what is found
// is what is in them.
func TestEverySetOfStates(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		states := []client.WorkflowStatusType{client.WorkflowStatusDelayed, client.WorkflowStatusEnqueued, client.WorkflowStatusPending,
			client.WorkflowStatusSuccess, client.WorkflowStatusError, client.WorkflowStatusCancelled, client.WorkflowStatusMaxRecoveryAttemptsExceeded}
		ids := make([]string, len(states))
		for i, state := range states {
			ids[i] = workflowIn(t, b, c, "in-"+string(state), state)
		}
		for set := range 1 << len(states) {
			var asked []client.WorkflowStatusType
			var want []string
			for i, state := range states {
				if set&(1<<i) != 0 {
					asked, want = append(asked, state, state), append(want, ids[i])
				}
			}
			if set == 0 {
				asked = []client.WorkflowStatusType{}
			}
			slices.Sort(want)
			status := client.WithStatus(asked)
			for how, options := range map[string][]client.ListWorkflowsOption{
				"alone": {status}, "with ids": {status, client.WithWorkflowIDs(ids)}, "the newest": {status, client.WithSortDesc(), client.WithLimit(100)},
			} {
				if found := sortedIDs(t, c, options); !slices.Equal(found, want) {
					t.Errorf("%v %s: %v, not %v", asked, how, found, want)
				}
			}
			if found := walkedIDs(t, c, status, client.WithPageSize(2)); !slices.Equal(found, want) {
				t.Errorf("%v walked: %v, not %v", asked, found, want)
			}
		}
	})
}

func sortedIDs(t *testing.T, c client.Client, options []client.ListWorkflowsOption) (ids []string) {
	t.Helper()
	found, err := c.ListWorkflows(options...)
	if err != nil {
		t.Fatal(err)
	}
	for _, workflow := range found {
		ids = append(ids, workflow.ID)
	}
	slices.Sort(ids)
	return ids
}

func walkedIDs(t *testing.T, c client.Client, options ...client.ListWorkflowsOption) (ids []string) {
	t.Helper()
	for workflow, err := range c.Workflows(options...) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, workflow.ID)
	}
	slices.Sort(ids)
	return ids
}
