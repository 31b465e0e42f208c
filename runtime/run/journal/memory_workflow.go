package journal

import (
	"context"
	"slices"
)

// A Posted is a message of a Memory.
type Posted struct {
	Message
	Topic string
}

var _ Workflow = (*Memory)(nil)

// Post sends a message to the run of the memory.
func (m *Memory) Post(p Posted) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.posted = append(m.posted, p)
}

// Published returns the event of a key, and the values of a stream of that key.
func (m *Memory) Published(key string) (event any, stream []any) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.events[key], slices.Clone(m.streams[key])
}

// SetEvent implements Workflow.
func (m *Memory) SetEvent(_ context.Context, s Step, key string, value any) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if err := m.add(s); err != nil {
		return err
	}
	if m.events == nil {
		m.events = map[string]any{}
	}
	m.events[key] = value
	return nil
}

// WriteStream implements Workflow.
func (m *Memory) WriteStream(_ context.Context, s Step, key string, value any) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if err := m.add(s); err != nil {
		return err
	}
	if m.streams == nil {
		m.streams = map[string][]any{}
	}
	m.streams[key] = append(m.streams[key], value)
	return nil
}

// Message implements Workflow.
func (m *Memory) Message(_ context.Context, topic string) (*Message, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	for _, p := range m.posted {
		if p.Topic == topic {
			return &p.Message, nil
		}
	}
	return nil, nil
}

// Receive implements Workflow.
func (m *Memory) Receive(_ context.Context, s Step, got *Message) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if err := m.add(s); err != nil {
		return err
	}
	m.posted = slices.DeleteFunc(m.posted, func(p Posted) bool { return p.ID == got.ID })
	return nil
}
