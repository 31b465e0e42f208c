package simulator

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// A Mix describes many workflows by proportions. Equal mixes make equal rows.
type Mix struct {
	Count  int
	Prefix string                            // of the ids; "mix-" when empty
	States map[client.WorkflowStatusType]int // weights; SUCCESS alone when empty
	Names  []string                          // taken in turn; "work" when empty
	Queues []string                          // taken in turn; "default" when empty
	Now    time.Time                         // the age of the youngest is zero then; time.Now when zero
	Ages   time.Duration                     // how far back they go, evenly
	Input  func(i int) any                   // of each; its number when nil
	Seed   uint64
}

// Rows returns the workflows of the mix, oldest first.
func (m Mix) Rows() iter.Seq[Row] {
	m = m.withDefaults()
	return func(yield func(Row) bool) {
		random := rand.New(rand.NewPCG(m.Seed, 1))
		for i := range m.Count {
			if !yield(m.row(i, random)) {
				return
			}
		}
	}
}

func (m Mix) withDefaults() Mix {
	if m.Prefix == "" {
		m.Prefix = "mix-"
	}
	if len(m.States) == 0 {
		m.States = map[client.WorkflowStatusType]int{client.WorkflowStatusSuccess: 1}
	}
	if len(m.Names) == 0 {
		m.Names = []string{"work"}
	}
	if len(m.Queues) == 0 {
		m.Queues = []string{"default"}
	}
	if m.Now.IsZero() {
		m.Now = time.Now()
	}
	if m.Input == nil {
		m.Input = func(i int) any { return i }
	}
	return m
}

func (m Mix) row(i int, random *rand.Rand) Row {
	age := m.Ages - time.Duration(float64(m.Ages)*float64(i)/float64(m.Count))
	row := Row{WorkflowStatus: client.WorkflowStatus{
		ID: fmt.Sprintf("%s%07d", m.Prefix, i), Name: m.Names[i%len(m.Names)], QueueName: m.Queues[i%len(m.Queues)],
		CreatedAt: m.Now.Add(-age), Input: m.Input(i), ApplicationVersion: "simulated", ExecutorID: "local",
	}}
	row.Settle(pickWeighted(m.States, random), age/10, age/20)
	switch row.Status {
	case client.WorkflowStatusSuccess:
		row.Output = i
	case client.WorkflowStatusError:
		row.Error = errors.New("the work failed")
	}
	return row
}

// pickWeighted takes a state by its weight.
func pickWeighted(weights map[client.WorkflowStatusType]int, random *rand.Rand) client.WorkflowStatusType {
	total := 0
	for _, state := range client.WorkflowStatuses {
		total += weights[state]
	}
	rest := random.IntN(max(total, 1))
	for _, state := range client.WorkflowStatuses {
		if rest < weights[state] {
			return state
		}
		rest -= weights[state]
	}
	return client.WorkflowStatusSuccess
}
