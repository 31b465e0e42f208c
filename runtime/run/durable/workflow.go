package durable

import (
	"context"

	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

var _ journal.Workflow = record{}

// SetEvent implements journal.Workflow.
func (r record) SetEvent(_ context.Context, s journal.Step, key string, value any) error {
	return r.recordBy(s, func(row worker.Recording) error { return r.run.RecordEvent(row, key, value) })
}

// WriteStream implements journal.Workflow.
func (r record) WriteStream(_ context.Context, s journal.Step, key string, value any) error {
	return r.recordBy(s, func(row worker.Recording) error { return r.run.RecordStream(row, key, value) })
}

// Message implements journal.Workflow.
func (r record) Message(_ context.Context, topic string) (*journal.Message, error) {
	m, err := r.run.Message(topic)
	if m == nil || err != nil {
		return nil, err
	}
	return &journal.Message{ID: m.ID, Value: m.Value}, nil
}

// Receive implements journal.Workflow.
func (r record) Receive(_ context.Context, s journal.Step, m *journal.Message) error {
	return r.recordBy(s, func(row worker.Recording) error { return r.run.RecordReceived(row, m.ID) })
}

func (r record) recordBy(s journal.Step, do func(worker.Recording) error) error {
	row, err := rowOf(s)
	if err != nil {
		return err
	}
	return do(row)
}
