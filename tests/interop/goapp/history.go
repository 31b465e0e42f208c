package main

import (
	"errors"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
)

// errNoOperation is the error of an operation that the SDK's version does not have.
var errNoOperation = errors.New("the SDK has no such operation")

// delay sets the delay of a DELAYED workflow, in seconds from now.
func (d *driver) delay(r request, _ options) (any, error) {
	var seconds float64
	if err := r.read(&seconds); err != nil {
		return nil, err
	}
	return nil, dbos.SetWorkflowDelay(d.client, r.WorkflowID, dbos.WithDelayDuration(time.Duration(seconds*float64(time.Second))))
}

// attributes replaces the attributes of a workflow, or merges them into the ones that it has.
func (d *driver) attributes(r request, with options) (any, error) {
	var attributes map[string]any
	if err := r.read(&attributes); err != nil {
		return nil, err
	}
	if with.Merge {
		return nil, d.mergeAttributes(r.WorkflowID, attributes)
	}
	return nil, dbos.SetWorkflowAttributes(d.client, r.WorkflowID, attributes)
}

// queue registers the queue with the name in Key, through the SDK's client and not in the
// application.
func (d *driver) queue(r request, with options) (any, error) {
	chosen := []dbos.QueueOption{dbos.WithQueueBasePollingInterval(pollInterval)}
	if with.Concurrency > 0 {
		chosen = append(chosen, dbos.WithGlobalConcurrency(with.Concurrency))
	}
	_, err := dbos.RegisterQueue(d.client, r.Key, chosen...)
	return nil, err
}

// queues returns the global concurrency limit of each registered queue by its name, nil if the
// queue has none.
func (d *driver) queues(request, options) (any, error) {
	all, err := dbos.ListQueues(d.client)
	found := map[string]*int{}
	for _, queue := range all {
		found[queue.GetName()] = queue.GetGlobalConcurrency()
	}
	return found, err
}

// rename renames an application in the rows of the database.
func (d *driver) rename(r request, _ options) (any, error) {
	var from, to string
	if err := r.read(&from, &to); err != nil {
		return nil, err
	}
	_, err := dbos.RenameApplication(d.client, dbos.RenameApplicationInput{OldName: from, NewName: to})
	return nil, err
}

// aggregates returns the numbers of workflows whose ids begin with a prefix, under "NAME STATE",
// and of their steps, under "step NAME".
func (d *driver) aggregates(r request, _ options) (any, error) {
	var prefix string
	if err := r.read(&prefix); err != nil {
		return nil, err
	}
	found := map[string]int64{}
	workflows, err := dbos.GetWorkflowAggregates(d.client, dbos.GetWorkflowAggregatesInput{
		GroupByStatus: true, GroupByName: true, SelectCount: true, WorkflowIDPrefix: []string{prefix},
	})
	for _, row := range workflows {
		found[*row.Group["name"]+" "+*row.Group["status"]] = *row.Count
	}
	if err != nil {
		return nil, err
	}
	steps, err := dbos.GetStepAggregates(d.client, dbos.GetStepAggregatesInput{
		GroupByFunctionName: true, SelectCount: true, WorkflowIDPrefix: []string{prefix},
	})
	for _, row := range steps {
		found["step "+*row.Group["function_name"]] = *row.Count
	}
	return found, err
}
