package policy

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// Rules are the policies of a schedule.
type Rules struct {
	Overlap Overlap
	Missed  Missed
	Jitter  time.Duration // the longest delay of a tick
	Retry   Retry
}

// An Overlap decides about a tick at which the script is still running.
type Overlap string

// The overlaps.
const (
	Skip  Overlap = "skip"
	Queue Overlap = "queue"
	Allow Overlap = "allow"
)

// A Missed decides about ticks for which no run could be started in time.
type Missed string

// The policies for missed ticks.
const (
	SkipMissed Missed = "skip"
	RunOnce    Missed = "run_once"
	RunAll     Missed = "run_all"
)

const (
	// Late is how long after its time a tick may be noticed before it is missed. A tick is also
	// missed if the next one is due as well.
	Late = time.Minute

	// Correction is the step of a clock backwards from which on the time before is taken for
	// wrong, so that a schedule goes on by the new time. After a shorter step no tick is repeated,
	// and the schedule waits until the clock has reached its next one.
	Correction = 3 * time.Hour

	// mostCounted bounds the time that the count of missed ticks takes.
	mostCounted = 100_000
)

// Ticks are the instants at which a schedule is due, such as a *cron.Schedule.
type Ticks interface {
	// Next returns the first tick after a time, or the zero time if there is none.
	Next(after time.Time) time.Time
	// Previous returns the last tick before a time, or the zero time if there is none.
	Previous(before time.Time) time.Time
}

// A Schedule has the ticks of a script.
type Schedule struct {
	Name  string // all servers that share the schedule use the same
	Ticks Ticks
}

// A Decision is about the ticks that have become due since the last decision.
type Decision struct {
	// Due is the tick that is to run now, unless Overlap is against it. Zero is none.
	Due time.Time
	// Owed are missed ticks that are to run, the oldest first, one after the other. Owes counts
	// them, up to 100,000.
	Owed Span
	Owes int
	// Missed counts the missed ticks that do not run, up to 100,000. Since is the first missed
	// tick, whether it runs or not.
	Missed int
	Since  time.Time
	// Back is how far the clock was set back, if that is a correction; otherwise zero.
	Back time.Duration
	// Last is the argument of the next decision.
	Last time.Time
}

// Decide decides about the ticks after last, which is the newest tick that was decided about, or
// the time at which the schedule began. Without a due tick the decision is empty but for Last.
func (r Rules) Decide(s Schedule, last, now time.Time) Decision {
	if back := last.Sub(now); back > Correction {
		return Decision{Last: now, Back: back}
	}
	first, newest, count := r.due(s, last, now)
	if count == 0 {
		return Decision{Last: last}
	}
	d, late := Decision{Last: newest}, now.Sub(r.At(s, newest)) > Late
	switch {
	case r.Missed == RunAll && (late || count > 1):
		d.Owed, d.Owes, d.Since = Span{After: last, Upto: newest}, count, first
	case r.Missed == SkipMissed && late:
		d.Missed, d.Since = count, first
	default:
		d.Due, d.Missed = newest, count-1
		if d.Missed > 0 {
			d.Since = first
		}
	}
	return d
}

// due returns the first and the newest due tick, and the number of them up to mostCounted.
func (r Rules) due(s Schedule, last, now time.Time) (first, newest time.Time, count int) {
	for t := s.Ticks.Next(last); !t.IsZero() && !r.At(s, t).After(now); t = s.Ticks.Next(t) {
		if newest = t; count == 0 {
			first = t
		}
		if count++; count == mostCounted {
			return first, r.newest(s, now), count
		}
	}
	return first, newest, count
}

// newest returns the newest due tick.
func (r Rules) newest(s Schedule, now time.Time) time.Time {
	t := s.Ticks.Previous(now.Add(1))
	if r.At(s, t).After(now) {
		t = s.Ticks.Previous(t)
	}
	return t
}

// At returns when a tick is due: its instant and, with Jitter, a delay that is shorter than Jitter
// and ends before the next tick. It is the same on every server.
func (r Rules) At(s Schedule, tick time.Time) time.Time {
	if r.Jitter <= 0 {
		return tick
	}
	longest := r.Jitter
	if next := s.Ticks.Next(tick); !next.IsZero() {
		longest = min(longest, next.Sub(tick))
	}
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(s.Name+"\x00"), uint64(tick.UnixNano())))
	chance := binary.BigEndian.Uint64(sum[:]) >> 1
	return tick.Add(time.Duration(chance % uint64(longest)).Truncate(time.Millisecond))
}

// Next returns when the first tick after last is due, or the zero time if there is none.
func (r Rules) Next(s Schedule, last time.Time) time.Time {
	tick := s.Ticks.Next(last)
	if tick.IsZero() {
		return tick
	}
	return r.At(s, tick)
}

// A Span is the ticks after a time up to another, which is a tick. The zero value has none.
type Span struct{ After, Upto time.Time }

// Empty returns true if the span has no tick.
func (p Span) Empty() bool { return !p.Upto.After(p.After) }

// Take returns the oldest tick of the span, and the rest. If there is none, because the ticks of
// the schedule have changed meanwhile, it returns the zero time and an empty span.
func (p Span) Take(ticks Ticks) (time.Time, Span) {
	if p.Empty() {
		return time.Time{}, Span{}
	}
	tick := ticks.Next(p.After)
	if tick.IsZero() || tick.After(p.Upto) {
		return time.Time{}, Span{}
	}
	return tick, Span{After: tick, Upto: p.Upto}
}
