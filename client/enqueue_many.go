package client

import (
	"maps"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

func (c *systemClient) EnqueueMany(queueName, workflowName string, inputs []any, opts ...EnqueueManyOption) ([]WorkflowHandle[any], error) {
	report, err := c.enqueueMany(queueName, workflowName, inputs, apply(opts), false)
	if err != nil {
		return nil, err
	}
	return c.newHandles(column(report.Results, func(r ChangeResult) string { return r.ID })), nil
}

func (c *systemClient) EnqueueAll(queueName, workflowName string, inputs []any, opts ...EnqueueManyOption) (*Report, error) {
	return c.enqueueMany(queueName, workflowName, inputs, apply(opts), true)
}

func (c *systemClient) enqueueMany(queueName, workflowName string, inputs []any, options EnqueueManyOptions, reported bool) (*Report, error) {
	const op = "enqueue many"
	if err := options.check(op, queueName, workflowName, len(inputs)); err != nil {
		return nil, err
	}
	if len(inputs) == 0 {
		return &Report{Op: op}, nil
	}
	if err := c.resolveTarget(op, queueName, workflowName, inputs, &options.EnqueueOptions); err != nil {
		return nil, err
	}
	in, err := c.insertion(op, queueName, workflowName, inputs, options)
	if err != nil {
		return nil, err
	}
	s := in.creation()
	in.reported = reported
	s.send = func(w *writer) error {
		return c.insert(w, in, func() {
			s.Changed = int64(len(in.ids) - len(in.existing))
			s.Results = in.results()
		})
	}
	if err := c.apply(s); err != nil {
		return nil, err
	}
	return &Report{Op: op, Results: s.Results}, nil
}

// results returns the result of each id: unchanged if a workflow had it before.
func (in *insertion) results() []ChangeResult {
	results := make([]ChangeResult, len(in.ids))
	for i, id := range in.ids {
		results[i] = ChangeResult{ID: id, Outcome: OutcomeChanged, Status: in.status()}
		if found, exists := in.existing[id]; exists {
			results[i] = ChangeResult{ID: id, Outcome: OutcomeUnchanged, Status: found.status, Reason: "a workflow with this id exists"}
		}
	}
	return results
}

const (
	// partSize is about how many bytes of rows one statement inserts. A database has them in memory
	// several times while it carries the statement out.
	partSize = 8 << 20
	// rowSize is about how many bytes a row has beside its input.
	rowSize = 64
)

// execute adds an insert of the rows to a batch, in as many statements as their size asks for.
func (in *insertion) execute(b *db.Batch, text string) {
	begin, size := 0, 0
	for i, input := range in.inputs {
		if size += rowSize + len(input); size > partSize {
			b.Exec(text, in.part(begin, i+1), nil)
			begin, size = i+1, 0
		}
	}
	if begin < len(in.inputs) {
		b.Exec(text, in.part(begin, len(in.inputs)), nil)
	}
}

// part returns the parameters of some of the rows.
func (in *insertion) part(from, to int) query.Args {
	if from == 0 && to == len(in.ids) {
		return in.args
	}
	args := maps.Clone(in.args)
	args["ids"], args["inputs"], args["dedups"] = in.ids[from:to], in.inputs[from:to], in.dedups[from:to]
	args["created"] = in.args["created"].([]int64)[from:to]
	return args
}

func (o EnqueueManyOptions) check(op, queueName, workflowName string, count int) error {
	switch {
	case o.WorkflowID != "" || o.DeduplicationID != "":
		return invalid(op, "a list of workflows takes lists of ids: workflow_ids, deduplication_ids")
	case o.DeduplicationPolicy == DeduplicationPolicyReturnExisting:
		return invalid(op, "a list of workflows cannot return existing ones: enqueue them one by one")
	case len(o.DeduplicationIDs) > 0 && len(o.DeduplicationIDs) != count:
		return invalid(op, "%d deduplication ids for %d inputs", len(o.DeduplicationIDs), count)
	case slices.Contains(o.DeduplicationIDs, ""):
		return invalid(op, "the deduplication id at %d is empty", slices.Index(o.DeduplicationIDs, "")+1)
	case len(o.DeduplicationIDs) > 0 && o.QueuePartitionKey != "":
		return invalid(op, "a partition key and a deduplication id cannot go together")
	case len(o.WorkflowIDs) > 0 && len(o.WorkflowIDs) != count:
		return invalid(op, "%d workflow ids for %d inputs", len(o.WorkflowIDs), count)
	}
	return o.EnqueueOptions.check(op, queueName, workflowName)
}
