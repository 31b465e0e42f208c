//go:build !oldest

package main

import "github.com/dbos-inc/dbos-transact-golang/dbos"

// The calls of this file are new since the SDK 1.3.0. With that SDK, oldest.go is compiled instead.

func (d *driver) rewind(r request, with options) (any, error) {
	opts := []dbos.RewindWorkflowOption{dbos.WithRewindStartStep(with.Step)}
	if with.QueueName != "" {
		opts = append(opts, dbos.WithRewindQueue(with.QueueName))
	}
	_, err := dbos.RewindWorkflow[any](d.client, r.WorkflowID, opts...)
	return nil, err
}

func (d *driver) mergeAttributes(id string, attributes map[string]any) error {
	return dbos.SetWorkflowAttributes(d.client, id, attributes, dbos.WithMergeAttributes())
}

// toForks returns the option that sends a message to the forks of its destination too.
func toForks() (dbos.SendOption, error) { return dbos.WithSendToForks(), nil }

// rejectTaken returns the option that refuses the id of a workflow that exists.
func rejectTaken() (dbos.EnqueueOption, error) {
	return dbos.WithEnqueueWorkflowIDReusePolicy(dbos.WorkflowIDReusePolicyReject), nil
}

// portable returns the option that enqueues with the input in portable JSON.
func portable() (dbos.EnqueueOption, error) { return dbos.WithEnqueuePortableWorkflow(), nil }

// isFork returns the filter for forks, or for workflows that are none.
func isFork(want bool) (dbos.ListWorkflowsOption, error) { return dbos.WithFilterIsFork(want), nil }
