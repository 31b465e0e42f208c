package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Names of the steps that a script makes by itself, as in the SDKs of DBOS.
const (
	RecvName        = "DBOS.recv"
	SetEventName    = "DBOS.setEvent"
	WriteStreamName = "DBOS.writeStream"
	PatchPrefix     = "DBOS.patch-"
)

// Own returns true for the name of a step that is recorded as an SDK records it: its result is
// data, without the arguments of the call.
func Own(name string) bool { return strings.HasPrefix(name, "DBOS.") }

// A Workflow is a Record of a workflow that others can see and write to. Each of its methods that
// gets a step records it together with its effect.
type Workflow interface {
	// SetEvent publishes a value, as data, under a key.
	SetEvent(ctx context.Context, s Step, key string, value any) error
	// WriteStream appends a value to a stream.
	WriteStream(ctx context.Context, s Step, key string, value any) error
	// Message returns the oldest message of a topic, or nil if there is none. The topic "" is that
	// of messages without one.
	Message(ctx context.Context, topic string) (*Message, error)
	// Receive takes the message, so that no other step gets it.
	Receive(ctx context.Context, s Step, m *Message) error
}

// A Message is one that was sent to the run.
type Message struct {
	ID    string
	Value any // as data
}

// pollInterval is the pause between two looks for a message.
const pollInterval = time.Second

// An ownError is the error of a call that only a durable run can make, at a place where it cannot.
type ownError struct{ function, reason string }

func (e *ownError) Error() string     { return e.function + ": " + e.reason }
func (e *ownError) ErrorCode() string { return declare.CodeInvalidOption }

// workflow returns the record as a Workflow, for a call that is a step by itself.
func (j *Journal) workflow(function string) (Workflow, error) {
	if j.failed != nil {
		return nil, j.failed
	}
	if j.ctx.Err() != nil {
		return nil, context.Cause(j.ctx)
	}
	if err := j.outside(function); err != nil {
		return nil, err
	}
	w, ok := j.config.Record.(Workflow)
	if !ok {
		return nil, &ownError{function, "the record of this run is no workflow"}
	}
	return w, nil
}

// outside returns an error within a function of Step, for a call that records a step.
func (j *Journal) outside(function string) error {
	if !j.inside {
		return nil
	}
	return &ownError{function, "it records a step by itself, and a step(...) is around it here: call it before or after that"}
}

// Step runs a function as one step, or returns the recorded result. Its calls are no steps of their
// own, so that they are made again if the process ends within it. The result is data.
func (j *Journal) Step(ctx context.Context, name string, do func(context.Context) (any, error)) (any, error) {
	if j.failed != nil {
		return nil, j.failed
	}
	if j.inside {
		return do(ctx)
	}
	s := Step{Name: name, Where: where(ctx)}
	recorded, err := j.take(&s)
	switch {
	case err != nil:
		return nil, err
	case recorded != nil:
		j.pass(recorded)
		return j.ownResult(recorded)
	}
	if err := j.flush(); err != nil {
		return nil, err
	}
	s.Began = j.config.Clock()
	counted := j.counted()
	j.inside = true
	value, failed := do(ctx)
	j.inside = false
	switch {
	case j.failed != nil:
		return nil, j.failed
	case failed != nil && j.interrupted(ctx):
		return nil, failed
	}
	s.Changes = j.counted() - counted
	if err := j.writeOwn(&s, value, failed); err != nil {
		return nil, j.fail(err)
	}
	if err := j.append(s); err != nil {
		return nil, err
	}
	return j.ownResult(j.steps[s.Number])
}

// writeOwn puts data, or an error, into a step.
func (j *Journal) writeOwn(s *Step, value any, failed error) error {
	if failed != nil {
		text, err := j.writeError(failed)
		s.Error = text
		return err
	}
	text, err := codec.EncodeJSON(value, "")
	if err != nil {
		return fmt.Errorf("%s: its result cannot be recorded: %w", s, err)
	}
	s.Result = json.RawMessage(text)
	return nil
}

// ownResult returns the data, or the error, of a step.
func (j *Journal) ownResult(s *Step) (any, error) {
	if s.Error != nil {
		return nil, j.readError(s)
	}
	if s.Result == nil {
		return nil, nil
	}
	text, err := j.shown(s, s.Result)
	if err != nil {
		return nil, err
	}
	value, err := codec.DecodeJSON(string(text))
	if err != nil {
		return nil, j.fail(&recordError{*s, err})
	}
	return value, nil
}

// SetEvent publishes a value under a key of the run.
func (j *Journal) SetEvent(ctx context.Context, key string, value any) error {
	w, err := j.workflow("durable.set_event")
	if err == nil {
		err = j.refuseSecret("durable.set_event", value)
	}
	if err != nil {
		return err
	}
	return j.publish(ctx, SetEventName, func(s Step) error { return w.SetEvent(j.ctx, s, key, value) })
}

// WriteStream appends a value to a stream of the run.
func (j *Journal) WriteStream(ctx context.Context, key string, value any) error {
	w, err := j.workflow("durable.write_stream")
	if err == nil {
		err = j.refuseSecret("durable.write_stream", value)
	}
	if err != nil {
		return err
	}
	return j.publish(ctx, WriteStreamName, func(s Step) error { return w.WriteStream(j.ctx, s, key, value) })
}

