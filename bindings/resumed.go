package bindings

import (
	"iter"

	"github.com/dbos-script/dbos-script/client"
)

// walkPage is how many workflows of a walk a durable run records together: as many as a page of the
// walk has by default.
const walkPage = 500

// walkAfter walks over the workflows after those that a walk has yielded before. It begins at the
// time of creation of the last one, at which there may be more.
func walkAfter(c client.Client, o client.ListWorkflowsOptions, given []any) iter.Seq2[client.WorkflowStatus, error] {
	if len(given) == 0 {
		return c.Workflows(client.WithListWorkflowsOptions(o))
	}
	last := given[len(given)-1].(*client.WorkflowStatus).CreatedAt
	known := map[string]bool{}
	for _, item := range given {
		if w := item.(*client.WorkflowStatus); w.CreatedAt.Equal(last) {
			known[w.ID] = true
		}
	}
	left, limited := leftOf(&o, len(given))
	switch {
	case o.SortDesc && (o.CreatedBefore.IsZero() || last.Before(o.CreatedBefore)):
		o.CreatedBefore = last
	case !o.SortDesc && last.After(o.CreatedAfter):
		o.CreatedAfter = last
	}
	return without(c.Workflows(client.WithListWorkflowsOptions(o)), left, limited, func(w client.WorkflowStatus) bool { return known[w.ID] })
}

// idsAfter walks over the ids that are in none of the batches before. An id alone has no place in
// the order, so it begins at the start.
func idsAfter(c client.Client, o client.ListWorkflowsOptions, given []any) iter.Seq2[string, error] {
	if len(given) == 0 {
		return c.WorkflowIDs(client.WithListWorkflowsOptions(o))
	}
	known := map[string]bool{}
	for _, batch := range given {
		for _, id := range batch.([]string) {
			known[id] = true
		}
	}
	left, limited := leftOf(&o, len(known))
	return without(c.WorkflowIDs(client.WithListWorkflowsOptions(o)), left, limited, func(id string) bool { return known[id] })
}

// leftOf takes the limit and the offset out of options, and returns how many rows are left.
func leftOf(o *client.ListWorkflowsOptions, given int) (left int, limited bool) {
	if o.Limit != nil {
		left, limited = max(*o.Limit-given, 0), true
	}
	o.Limit, o.Offset = nil, nil
	return left, limited
}

// without leaves out items that are known, and ends after the last that is left.
func without[T any](walk iter.Seq2[T, error], left int, limited bool, known func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if limited && left == 0 {
			return
		}
		for item, err := range walk {
			if err == nil && known(item) {
				continue
			}
			if !yield(item, err) {
				return
			}
			if left--; limited && left == 0 {
				return
			}
		}
	}
}
