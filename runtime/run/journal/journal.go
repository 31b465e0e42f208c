package journal

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/backoff"
)

// Default limits of a journal.
const (
	// DefaultSteps is Limits.Steps where it is 0.
	DefaultSteps = 100_000
	// DefaultBytes is Limits.Bytes where it is 0.
	DefaultBytes = 64 << 20
)

// Limits bound a journal, because a run that goes on reads all of it. Zero means the default.
type Limits struct {
	Steps int // how many steps it may have
	Bytes int // how many bytes they may have, by Step.Size
}

// Config configures a journal.
type Config struct {
	// Registry has the classes of results. It is needed.
	Registry *declare.Registry
	// Record keeps the steps. It is needed.
	Record Record
	// Run is the id of the run, from which Seed is computed.
	Run string
	// Began is the time at which the run began: the clock of the script until its first step ends.
	Began time.Time
	// Clock returns the real time; nil is time.Now.
	Clock func() time.Time
	// Sleep waits in real time, and returns the cause of a context that ended. If it is nil, the
	// journal waits by itself.
	Sleep func(context.Context, time.Duration) error
	// Park ends this process's part of the run because of a wait that is longer than ParkAfter. It
	// returns the error with which the wait ends, and the script cannot go on after it. If it is
	// nil, the run stays in memory while it waits.
	Park      func(Wait) error
	ParkAfter time.Duration
	// Limits bound the journal.
	Limits Limits
	// Counter counts the changes of the run, so that its limits hold over all its processes. It may
	// be nil.
	Counter Counter
	// Finished is set for a run that has ended: a call beyond its record is not made, and is a
	// NonDeterministicError.
	Finished bool
	// Matched is called with each recorded step that the script has asked for, or that was recorded
	// within such a step. It may be nil.
	Matched func(Step)
	// Secrets are kept out of the record. It may be nil.
	Secrets *Secrets
	// Passing returns true for an error of the database of the run that it may not have later. Such
	// an error of a call ends the run, which can go on, and is not recorded. It may be nil.
	Passing func(error) bool
	// Abort ends the run with an error that the script cannot catch. It may be nil.
	Abort func(error)
}

// A Counter counts the changes of a run.
type Counter interface {
	// Counted returns how many there are.
	Counted() int64
	// Count adds those of a recorded step.
	Count(changes int64)
}

// A Journal is the journal of one run of a script. It is for one goroutine at a time.
type Journal struct {
	config    Config
	ctx       context.Context
	steps     map[int]*Step // recorded, by number
	next      int           // the number of the next step
	taken     int           // how many of steps the script has asked for, or skipped
	bytes     int
	clock     time.Time
	failed    error     // the error that has ended the run
	inside    bool      // a function of Step is under way
	later     int       // how many steps are recorded with the next one
	since     time.Time // when the first of them ended
	lastLater Step

	made   map[any]int // the step that made an object which is no data
	plans  map[*declare.Func]*plan
	types  typePlans
	walks  map[*walk]struct{} // that were begun, and have not ended
	buffer []byte             // of hash
}

var _ declare.Journal = (*Journal)(nil)

// New reads the record. ctx is the context of the run: a call that fails because it has ended is
// not recorded. The error is that of Record.Load.
func New(ctx context.Context, config Config) (*Journal, error) {
	config.Limits.Steps = cmp.Or(config.Limits.Steps, DefaultSteps)
	config.Limits.Bytes = cmp.Or(config.Limits.Bytes, DefaultBytes)
	config.Clock = inMilliseconds(config.Clock)
	if config.Sleep == nil {
		config.Sleep = backoff.Wait
	}
	recorded, err := config.Record.Load(ctx)
	if err != nil {
		return nil, err
	}
	j := &Journal{
		config: config, ctx: ctx, clock: config.Began, steps: make(map[int]*Step, len(recorded)),
		made: map[any]int{}, plans: map[*declare.Func]*plan{}, types: typePlans{registry: config.Registry}, walks: map[*walk]struct{}{},
	}
	for i := range recorded {
		j.steps[recorded[i].Number] = &recorded[i]
		j.bytes += recorded[i].Size()
	}
	return j, nil
}

