package bindings

import (
	"context"
	"iter"
	"slices"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

func batches() declare.Func {
	type args struct {
		Selection declare.Raw `arg:"selection" doc:"The workflows' ids, or a filter: the options of dbos.list_workflows."`
		Size      int         `arg:"size" doc:"The largest number of ids in a batch." min:"1" max:"100000" default:"500"`
	}
	return declare.Method("batches", "Walks over the ids of workflows in batches, oldest first, in constant memory.",
		func(ctx context.Context, c *Connection, a args) (iter.Seq2[[]string, error], error) {
			ids, filter, err := selection(a.Selection)
			if err != nil {
				return nil, err
			}
			given, err := declare.Resuming(ctx)
			if err != nil {
				return nil, err
			}
			if filter == nil {
				return batchesOfList(ids[min(len(ids), len(given)*a.Size):], a.Size), nil
			}
			filter.PageSize = a.Size
			return batchesOf(idsAfter(c.with(ctx), *filter, given), a.Size), nil
		}).Reads().
		Returning("an iterator over arrays of ids").
		Raises("Unsupported").
		Notes("Each id is in one batch, even while the loop changes the workflows. If the selection is ids, unknown ids are in the " +
			"batches too, so the call that takes a batch can report them.").
		Example("for ids in dbos.batches({status = \"ERROR\", start_time = \"-24h\"}, 200) do\n  print(dbos.rerun_workflows(ids))\nend")
}

// selection reads an argument that selects workflows: an id, a list of ids or a failure group,
// whose ids it returns, or else a filter. The filter is nil if the argument names ids.
func selection(argument declare.Raw) (ids []string, filter *client.ListWorkflowsOptions, err error) {
	switch native := argument.Native().(type) {
	case string:
		return []string{native}, nil, nil
	case *client.FailureGroup:
		return native.WorkflowIDs, nil, nil
	}
	if _, ok := argument.List(); ok { // {} is a list of no ids, and never a filter that matches everything
		err := argument.Into(&ids)
		return ids, nil, err
	}
	filter = &client.ListWorkflowsOptions{}
	err = argument.Into(filter)
	filter.LoadInput, filter.LoadOutput, filter.LoadProgress = false, false, false // only the ids are read
	return nil, filter, err
}

// batchesOfList returns the batches of a list.
func batchesOfList(ids []string, size int) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for batch := range slices.Chunk(ids, size) {
			if !yield(batch, nil) {
				return
			}
		}
	}
}

// batchesOf returns the batches of a walk. If the walk fails, the iterator ends with the error, and
// the ids of the batch that was not full yet are left out.
func batchesOf(walk iter.Seq2[string, error], size int) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		var batch []string
		for id, err := range walk {
			if err != nil {
				yield(nil, err)
				return
			}
			if batch = append(batch, id); len(batch) < size {
				continue
			}
			if !yield(batch, nil) {
				return
			}
			batch = nil
		}
		if len(batch) > 0 {
			yield(batch, nil)
		}
	}
}
