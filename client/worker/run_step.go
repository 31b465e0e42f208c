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

// RetriedStep is Step with further tries, each behind a boundary. When all have failed, the step
// fails with ErrMaxStepRetriesExceeded.
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
	return r.exact(s, value, failed)
}

// exact returns a value as a replay returns it, so that a workflow behaves the same if it is
// interrupted. An error is returned unchanged.
func (r *Run) exact(s *step, value any, failed error) (any, error) {
	if failed != nil {
		return nil, failed
	}
	return codec.Encoded{Text: s.output.String, Codec: s.codec.String}.Decode(), nil
}

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

// Work advances the worker's clock, as slow work does. Nothing is recorded.
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

// alarm records the end of a wait, or returns the recorded one.
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

func (s *step) wakeTime() (time.Time, error) {
	value, err := s.replay()
	milliseconds, ok := value.(int64)
	if err == nil && !ok {
		err = fmt.Errorf("step %d holds %v, which is no time to wake up at", s.number, value)
	}
	return time.UnixMilli(milliseconds), err
}

// alarmAt is the alarm of a wait for something else. It takes the step number after the one of
// that wait, and is recorded only if there is something to wait for.
func (r *Run) alarmAt(number int, timeout time.Duration) (time.Time, error) {
	s := &step{number: number, name: "DBOS.sleep", began: r.worker.now()}
	if err := r.readRecord(s); err != nil {
		return time.Time{}, err
	}
	return r.alarm(s, timeout)
}

// fail records a failed step and returns its error.
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

// noOutput records a step whose result is an encoded nil.
func (r *Run) noOutput(s *step, do func(b *db.Batch)) error {
	err := r.encode(s, nil)
	if err == nil {
		err = r.record(s, do)
	}
	return err
}
