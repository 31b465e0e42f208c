package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// SleepName is the name of the step of a wait, as in the SDKs of DBOS. Its result is the end of the
// wait in Unix milliseconds, and its arguments are the time between its beginning and that end.
const SleepName = "DBOS.sleep"

// A Wait is for a time or, if Message is true, for a message on a topic until that time.
type Wait struct {
	Until   time.Time
	Message bool
	Topic   string
}

// Sleep waits. The end of the wait is recorded before it, so that a run that goes on waits for the
// rest only. Afterwards Now returns the end of the wait.
func (j *Journal) Sleep(ctx context.Context, d time.Duration) error {
	if j.failed != nil {
		return j.failed
	}
	if j.inside {
		return j.config.Sleep(ctx, d)
	}
	d = (d + time.Millisecond - 1).Truncate(time.Millisecond)
	asked := Step{Name: SleepName, Arguments: d.String(), Where: where(ctx)}
	recorded, err := j.take(&asked)
	if err != nil {
		return err
	}
	wake, err := j.alarm(recorded, &asked, d)
	if err != nil {
		return err
	}
	rest := wake.Sub(j.config.Clock())
	if rest <= 0 {
		return nil
	}
	if err := j.park(Wait{Until: wake}, rest); err != nil {
		return err
	}
	return j.config.Sleep(ctx, rest)
}

// park lets the run leave memory if it waits for long. The end of the wait is recorded.
func (j *Journal) park(w Wait, rest time.Duration) error {
	if j.config.Park == nil || rest <= j.config.ParkAfter {
		return nil
	}
	if err := j.flush(); err != nil {
		return err
	}
	return j.config.Park(w)
}

// alarm returns the end of a wait, which it records if it is new.
func (j *Journal) alarm(recorded, asked *Step, d time.Duration) (time.Time, error) {
	if recorded == nil {
		s := sleepStep(j.config.Clock(), d)
		s.Number, s.Where = asked.Number, asked.Where
		return s.Ended, j.appendEnded(s)
	}
	j.pass(recorded)
	wake, err := wakeTime(recorded)
	if err != nil {
		return wake, j.fail(err)
	}
	return wake, nil
}

// sleepStep returns the step of a wait that begins now.
func sleepStep(now time.Time, d time.Duration) Step {
	wake := now.Add(d)
	return Step{Name: SleepName, Arguments: d.String(), Began: now, Ended: wake, Result: strconv.AppendInt(nil, wake.UnixMilli(), 10)}
}

// wakeTime returns the end of a recorded wait.
func wakeTime(recorded *Step) (time.Time, error) {
	var milliseconds int64
	if err := json.Unmarshal(recorded.Result, &milliseconds); err != nil {
		return time.Time{}, &recordError{*recorded, fmt.Errorf("it is no time to wake up at: %w", err)}
	}
	return time.UnixMilli(milliseconds), nil
}
