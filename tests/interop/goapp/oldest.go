//go:build oldest

package main

import "github.com/dbos-inc/dbos-transact-golang/dbos"

// The SDK 1.3.0 lacks the calls of newest.go, so these functions return errNoOperation.

func (d *driver) rewind(request, options) (any, error) { return nil, errNoOperation }

func (d *driver) mergeAttributes(string, map[string]any) error { return errNoOperation }

func toForks() (dbos.SendOption, error) { return nil, errNoOperation }

func rejectTaken() (dbos.EnqueueOption, error) { return nil, errNoOperation }

func portable() (dbos.EnqueueOption, error) { return nil, errNoOperation }

func isFork(bool) (dbos.ListWorkflowsOption, error) { return nil, errNoOperation }

func migrations() ([]string, error) { return nil, errNoOperation }
