package guard

import (
	"slices"

	"github.com/dbos-script/dbos-script/client"
)

// Stopped is what a run has stopped and not set going again.
type Stopped struct {
	Queues []string // the names of paused queues, in order
	Held   int64    // how many more workflows were held than released
}

// add notes a change that has succeeded.
func (s *Stopped) add(operation string, change *client.Change) {
	switch operation {
	case "pause_queue":
		s.Queues = append(s.without(change.IDs), change.IDs...)
		slices.Sort(s.Queues)
	case "resume_queue":
		s.Queues = s.without(change.IDs)
	case "hold":
		s.Held += change.Changed
	case "release":
		s.Held = max(0, s.Held-change.Changed)
	}
}

func (s *Stopped) without(names []string) []string {
	return slices.DeleteFunc(s.Queues, func(name string) bool { return slices.Contains(names, name) })
}

// Stopped returns the queues and workflows that the run has stopped so far.
func (g *Guard) Stopped() Stopped {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return Stopped{Queues: slices.Clone(g.stopped.Queues), Held: g.stopped.Held}
}
