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
	mutex   sync.Mutex
	steps   map[int]Step
	answers map[int]any // of changes, by the number of their step
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
func (m *Memory) Load(context.Context) ([]Step, error) { return m.Steps(), nil }

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

// memoryStep is the open step of a change, in the context of its call.
type memoryStep struct {
	record *Memory
	step   Step
}

type memoryKey struct{}

// Begin lets Commit record the step.
func (m *Memory) Begin(ctx context.Context, s Step) context.Context {
	return context.WithValue(ctx, memoryKey{}, &memoryStep{m, s})
}

// Append adds a step, or closes an open one.
func (m *Memory) Append(_ context.Context, s Step) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if known, found := m.steps[s.Number]; found && !known.Open {
		return ErrTaken
	}
	m.add(s)
	return nil
}

func (m *Memory) add(s Step) {
	if m.steps == nil {
		m.steps = map[int]Step{}
	}
	m.steps[s.Number] = s
}

// Commit makes a change under a context of Begin together with its step, and returns its answer. If
// the step is recorded, it returns the answer of the first time. Under any other context it makes
// the change alone. It is what a client in memory calls where a real one sends a transaction.
func Commit(ctx context.Context, change func() (any, error)) (any, error) {
	open, ok := ctx.Value(memoryKey{}).(*memoryStep)
	if !ok {
		return change()
	}
	m := open.record
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if _, found := m.steps[open.step.Number]; found {
		return m.answers[open.step.Number], nil
	}
	answer, err := change()
	if err != nil {
		return nil, err
	}
	m.add(open.step)
	if m.answers == nil {
		m.answers = map[int]any{}
	}
	m.answers[open.step.Number] = answer
	return answer, nil
}
