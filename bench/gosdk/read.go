package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
)

// options returns the options of a list: the filter of the task, its limit, and whether inputs and
// outputs are read.
func (p program) options() ([]dbos.ListWorkflowsOption, error) {
	chosen := []dbos.ListWorkflowsOption{
		dbos.WithFilterLimit(p.task.Count), dbos.WithFilterLoadInput(p.task.Payloads), dbos.WithFilterLoadOutput(p.task.Payloads),
	}
	if p.task.Filter == "" {
		return chosen, nil
	}
	more, err := filterOptions(p.task.Filter)
	return append(chosen, more...), err
}

// warm reads one row, so that the measured call has its connection and warm code.
func (p program) warm() error {
	_, err := dbos.ListWorkflows(p.client, dbos.WithFilterLimit(1))
	return err
}

// list measures a list of workflows. It checks three fields of each, and the input if the task
// decodes it, because a list without them would look fast.
func (p program) list() error {
	options, err := p.options()
	if err == nil {
		err = p.warm()
	}
	if err != nil {
		return err
	}
	return p.task.once(func() error {
		found, err := dbos.ListWorkflows(p.client, options...)
		if err != nil {
			return err
		}
		if p.task.Filter == "" {
			err = counted(p.task.Count, len(found), nil)
		}
		for _, workflow := range found {
			if workflow.ID == "" || workflow.Status == "" || workflow.Name == "" || p.task.Decode && workflow.Input == nil {
				return errors.New("a field is missing")
			}
		}
		return err
	})
}

// offset measures a walk over all workflows page by page. Each page begins at an offset, because
// the client has no cursor.
func (p program) offset() error {
	if err := p.warm(); err != nil {
		return err
	}
	return p.task.once(func() error {
		for rows := 0; rows < p.task.Count; {
			page, err := dbos.ListWorkflows(p.client, dbos.WithFilterLimit(p.task.Page), dbos.WithFilterOffset(rows),
				dbos.WithFilterLoadInput(p.task.Payloads), dbos.WithFilterLoadOutput(p.task.Payloads))
			if err != nil || len(page) == 0 {
				return counted(p.task.Count, rows, err)
			}
			rows += len(page)
		}
		return nil
	})
}

// emit lists workflows and prints them in the format of the task, with the standard library, like a
// program of a user. The harness measures the whole process.
func (p program) emit() error {
	options, err := p.options()
	if err != nil {
		return err
	}
	found, err := dbos.ListWorkflows(p.client, options...)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	switch p.task.Format {
	case "ids":
		for _, workflow := range found {
			fmt.Fprintln(out, workflow.ID)
		}
	case "ndjson":
		encoder := json.NewEncoder(out)
		for _, workflow := range found {
			err = errors.Join(err, encoder.Encode(workflow))
		}
	case "json":
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(found)
	case "csv":
		err = writeCSV(csv.NewWriter(out), found)
	default:
		err = fmt.Errorf("no format %q", p.task.Format)
	}
	return errors.Join(err, out.Flush())
}

func writeCSV(out *csv.Writer, found []dbos.WorkflowStatus) error {
	for _, w := range found {
		input, err := json.Marshal(w.Input)
		if err != nil {
			return err
		}
		output, err := json.Marshal(w.Output)
		if err != nil {
			return err
		}
		row := []string{w.ID, string(w.Status), w.Name, w.QueueName, w.ExecutorID, w.ApplicationVersion, fmt.Sprint(w.Attempts), fmt.Sprint(w.Priority),
			w.CreatedAt.String(), w.UpdatedAt.String(), w.StartedAt.String(), w.CompletedAt.String(), string(input), string(output)}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// cold lists a few rows. The harness measures the whole process.
func (p program) cold() error {
	found, err := dbos.ListWorkflows(p.client, dbos.WithFilterLimit(p.task.Count), dbos.WithFilterLoadInput(false), dbos.WithFilterLoadOutput(false))
	for _, workflow := range found {
		fmt.Println(workflow.ID, workflow.Status, workflow.Name)
	}
	return err
}

// aggregate measures counts of workflows by state and name.
func (p program) aggregate() error {
	if err := p.warm(); err != nil {
		return err
	}
	return p.task.once(func() error {
		groups, err := dbos.GetWorkflowAggregates(p.client, dbos.GetWorkflowAggregatesInput{
			GroupByStatus: true, GroupByName: true, SelectCount: true, SelectMaxQueueWaitMs: true,
		})
		if err == nil && len(groups) == 0 {
			err = errors.New("groups are missing")
		}
		return err
	})
}

// readStream measures a read of all values of a stream.
func (p program) readStream() error {
	if err := p.warm(); err != nil {
		return err
	}
	return p.task.once(func() error {
		values, _, err := dbos.ReadStream[map[string]any](p.client, p.task.id(1), "progress")
		return counted(p.task.Count, len(values), err)
	})
}

// counted returns err, or an error if another number of rows was found than wanted, because a call
// that reads fewer would look fast.
func counted(wanted, found int, err error) error {
	if err == nil && found != wanted {
		err = fmt.Errorf("%d rows instead of %d", found, wanted)
	}
	return err
}
