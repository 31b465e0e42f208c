package journal

import (
	"bytes"
	"context"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A changing is a call that changes the database of the record.
type changing struct {
	j    *Journal
	call *declare.Call
	plan *plan
	step Step

	ctx     context.Context // of the call
	counted int64           // changes before it
	next    int             // the number of the next step when the call began
	made    bool            // the call was made, at least once
	result  any             // of the last time
	failed  error           // the same
	last    Step            // the step of the last time
}

// change makes a call whose changes take effect with its step.
func (j *Journal) change(ctx context.Context, c *declare.Call, p *plan, s Step) (any, error) {
	s.Began = j.config.Clock()
	m := &changing{j: j, call: c, plan: p, step: s, ctx: ctx, counted: j.counted()}
	j.skipOwn(c.Name)
	recorded, err := j.config.Record.Change(ctx, s, j.batch, m.do)
	switch {
	case j.failed != nil:
		return nil, j.failed
	case err != nil && m.failed != nil && j.interrupted(ctx):
		return nil, m.failed
	case err != nil:
		return nil, j.fail(&recordError{s, err})
	}
	j.skip(recorded.Number + recorded.Within)
	j.later = 0
	j.add(&recorded)
	if !m.recordedLast(&recorded) {
		return j.outcome(ctx, c, p, &recorded)
	}
	j.remember(p, m.result, m.failed, s.Number)
	return m.result, m.failed
}

// do makes the call, and returns its step.
func (m *changing) do(ctx context.Context) (Step, error) {
	j := m.j
	if m.made && j.next != m.next {
		return m.step, ErrAgain
	}
	m.made, m.next = true, j.next
	m.result, m.failed = m.call.Do(ctx)
	switch {
	case j.failed != nil:
		return m.step, j.failed
	case m.failed != nil && j.interrupted(m.ctx), j.passing(m.call, m.failed):
		return m.step, m.failed
	}
	j.skipOwn(m.call.Name)
	s := m.step
	if err := j.write(&s, m.plan, m.result, m.failed); err != nil {
		return s, j.fail(err)
	}
	s.Ended, s.Changes = j.config.Clock(), j.counted()-m.counted
	if err := j.close(&s); err != nil {
		return s, j.fail(err)
	}
	m.last = s
	return s, nil
}

// recordedLast returns true if the recorded step is that of the last call. It is the one of a call
// before if the answer to its commit was lost.
func (m *changing) recordedLast(recorded *Step) bool {
	return m.made && bytes.Equal(recorded.Result, m.last.Result) && bytes.Equal(recorded.Error, m.last.Error)
}

func (j *Journal) counted() int64 {
	if j.config.Counter == nil {
		return 0
	}
	return j.config.Counter.Counted()
}

// batch takes the number of a step that the record adds by itself during a change.
func (j *Journal) batch(name string) int {
	number := j.next
	j.steps[number] = &Step{Number: number, Name: name}
	j.next++
	j.taken++
	return number
}

// skipOwn goes behind the steps that an earlier try of a change has added by itself.
func (j *Journal) skipOwn(function string) {
	for recorded := j.steps[j.next]; recorded != nil && strings.HasPrefix(recorded.Name, function+" "); recorded = j.steps[j.next] {
		j.next++
		j.taken++
	}
}

// skip goes behind the steps up to a number.
func (j *Journal) skip(number int) {
	for ; j.next <= number; j.next++ {
		if _, found := j.steps[j.next]; found {
			j.taken++
		}
	}
}
