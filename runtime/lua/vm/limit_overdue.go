package vm

import (
	"context"
	"time"
)

const (
	// undoTime is how long a stopped run may go on if the functions that it called may have to undo
	// something.
	undoTime = 15 * time.Second
	// endTime is how long it may go on otherwise: as long as a program that it runs has to clean
	// up, and a second.
	endTime = 3 * time.Second
	// overdueMemory is how many times its limit of memory a stopped run may take.
	overdueMemory = 2
)

// supervise calls Config.Overdue if the run goes on for too long after ctx has stopped it. ended is
// to be called when the run has ended.
func (v *VM) supervise(ctx context.Context) (ended func()) {
	if v.config.Overdue == nil {
		return func() {}
	}
	over, finish := context.WithCancel(context.Background())
	unwatch := context.AfterFunc(ctx, func() {
		if v.isOverdue(over) {
			v.config.Overdue(stopOf(ctx))
		}
	})
	return func() {
		finish()
		unwatch()
	}
}

// isOverdue waits until a stopped run is over, and returns false then. It returns true if the run
// takes too much time or memory to end.
func (v *VM) isOverdue(over context.Context) bool {
	over, stop := context.WithTimeout(over, undoTime)
	defer stop()
	soon := time.After(endTime)
	memory := newWatchdog(v.config.Limits.Memory, nil)
	for ticker := time.NewTicker(watchInterval); ; {
		select {
		case <-over.Done():
			ticker.Stop()
			return over.Err() == context.DeadlineExceeded
		case <-soon:
			if v.config.Undoing != nil && !v.config.Undoing() {
				ticker.Stop()
				return over.Err() == nil
			}
		case <-ticker.C:
			if memory.limit < unlimited && memory.grown() > overdueMemory*memory.limit {
				ticker.Stop()
				return true
			}
		}
	}
}
