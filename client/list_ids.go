package client

import "iter"

func (c *systemClient) ListWorkflowIDs(opts ...ListWorkflowsOption) ([]string, error) {
	list, err := c.listWorkflows(onlyIDs(opts))
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids, err
}

func (c *systemClient) WorkflowIDs(opts ...ListWorkflowsOption) iter.Seq2[string, error] {
	return idsOf(c.walk(onlyIDs(opts)))
}

// onlyIDs returns the options for a list of ids.
func onlyIDs(opts []ListWorkflowsOption) ListWorkflowsOptions {
	o := apply(opts)
	o.LoadInput, o.LoadOutput, o.LoadProgress, o.onlyIDs = false, false, false, true
	return o
}

func idsOf(walk iter.Seq2[WorkflowStatus, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for w, err := range walk {
			if !yield(w.ID, err) {
				return
			}
		}
	}
}

// ListWorkflowIDs reads whole workflows, because planned changes of their fields decide which
// are in the list.
func (d *dryRun) ListWorkflowIDs(opts ...ListWorkflowsOption) ([]string, error) {
	ids := []string{}
	for id, err := range d.WorkflowIDs(opts...) {
		if err != nil {
			return []string{}, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (d *dryRun) WorkflowIDs(opts ...ListWorkflowsOption) iter.Seq2[string, error] {
	return idsOf(d.Workflows(opts...))
}
