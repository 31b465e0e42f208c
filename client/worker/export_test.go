package worker

import (
	"sync"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// CountGroups returns a function that returns how many workflows groups have written the steps
// and the outcomes of. It is called before the executor works.
func (x *Executor) CountGroups() func() (steps, outcomes int) {
	w := x.worker.Load()
	ofSteps, ofOutcomes := w.steps.count(), w.outcomes.count()
	return func() (steps, outcomes int) { return ofSteps(), ofOutcomes() }
}

func (g *grouping) count() func() int {
	var mutex sync.Mutex
	ids := map[string]bool{}
	statements := g.statements
	g.statements = func(b *db.Batch, w *Worker, members []*member, written func(string)) {
		statements(b, w, members, func(id string) {
			mutex.Lock()
			defer mutex.Unlock()
			ids[id] = true
			written(id)
		})
	}
	return func() int {
		mutex.Lock()
		defer mutex.Unlock()
		return len(ids)
	}
}

// HoldSteps lets the steps of all runs wait as if groups were on their way, until release is
// called. waiting returns how many wait.
func (x *Executor) HoldSteps() (waiting func() int, release func()) {
	return x.worker.Load().steps.hold()
}

// HoldOutcomes is HoldSteps for outcomes.
func (x *Executor) HoldOutcomes() (waiting func() int, release func()) {
	return x.worker.Load().outcomes.hold()
}

func (g *grouping) hold() (waiting func() int, release func()) {
	g.mutex.Lock()
	g.sending = g.most
	g.mutex.Unlock()
	waiting = func() int {
		g.mutex.Lock()
		defer g.mutex.Unlock()
		return len(g.waiting)
	}
	return waiting, func() {
		g.mutex.Lock()
		g.sending = 1
		g.mutex.Unlock()
		g.handOn()
	}
}
