package client

import "sync"

// stamps returns strictly increasing times for the messages to one destination, because a receiver
// takes the oldest first and only the time orders them.
type stamps struct {
	mutex    sync.Mutex
	last     map[string]int64
	forgetAt int // the number of destinations at which past times are dropped
}

// minStamps is the least number of destinations at which past times are dropped.
const minStamps = 1024

// take returns a time for each destination: now, or a millisecond after its last one.
func (s *stamps) take(now int64, destinations []string) []int64 {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.forget(now)
	times := make([]int64, len(destinations))
	for i, destination := range destinations {
		times[i] = max(now, s.last[destination]+1)
		s.last[destination] = times[i]
	}
	return times
}

// forget drops times before now, because every new time is later.
func (s *stamps) forget(now int64) {
	if s.last == nil {
		s.last, s.forgetAt = map[string]int64{}, minStamps
	}
	if len(s.last) < s.forgetAt {
		return
	}
	for destination, last := range s.last {
		if last < now {
			delete(s.last, destination)
		}
	}
	s.forgetAt = max(minStamps, 2*len(s.last))
}
