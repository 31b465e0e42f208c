package worker

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