// publish makes a step that has no result. The function do publishes the value and records the step
// in one transaction.
func (j *Journal) publish(ctx context.Context, name string, do func(Step) error) error {
	s := Step{Name: name, Where: where(ctx)}
	recorded, err := j.take(&s)
	if err != nil {
		return err
	}
	if recorded != nil {
		j.pass(recorded)
		return nil
	}
	s.Result = json.RawMessage("null")
	s.Began = j.config.Clock()
	s.Ended = s.Began
	return j.recordBy(s, do)
}

// recordBy records a step by a function.
func (j *Journal) recordBy(s Step, do func(Step) error) error {
	if err := j.close(&s); err != nil {
		return j.fail(err)
	}
	if err := do(s); err != nil {
		return j.fail(&recordError{s, err})
	}
	j.later = 0
	j.add(&s)
	return nil
}

// Patch returns true if the script may do at this place what it did not do before: the run is new
// here, or has done it already. It returns false if an earlier process has gone on without.
func (j *Journal) Patch(ctx context.Context, name string) (bool, error) {
	if j.failed != nil {
		return false, j.failed
	}
	if err := j.outside("durable.patch"); err != nil {
		return false, err
	}
	s := Step{Name: PatchPrefix + name, Where: where(ctx)}
	if recorded, found := j.steps[j.next]; found && recorded.Name != s.Name || !found && j.config.Finished {
		return false, nil
	}
	recorded, err := j.take(&s)
	if err != nil {
		return false, err
	}
	if recorded != nil {
		j.pass(recorded)
		return true, nil
	}
	s.Began = j.config.Clock()
	return true, j.appendLater(s)
}

// errNoMessage is the error of a Recv that got no message in time.
type errNoMessage struct {
	topic   string
	timeout time.Duration
}

func (e *errNoMessage) Error() string {
	if e.topic == "" {
		return fmt.Sprintf("durable.recv: no message came within %v", e.timeout)
	}
	return fmt.Sprintf("durable.recv: no message on the topic %q came within %v", e.topic, e.timeout)
}

func (e *errNoMessage) ErrorCode() string { return declare.CodeTimeout }

// Recv takes the oldest message on a topic, and waits for one if there is none. It takes two
// numbers, because the end of the wait is recorded as that of a sleep.
func (j *Journal) Recv(ctx context.Context, topic string, timeout time.Duration) (any, error) {
	w, err := j.workflow("durable.recv")
	if err != nil {
		return nil, err
	}
	s := Step{Name: RecvName, Where: where(ctx)}
	recorded, err := j.take(&s)
	if err != nil {
		return nil, err
	}
	if recorded != nil {
		j.pass(recorded)
		return j.ownResult(recorded)
	}
	s.Began = j.config.Clock()
	alarm := j.next
	j.next++
	if _, found := j.steps[alarm]; found {
		j.taken++
	}
	m, err := j.await(ctx, w, topic, alarm, timeout)
	switch {
	case err != nil && (j.failed != nil || j.interrupted(ctx)):
		return nil, err
	case err != nil:
		return nil, j.fail(&recordError{s, err})
	case m == nil:
		if err := j.writeOwn(&s, nil, &errNoMessage{topic, timeout}); err != nil {
			return nil, j.fail(err)
		}
		err = j.append(s)
	default:
		if err := j.writeOwn(&s, m.Value, nil); err != nil {
			return nil, j.fail(err)
		}
		s.Ended = j.config.Clock()
		err = j.recordBy(s, func(s Step) error { return w.Receive(j.ctx, s, m) })
	}
	if err != nil {
		return nil, err
	}
	return j.ownResult(j.steps[s.Number])
}

// await returns the message, or nil if none has come in time.
func (j *Journal) await(ctx context.Context, w Workflow, topic string, alarm int, timeout time.Duration) (*Message, error) {
	m, err := w.Message(ctx, topic)
	if m != nil || err != nil || timeout <= 0 {
		return m, err
	}
	wake, err := j.alarmAt(alarm, timeout)
	if err != nil {
		return nil, err
	}
	if err := j.park(Wait{Until: wake, Message: true, Topic: topic}, wake.Sub(j.config.Clock())); err != nil {
		return nil, err
	}
	for {
		rest := wake.Sub(j.config.Clock())
		if rest > 0 {
			if err := j.config.Sleep(ctx, min(rest, pollInterval)); err != nil {
				return nil, err
			}
		}
		if m, err := w.Message(ctx, topic); m != nil || err != nil || rest <= 0 {
			return m, err
		}
	}
}

// alarmAt returns the end of a wait whose step has a number that was taken before.
func (j *Journal) alarmAt(number int, d time.Duration) (time.Time, error) {
	if recorded, found := j.steps[number]; found {
		if recorded.Name != SleepName {
			return time.Time{}, j.fail(&recordError{*recorded, errors.New("it stands where the end of a wait is recorded")})
		}
		return wakeTime(recorded)
	}
	s := sleepStep(j.config.Clock(), d)
	s.Number = number
	if err := j.config.Record.Append(j.ctx, s); err != nil {
		return time.Time{}, j.fail(&recordError{s, err})
	}
	j.later = 0
	clock := j.clock
	j.add(&s)
	j.clock = clock
	return s.Ended, nil
}
