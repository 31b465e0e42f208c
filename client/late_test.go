package client

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

type callKey struct{}

// Changes go on for the grace and no longer, each with the values of its own call.
func TestChangesEndAfterTheirCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l late
		why := errors.New("enough")
		for range 2 { // one run after the other
			run, stop := context.WithCancelCause(context.Background())
			first := l.after(context.WithValue(run, callKey{}, 1), time.Second)
			second := l.after(context.WithValue(run, callKey{}, 2), time.Second)
			if first.Value(callKey{}) != 1 || second.Value(callKey{}) != 2 || first.Done() != second.Done() {
				t.Errorf("%v, %v", first.Value(callKey{}), second.Value(callKey{}))
			}
			stop(why)
			time.Sleep(time.Second - 1)
			if first.Err() != nil {
				t.Errorf("it ends before its time: %v", first.Err())
			}
			time.Sleep(time.Nanosecond)
			synctest.Wait()
			if second.Err() == nil || !errors.Is(context.Cause(second), why) {
				t.Errorf("it goes on: %v", context.Cause(second))
			}
			if len(l.ends) > 0 {
				t.Errorf("%d are kept", len(l.ends))
			}
		}
	})
}