// inMilliseconds returns a clock of the precision in which a record keeps times, so that a replay
// has the same ones. Nil is the clock of the machine.
func inMilliseconds(clock func() time.Time) func() time.Time {
	if clock == nil {
		clock = time.Now
	}
	return func() time.Time { return clock().Truncate(time.Millisecond) }
}

// Now returns the time that the script sees: when its last step ended, and the real time within a
// step of its own.
func (j *Journal) Now() time.Time {
	if j.inside {
		return j.config.Clock()
	}
	return j.clock
}

// Replaying returns true as long as recorded steps are left.
func (j *Journal) Replaying() bool { return j.taken < len(j.steps) }

// Call returns the recorded result of a call, or makes and records it.
func (j *Journal) Call(ctx context.Context, c declare.Call) (any, error) {
	if j.failed != nil {
		return nil, j.failed
	}
	if j.inside {
		return j.within(ctx, &c)
	}
	p := j.plan(c.Func)
	if p.replay == declare.ReplayAll || j.receiverReplays(c) || p.waits {
		return c.Do(ctx)
	}
	if err := p.recordable(ctx, &c); err != nil {
		return nil, err
	}
	asked := Step{Name: c.Name, Arguments: j.hash(ctx, &c), Where: where(ctx)}
	if p.walk {
		return j.walk(ctx, &c, asked)
	}
	recorded, err := j.take(&asked)
	switch {
	case err != nil:
		return nil, err
	case recorded != nil:
		return j.replay(ctx, &c, p, recorded)
	case c.Kind() == declare.Changes:
		return j.change(ctx, &c, p, asked)
	}
	return j.live(ctx, &c, p, asked)
}

// within makes a call of a function of Step.
func (j *Journal) within(ctx context.Context, c *declare.Call) (any, error) {
	result, err := c.Do(ctx)
	if j.passing(c, err) {
		return nil, j.fail(&recordError{Step{Number: j.next - 1, Name: c.Name, Where: where(ctx)}, err})
	}
	return result, err
}

// passing returns true for the error of a call that the database of the run may not have later.
func (j *Journal) passing(c *declare.Call, err error) bool {
	if err == nil || j.config.Passing == nil || c.Kind() == declare.Outside || !j.config.Passing(err) {
		return false
	}
	other, ok := c.Receiver.(declare.Foreign)
	return !ok || !other.Foreign()
}

func where(ctx context.Context) string {
	if at, ok := declare.Caller(ctx); ok && at.Line > 0 {
		return at.String()
	}
	return ""
}

// take gives a call the next number, and returns the step that is recorded under it, or nil. It
// fails if that is a step of another call, or if the journal is full.
func (j *Journal) take(asked *Step) (*Step, error) {
	asked.Number = j.next
	recorded, found := j.steps[j.next]
	if !found {
		if err := j.beyond(asked); err != nil {
			return nil, j.fail(err)
		}
		j.next++
		return nil, nil
	}
	if recorded.Name != asked.Name || recorded.Arguments != asked.Arguments {
		return nil, j.fail(&NonDeterministicError{Recorded: recorded, Asked: asked})
	}
	j.next++
	j.match(recorded)
	return recorded, nil
}

// match counts a recorded step as asked for: that of a call, or one that was recorded within it.
func (j *Journal) match(s *Step) {
	j.taken++
	if j.config.Matched != nil {
		j.config.Matched(*s)
	}
}

// beyond returns an error if a call that is not recorded cannot be made: the run has ended, or
// there is no room for another step.
func (j *Journal) beyond(s *Step) error {
	switch limits := j.config.Limits; {
	case j.config.Finished:
		return &NonDeterministicError{Asked: s}
	case len(j.steps) >= limits.Steps:
		return &fullError{*s, len(j.steps), limits.Steps, "steps"}
	case j.bytes+s.Size() > limits.Bytes:
		return &fullError{*s, j.bytes + s.Size(), limits.Bytes, "bytes with this step"}
	}
	return nil
}

// replay returns the recorded result, or makes the object of the call again.
func (j *Journal) replay(ctx context.Context, c *declare.Call, p *plan, s *Step) (any, error) {
	j.pass(s)
	return j.outcome(ctx, c, p, s)
}

