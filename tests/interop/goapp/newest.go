//go:build !oldest

package main

import "github.com/dbos-inc/dbos-transact-golang/dbos"

func (d *driver) rewind(r request, with options) (any, error) {
	chosen := []dbos.RewindWorkflowOption{dbos.WithRewindStartStep(with.Step)}
	if with.QueueName != "" {
		chosen = append(chosen, dbos.WithRewindQueue(with.QueueName))
	}
	_, err := dbos.RewindWorkflow[any](d.client, r.WorkflowID, chosen...)
	return nil, err
}

func (d *driver) mergeAttributes(id string, attributes map[string]any) error {
	return dbos.SetWorkflowAttributes(d.client, id, attributes, dbos.WithMergeAttributes())
}

// toForks returns the option that sends to forks too.
func toForks() (dbos.SendOption, error) { return dbos.WithSendToForks(), nil }

// isFork returns the filter of workflows that are forks.
func isFork(want bool) (dbos.ListWorkflowsOption, error) { return dbos.WithFilterIsFork(want), nil }
