package journal

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// Memory is a Record that is lost with the process, for tests and for a replay of steps that were
// read from elsewhere. The zero value is empty.
type Memory struct {
	mutex sync.Mutex
	steps map[int]Step
	later []Step

	events  map[string]any
	streams map[string][]any
	posted  []Posted
}

// MemoryOf returns a record that holds steps.
func MemoryOf(steps []Step) *Memory {
	m := &Memory{steps: map[int]Step{}}
	for _, s := range steps {
		m.steps[s.Number] = s
	}
	return m
}

// Load returns the steps in the order of their numbers.
// Steps of Later that were not added are lost.
func (m *Memory) Load(context.Context) ([]Step, error) {
	m.mutex.Lock()
	m.later = nil
	m.mutex.Unlock()
	return m.Steps(), nil
}

// Steps returns the steps in the order of their numbers.
func (m *Memory) Steps() []Step {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	steps := make([]Step, 0, len(m.steps))
	for _, number := range slices.Sorted(maps.Keys(m.steps)) {
		steps = append(steps, m.steps[number])
	}
	return steps
}

// memoryChange is the change of a step that is under way, in the context of its call.
type memoryChange struct{ undo []func() }

type memoryKey struct{}

// Change makes a change, which Commit undoes if the step is not added.
func (m *Memory) Change(ctx context.Context, s Step, _ func(string) int, do func(context.Context) (Step, error)) (Step, error) {
	change := &memoryChange{}
	s, err := do(context.WithValue(ctx, memoryKey{}, change))
	if err != nil || s.Error != nil {
		change.rollback()
	}
	if err != nil {
		return s, err
	}
	return s, m.Append(ctx, s)
}

func (c *memoryChange) rollback() {
	for _, undo := range slices.Backward(c.undo) {
		undo()
	}
}

// Append adds a step.
func (m *Memory) Append(_ context.Context, s Step) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.add(s)
}

// Later adds a step together with the next one.
func (m *Memory) Later(_ context.Context, s Step) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.later = append(m.later, s)
	return nil
}

// Flush adds the steps of Later.
func (m *Memory) Flush(context.Context) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.add()
}

// add adds the steps of Later and others, or none. The caller holds the mutex.
func (m *Memory) add(steps ...Step) error {
	steps = append(m.later, steps...)
	for _, s := range steps {
		if _, found := m.steps[s.Number]; found {
			return ErrTaken
		}
	}
	if m.steps == nil {
		m.steps = map[int]Step{}
	}
	for _, s := range steps {
		m.steps[s.Number] = s
	}
	m.later = nil
	return nil
}

// Commit makes a change that is undone if its step is not recorded. It is what a client in memory
// calls where a real one sends statements. Outside of Memory.Change it makes the change alone.
func Commit(ctx context.Context, change, undo func()) {
	change()
	if c, ok := ctx.Value(memoryKey{}).(*memoryChange); ok {
		c.undo = append(c.undo, undo)
	}
}
