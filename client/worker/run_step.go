package worker

import (
	"fmt"
	"math"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// Retry says how often a step is tried again. The pauses grow from Interval by Factor up to
// Longest; zero values are the Go SDK's 100 ms, 2 and 5 s.
type Retry struct {
	Max      int // tries after the first one
	Interval time.Duration
	Factor   float64
	Longest  time.Duration
}

// Step runs fn, or returns its recorded result if the workflow ran before. An error is recorded
// too.
func (r *Run) Step(name string, fn func() (any, error)) (any, error) {
	return r.RetriedStep(name, Retry{}, fn)
}

// RetriedStep is Step with further tries. Between two of them the worker can advance other
// workflows. If all fail, the step fails with ErrMaxStepRetriesExceeded, or with the error of fn if
// retry.Max is 0. The tries are not recorded, so a workflow that was interrupted makes all of them.
func (r *Run) RetriedStep(name string, retry Retry, fn func() (any, error)) (any, error) {
	s, err := r.begin(name)
	if err != nil {
		return nil, err
	}
	if s.recorded {
		return s.replay()
	}
	value, failed := r.try(s, retry, fn)
	if err := r.ended(); err != nil {
		return nil, err
	}
	if failed != nil {
		err = r.encodeError(s, failed)
	} else {
		err = r.encode(s, value)
	}
	if err == nil {
		err = r.record(s, nil)
	}
	if err != nil {
		return nil, err
	}
	return r.asReplayed(s, value, failed)
}

// asReplayed returns the result of a step that was just recorded. The value is decoded from its
// record, so that the workflow goes on with the same value if it runs again. An error is returned
// as fn returned it.
func (r *Run) asReplayed(s *step, value any, failed error) (any, error) {
	if failed != nil {
		return nil, failed
	}
	return codec.Encoded{Text: s.output.String, Codec: s.codec.String}.Decode(), nil
}

// try calls fn until it succeeds or there are no more tries. It returns the result of the step.
func (r *Run) try(s *step, retry Retry, fn func() (any, error)) (value any, err error) {
	for attempt := 0; ; attempt++ {
		if value, err = fn(); err == nil || retry.Max == 0 {
			return value, err
		}
		if attempt == retry.Max {
			exhausted := ErrMaxStepRetriesExceeded.Because("step %q failed %d times, the last time with: %v", s.name, attempt+1, err)
			exhausted.Err = err
			return nil, exhausted
		}
		if err := r.boundary(wait{until: r.worker.config.Clock().Add(retry.pause(attempt)), stays: true}); err != nil {
			return nil, err
		}
	}
}

// pause returns the time between a try, counted from 0, and the next one.
func (retry Retry) pause(attempt int) time.Duration {
	interval, factor, longest := retry.Interval, retry.Factor, retry.Longest
	if interval <= 0 {
		interval = 100 * time.Millisecond
	}
	if factor <= 0 {
		factor = 2
	}
	if longest <= 0 {
		longest = 5 * time.Second
	}
	return min(longest, time.Duration(float64(interval)*math.Pow(factor, float64(attempt))))
}

// Work waits by the worker's clock, as if the function worked for so long. Nothing is recorded, so
// a workflow that was interrupted waits again.
func (r *Run) Work(duration time.Duration) error {
	return r.boundary(wait{until: r.worker.config.Clock().Add(duration), stays: true})
}

// Sleep waits by the worker's clock. The end of the wait is recorded, so a workflow that was
// interrupted waits only for the rest.
func (r *Run) Sleep(duration time.Duration) error {
	s, err := r.begin("DBOS.sleep")
	if err != nil {
		return err
	}
	wake, err := r.alarm(s, duration)
	if err != nil {
		return err
	}
	return r.boundary(wait{until: wake})
}

// alarm returns the end of a wait that begins now, and records it as the step s. If s is recorded,
// it returns the recorded end.
func (r *Run) alarm(s *step, duration time.Duration) (time.Time, error) {
	if s.recorded {
		return s.wakeTime()
	}
	wake := r.worker.config.Clock().Add(duration)
	if err := r.encode(s, wake.UnixMilli()); err != nil {
		return wake, err
	}
	s.ended = wake.UnixMilli()
	return wake, r.record(s, nil)
}

// wakeTime returns the end that alarm recorded.
func (s *step) wakeTime() (time.Time, error) {
	value, err := s.replay()
	milliseconds, ok := value.(int64)
	if err == nil && !ok {
		err = fmt.Errorf("step %d holds %v, which is no time to wake up at", s.number, value)
	}
	return time.UnixMilli(milliseconds), err
}

// alarmAt returns the time at which a wait for a message or an event gives up. It records it as a
// sleep under the step number that follows the wait's own, unless it is recorded there.
func (r *Run) alarmAt(number int, timeout time.Duration) (time.Time, error) {
	s := &step{number: number, name: "DBOS.sleep", began: r.worker.now()}
	if err := r.readRecord(s); err != nil {
		return time.Time{}, err
	}
	return r.alarm(s, timeout)
}

// fail records a failed step and returns its error, or another one if it could not be recorded.
func (r *Run) fail(s *step, failed error) error {
	err := r.encodeError(s, failed)
	if err == nil {
		err = r.record(s, nil)
	}
	if err != nil {
		return err
	}
	return failed
}

// recordNil records a step that returns nothing: its output is an encoded nil, not NULL. do adds
// the statements that take effect with it.
func (r *Run) recordNil(s *step, do func(b *db.Batch)) error {
	err := r.encode(s, nil)
	if err == nil {
		err = r.record(s, do)
	}
	return err
}
