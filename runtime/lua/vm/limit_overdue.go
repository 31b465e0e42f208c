package vm

import (
	"context"
	"time"
)

const (
	// patience is the time in which a stopped run has to end if the functions that it called may
	// have to undo things.
	patience = 15 * time.Second
	// briefPatience is how long it may take if not: as long as a program that it runs has to
	// clean up, and a second.
	briefPatience = 3 * time.Second
	// overdueMemory is how many times its limit of memory such a run may take in the meantime.
	overdueMemory = 2
)

// supervise waits for the end of a run that is stopped; ended says that it has come.
func (v *VM) supervise(ctx context.Context) (ended func()) {
	if v.config.Overdue == nil {
		return func() {}
	}
	over, finish := context.WithCancel(context.Background())
	unwatch := context.AfterFunc(ctx, func() {
		if v.outlives(over) {
			v.config.Overdue(stopOf(ctx))
		}
	})
	return func() {
		finish()
		unwatch()
	}
}

// outlives waits until the run is over, or cannot be waited for any longer.
func (v *VM) outlives(over context.Context) bool {
	over, stop := context.WithTimeout(over, patience)
	defer stop()
	brief := time.After(briefPatience)
	held := newWatchdog(v.config.Limits.Memory, nil)
	for ticker := time.NewTicker(watchInterval); ; {
		select {
		case <-over.Done():
			ticker.Stop()
			return over.Err() == context.DeadlineExceeded
		case <-brief:
			if v.config.Undoing != nil && !v.config.Undoing() {
				ticker.Stop()
				return over.Err() == nil
			}
		case <-ticker.C:
			if held.limit < unlimited && held.grown() > overdueMemory*held.limit {
				ticker.Stop()
				return true
			}
		}
	}
}
