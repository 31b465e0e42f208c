package worker

import (
	"container/heap"
	"container/list"
	"slices"
)

// A parked is a run that waits outside of memory: its function has ended, and begins again from its
// recorded steps when the wait is over.
type parked struct {
	id               string
	queue, partition string
	token            string
	until            int64 // Unix milliseconds; 0 if no time ends the wait
	on               watch
	again            bool // the database failed: go on at once

	turn  *list.Element // among those whose owner is looked at
	alarm int           // place among those that wait for a time, if until is not 0
	ready bool          // the wait is over
}

// A parkingLot holds the parked runs of an executor, in an order for each question of a round, so
// that a round costs as much as the runs that it concerns, and not as much as all of them.
type parkingLot struct {
	runs     map[string]*parked
	turns    *list.List // all of them; the first one is looked at next
	alarms   alarms
	watchers map[watch][]*parked
	ready    []*parked // in the order in which their waits ended; some have left since
	places   map[parkingPlace]int
	watched  map[watchKind][]string // the ids that are watched, in order; nil if they have changed
}

// A parkingPlace is a queue, or a partition of it.
type parkingPlace struct {
	queue, partition string
	whole            bool
}

func newParkingLot() *parkingLot {
	return &parkingLot{runs: map[string]*parked{}, turns: list.New(), watchers: map[watch][]*parked{}, places: map[parkingPlace]int{}}
}

// add parks a run, in place of the one with its id.
func (l *parkingLot) add(p *parked) {
	l.remove(p.id)
	l.runs[p.id] = p
	p.turn = l.turns.PushBack(p)
	l.count(p, 1)
	switch {
	case p.again:
		l.end(p)
		return
	case p.until > 0:
		heap.Push(&l.alarms, p)
	}
	if p.on.kind != 0 {
		l.watchers[p.on] = append(l.watchers[p.on], p)
		l.watched = nil
	}
}

// remove takes a run out. It returns nil if there is none.
func (l *parkingLot) remove(id string) *parked {
	p := l.runs[id]
	if p == nil {
		return nil
	}
	delete(l.runs, id)
	l.turns.Remove(p.turn)
	l.count(p, -1)
	l.stopWaiting(p)
	p.ready = false
	return p
}

func (l *parkingLot) count(p *parked, by int) {
	for _, place := range []parkingPlace{{p.queue, "", true}, {p.queue, p.partition, false}} {
		if l.places[place] += by; l.places[place] == 0 {
			delete(l.places, place)
		}
	}
}

// stopWaiting takes a run out of the orders of waits, if it is in them.
func (l *parkingLot) stopWaiting(p *parked) {
	if p.ready || p.again {
		return
	}
	if p.until > 0 {
		heap.Remove(&l.alarms, p.alarm)
	}
	if p.on.kind == 0 {
		return
	}
	left := slices.DeleteFunc(l.watchers[p.on], func(other *parked) bool { return other == p })
	if l.watchers[p.on] = left; len(left) == 0 {
		delete(l.watchers, p.on)
	}
	l.watched = nil
}

// end notes that the wait of a run is over.
func (l *parkingLot) end(p *parked) {
	l.stopWaiting(p)
	p.ready = true
	l.ready = append(l.ready, p)
}

// wake ends the waits whose time has come, or whose row has arrived.
func (l *parkingLot) wake(now int64, arrived map[watch]bool) {
	for len(l.alarms) > 0 && l.alarms[0].until <= now {
		l.end(l.alarms[0])
	}
	for on := range arrived {
		for _, p := range slices.Clone(l.watchers[on]) {
			l.end(p)
		}
	}
}

// woken returns so many of the runs whose wait is over, and true if there are more. They stay in
// the lot until they are removed.
func (l *parkingLot) woken(most int) (ids []string, more bool) {
	l.ready = slices.DeleteFunc(l.ready, func(p *parked) bool { return !p.ready })
	for _, p := range l.ready[:min(max(most, 0), len(l.ready))] {
		ids = append(ids, p.id)
	}
	return ids, len(ids) < len(l.ready)
}

// sample returns so many runs, each in its turn.
func (l *parkingLot) sample(most int) []string {
	ids := make([]string, 0, min(most, l.turns.Len()))
	for range cap(ids) {
		first := l.turns.Front()
		ids = append(ids, first.Value.(*parked).id)
		l.turns.MoveToBack(first)
	}
	return ids
}

// watchedIDs returns the ids of the workflows for which runs wait, by kind. The caller must not
// change them.
func (l *parkingLot) watchedIDs() map[watchKind][]string {
	if l.watched != nil {
		return l.watched
	}
	l.watched = map[watchKind][]string{}
	for on := range l.watchers {
		l.watched[on.kind] = append(l.watched[on.kind], on.id)
	}
	for kind, ids := range l.watched {
		slices.Sort(ids)
		l.watched[kind] = slices.Compact(ids)
	}
	return l.watched
}

// held returns the number of runs of a queue, or of one of its partitions.
func (l *parkingLot) held(queue string, partition *string) int {
	if partition == nil {
		return l.places[parkingPlace{queue, "", true}]
	}
	return l.places[parkingPlace{queue, *partition, false}]
}

// alarms are the runs that wait for a time, the earliest first.
type alarms []*parked

func (a alarms) Len() int           { return len(a) }
func (a alarms) Less(i, j int) bool { return a[i].until < a[j].until }

func (a alarms) Swap(i, j int) {
	a[i], a[j] = a[j], a[i]
	a[i].alarm, a[j].alarm = i, j
}

// Push and Pop are for package heap.
func (a *alarms) Push(x any) {
	p := x.(*parked)
	p.alarm = len(*a)
	*a = append(*a, p)
}

func (a *alarms) Pop() any {
	last := (*a)[len(*a)-1]
	(*a)[len(*a)-1] = nil
	*a = (*a)[:len(*a)-1]
	return last
}