// outcome returns the result of a recorded step.
func (j *Journal) outcome(ctx context.Context, c *declare.Call, p *plan, s *Step) (any, error) {
	if s.Error != nil {
		return nil, j.readError(s)
	}
	if p.replay == declare.ReplayCall {
		return j.again(ctx, c, s)
	}
	return j.readResult(ctx, c, p, s)
}

// again makes an object that is no data a second time, by the call that made it.
func (j *Journal) again(ctx context.Context, c *declare.Call, s *Step) (any, error) {
	object, err := c.Do(ctx)
	if err != nil {
		return nil, j.fail(fmt.Errorf("%s: it succeeded before, and is made again: %w", s, err))
	}
	j.made[object] = s.Number
	return object, nil
}

// pass goes to the end of a recorded step.
func (j *Journal) pass(s *Step) {
	for number := j.next; number < s.after(); number++ {
		if within, found := j.steps[number]; found {
			j.match(within)
		}
	}
	j.next = s.after()
	j.clock = s.Ended
	if j.config.Counter != nil && s.Changes > 0 {
		j.config.Counter.Count(s.Changes)
	}
}

// live makes a call, and records it.
func (j *Journal) live(ctx context.Context, c *declare.Call, p *plan, s Step) (any, error) {
	reads := c.Kind() == declare.Reads
	if !reads {
		if err := j.flush(); err != nil {
			return nil, err
		}
	}
	s.Began = j.config.Clock()
	result, err := c.Do(ctx)
	if j.failed != nil {
		return nil, j.failed
	}
	switch {
	case err != nil && j.interrupted(ctx):
		return nil, err
	case j.passing(c, err):
		return nil, j.fail(&recordError{s, err})
	}
	if failed := j.write(&s, p, result, err); failed != nil {
		return nil, j.fail(failed)
	}
	record := j.append
	if reads {
		record = j.appendLater
	}
	if failed := record(s); failed != nil {
		return nil, failed
	}
	j.remember(p, result, err, s.Number)
	return result, err
}

// remember notes which step made an object that is no data.
func (j *Journal) remember(p *plan, result any, err error, number int) {
	if p.replay == declare.ReplayCall && err == nil {
		j.made[result] = number
	}
}

// interrupted returns true if the run has ended, because the error of a call is no result then.
// The deadline of a call is one: the run goes on after it.
func (j *Journal) interrupted(ctx context.Context) bool {
	return j.ctx.Err() != nil || ctx.Err() != nil && context.Cause(ctx) != context.DeadlineExceeded
}

// close counts the steps within a step that ends. It returns an error if the journal is full.
func (j *Journal) close(s *Step) error {
	if err := j.hide(s); err != nil {
		return err
	}
	s.Within = j.next - s.Number - 1
	if total := j.bytes + s.Size(); total > j.config.Limits.Bytes {
		return &fullError{*s, total, j.config.Limits.Bytes, "bytes with this step"}
	}
	return nil
}

// add notes a step that is recorded.
func (j *Journal) add(s *Step) {
	j.steps[s.Number] = s
	j.taken++
	j.bytes += s.Size()
	j.clock = s.Ended
}

// fail ends the run.
func (j *Journal) fail(err error) error {
	if j.failed == nil {
		j.failed = err
		if j.config.Abort != nil {
			j.config.Abort(err)
		}
	}
	return j.failed
}

// Failed returns the error that has ended the run, or nil.
func (j *Journal) Failed() error { return j.failed }

// End records the steps that wait for the next one, and returns the error that has ended the run,
// or a NonDeterministicError if the script has ended and recorded steps remain.
func (j *Journal) End() error {
	if j.failed != nil {
		return j.failed
	}
	if err := j.flush(); err != nil || !j.Replaying() {
		return err
	}
	first := slices.Min(slices.Collect(j.remaining()))
	return j.fail(&NonDeterministicError{Recorded: j.steps[first], Remaining: len(j.steps) - j.taken})
}

// remaining returns the numbers of the recorded steps that the script has not come to.
func (j *Journal) remaining() iter.Seq[int] {
	return func(yield func(int) bool) {
		for number := range j.steps {
			if number >= j.next && !yield(number) {
				return
			}
		}
	}
}

// Close ends the iterators that were not drawn to their end.
func (j *Journal) Close() {
	for w := range j.walks {
		w.stop()
	}
}
