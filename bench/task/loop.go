package task

import (
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Loop measures the task's calls, and returns the median and the 99th percentile of the second
// half. The first half includes work that every process does once: it touches new memory, the
// server settles on plans, and code is compiled. The first call of a run is a row of its own.
func (t Task) Loop(call func(i int) error) (Finding, error) {
	warm, err := times(t.Count, call)
	if err != nil {
		return Finding{}, err
	}
	return t.summary(warm), nil
}

// Parallel spreads the calls over the task's callers, who start together after one warm-up call
// each, and measures like Loop.
func (t Task) Parallel(call func(i int) error) (Finding, error) {
	callers := max(1, t.Callers)
	warm := make([][]float64, callers)
	var group errgroup.Group
	var ready sync.WaitGroup
	ready.Add(callers)
	for caller := range callers {
		group.Go(func() error {
			err := call(0)
			ready.Done()
			ready.Wait()
			if err == nil {
				warm[caller], err = times(t.Count/callers, call)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return Finding{}, err
	}
	return t.summary(slices.Concat(warm...)), nil
}

// times returns how long each call of the second half took.
func times(count int, call func(i int) error) ([]float64, error) {
	all := make([]float64, count)
	for i := range all {
		seconds, err := Timed(func() error { return call(i) })
		if err != nil {
			return nil, err
		}
		all[i] = seconds
	}
	return all[count/2:], nil
}

func (t Task) summary(warm []float64) Finding {
	slices.Sort(warm)
	return Finding{Seconds: warm[len(warm)/2], P99: warm[len(warm)*99/100], Items: t.Count}
}
