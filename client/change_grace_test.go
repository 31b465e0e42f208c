package client

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

type callKey struct{}

// TestChangesEndAfterTheirCall gives changes the grace and no more, each with the values of its own
// call. A change that has ended leaves no timer behind.
func TestChangesEndAfterTheirCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		why := errors.New("enough")
		run, stop := context.WithCancelCause(context.Background())
		first, over := graceContext(context.WithValue(run, callKey{}, 1), time.Second)
		second, secondOver := graceContext(context.WithValue(run, callKey{}, 2), time.Second)
		if first.Value(callKey{}) != 1 || second.Value(callKey{}) != 2 {
			t.Errorf("%v, %v", first.Value(callKey{}), second.Value(callKey{}))
		}
		stop(why)
		time.Sleep(time.Second - 1)
		if first.Err() != nil || second.Err() != nil {
			t.Errorf("they end before their time: %v, %v", first.Err(), second.Err())
		}
		over()
		if context.Cause(first) != context.Canceled {
			t.Errorf("a change that is over goes on: %v", context.Cause(first))
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if !errors.Is(context.Cause(second), why) {
			t.Errorf("it goes on: %v", context.Cause(second))
		}
		secondOver()
	})
}
