package client

// EnqueueMany puts a workflow on a queue for every input, all or none, and gives their handles in
// the order of the inputs. The options hold for all of them; WorkflowIDs and DeduplicationIDs give
// each its own. Ids that are taken are treated as Enqueue treats them. A deduplication id that is
// taken is QueueDeduplicated, and then none is enqueued: return_existing goes with Enqueue only.
func (c *systemClient) EnqueueMany(queueName, workflowName string, inputs []any, opts ...EnqueueManyOption) ([]WorkflowHandle[any], error) {
	const op = "enqueue many"
	options := apply(opts)
	if err := options.check(op, queueName, workflowName, len(inputs)); err != nil {
		return nil, err
	}
	if len(inputs) == 0 {
		return []WorkflowHandle[any]{}, nil
	}
	if err := c.checkTarget(op, options.target(queueName, workflowName), options.Strict || c.config.Strict); err != nil {
		return nil, err
	}
	in, err := c.insertion(op, queueName, workflowName, inputs, options)
	if err != nil {
		return nil, err
	}
	s := c.creation(in)
	err = c.change(s, func(p *permit) error {
		err := c.insert(p, in)
		s.Changed = int64(len(in.ids)) - in.existing
		return err
	})
	if err != nil {
		return nil, err
	}
	return c.newHandles(in.ids), nil
}

func (o EnqueueManyOptions) check(op, queueName, workflowName string, count int) error {
	switch {
	case o.WorkflowID != "" || o.DeduplicationID != "":
		return invalid(op, "a list of workflows takes lists of ids: workflow_ids, deduplication_ids")
	case o.DeduplicationPolicy == DeduplicationPolicyReturnExisting:
		return invalid(op, "a list of workflows cannot return existing ones: enqueue them one by one")
	case len(o.DeduplicationIDs) > 0 && len(o.DeduplicationIDs) != count:
		return invalid(op, "%d deduplication ids for %d inputs", len(o.DeduplicationIDs), count)
	case len(o.DeduplicationIDs) > 0 && o.QueuePartitionKey != "":
		return invalid(op, "a partition key and a deduplication id cannot go together")
	case len(o.WorkflowIDs) > 0 && len(o.WorkflowIDs) != count:
		return invalid(op, "%d workflow ids for %d inputs", len(o.WorkflowIDs), count)
	}
	return o.EnqueueOptions.check(op, queueName, workflowName)
}
