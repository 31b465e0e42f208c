package client

import "sync"

// stamps gives the messages to one destination times that strictly increase, because a receiver
// takes the oldest first and nothing else tells two of one millisecond apart.
type stamps struct {
	mutex sync.Mutex
	last  map[string]int64
	full  int // at how many destinations those of the past are forgotten
}

// fewStamps is how many destinations are remembered without looking which of them can go.
const fewStamps = 1024

// take gives a time to each destination: now, or what follows the last one given.
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

// forget drops times before now, which any later one follows anyway.
func (s *stamps) forget(now int64) {
	if s.last == nil {
		s.last, s.full = map[string]int64{}, fewStamps
	}
	if len(s.last) < s.full {
		return
	}
	for destination, last := range s.last {
		if last < now {
			delete(s.last, destination)
		}
	}
	s.full = max(fewStamps, 2*len(s.last))
}
