package task

import (
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Loop measures the task's calls and returns the median of the second half. A disk that is busy
// for a moment slows down few calls. The first half includes work that every process does once:
// it touches new memory, the server settles on plans, and code is compiled.
func (t Task) Loop(call func(i int) error) (Finding, error) {
	seconds, err := median(t.Count, call)
	return Finding{Seconds: seconds, Items: t.Count}, err
}

func median(count int, call func(i int) error) (float64, error) {
	times := make([]float64, count)
	for i := range times {
		seconds, err := Timed(func() error { return call(i) })
		if err != nil {
			return 0, err
		}
		times[i] = seconds
	}
	warm := times[count/2:]
	slices.Sort(warm)
	return warm[len(warm)/2], nil
}

// Parallel spreads the calls over the task's callers, who start together after one warm-up call
// each, and returns the median call.
func (t Task) Parallel(call func(i int) error) (Finding, error) {
	callers := max(1, t.Callers)
	medians := make([]float64, callers)
	var group errgroup.Group
	var warm sync.WaitGroup
	warm.Add(callers)
	for caller := range callers {
		group.Go(func() error {
			err := call(0)
			warm.Done()
			warm.Wait()
			if err == nil {
				medians[caller], err = median(t.Count/callers, call)
			}
			return err
		})
	}
	err := group.Wait()
	slices.Sort(medians)
	return Finding{Seconds: medians[callers/2], Items: t.Count}, err
}
