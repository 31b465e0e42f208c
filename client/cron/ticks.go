package cron

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	_ "time/tzdata" // a machine without zone files knows the zones too
)

// ErrTooMany is the error of Schedule.Ticks if there are more ticks than asked for.
var ErrTooMany = errors.New("too many ticks")

// horizon is the length of a search. 29 February falls on each weekday within 40 years, also around
// a year such as 2100.
const horizon = 45 * 366 * daySeconds

// A Schedule is a cron text in a time zone. Its ticks are all instants at which a clock in the zone
// shows a time that the text names: a local time that clocks skip has no tick, and one that they
// show twice has two. The schedulers of the SDKs agree, except for Python's, which moves a skipped
// tick and has a repeated one once.
type Schedule struct {
	fields *fields
	zone   *time.Location
}

// Zone returns the IANA time zone of a name, or UTC if the name is empty. It returns an error if
// there is no such zone.
func Zone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, fmt.Errorf("unknown time zone %q: a name such as Europe/Berlin is wanted", name)
	}
	return zone, nil
}

// Parse returns the schedule of a cron text in a time zone. It takes the forms of Normalise and
// returns the errors of both Normalise and Zone.
func Parse(text, timezone string) (*Schedule, error) {
	normal, err := Normalise(text)
	if err != nil {
		return nil, err
	}
	return ParseAs(Go, normal, timezone)
}

// ParseAs returns the schedule of a cron text as the SDK of a dialect reads it. It returns an error
// if the SDK cannot read the text, if it has no tick, or if the zone is unknown.
func ParseAs(dialect Dialect, text, timezone string) (*Schedule, error) {
	if first, rest, found := strings.Cut(text, " "); dialect == Go && found {
		if name, named := strings.CutPrefix(strings.TrimPrefix(first, "CRON_"), "TZ="); named {
			text, timezone = rest, name
		}
	}
	f, err := dialect.rules().read(text)
	if err != nil {
		return nil, err
	}
	if !f.hasTick() {
		return nil, errNoTick
	}
	zone, err := Zone(timezone)
	return &Schedule{f, zone}, err
}

var errNoTick = errors.New("it has no tick: none of its months has such a day")

// hasTick returns true if there is any tick. The calendar repeats itself before the horizon, so
// that one search shows it.
func (f *fields) hasTick() bool {
	start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	if f.years != nil {
		start = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	}
	for _, part := range f.parts() {
		work := 0
		if _, found := part.next(start, start+4*horizon, &work); !found {
			return false
		}
	}
	return true
}

// parts are the two searches of croniter if day and weekday are both restricted: for the day, which
// is a day with an nth weekday as well if there is one, and the weekday. It fails if either never
// comes.
func (f *fields) parts() []*fields {
	if !f.nthAlone || f.anyDay || f.anyWeekday {
		return []*fields{f}
	}
	day, weekday := *f, *f
	day.nthAlone, day.both = false, true
	day.anyWeekday = len(f.nthWeekday) == 0
	weekday.anyDay = true
	return []*fields{&day, &weekday}
}

// Zone returns the time zone in which the fields are read.
func (s *Schedule) Zone() *time.Location { return s.zone }

// Ticks returns the ticks strictly between two times, in order and in UTC. It returns ErrTooMany if
// there are more than most.
func (s *Schedule) Ticks(start, end time.Time, most int) ([]time.Time, error) {
	var ticks []time.Time
	for t := s.Next(start); !t.IsZero() && t.Before(end); t = s.Next(t) {
		if len(ticks) == most {
			return nil, ErrTooMany
		}
		ticks = append(ticks, t)
	}
	return ticks, nil
}

// Next returns the first tick after a time, in UTC, or the zero time if there is none within 45
// years.
func (s *Schedule) Next(after time.Time) time.Time {
	work := 0
	return s.next(after, &work)
}

// Previous returns the last tick before a time, in UTC, or the zero time if there is none within 45
// years.
func (s *Schedule) Previous(before time.Time) time.Time {
	work := 0
	return s.previous(before, &work)
}

// next searches one span of a constant offset after the other. Within a span local time has no
// gaps, so that the calendar alone decides. work counts the days and the spans that were looked at.
func (s *Schedule) next(after time.Time, work *int) time.Time {
	for t, end := after.Unix()+1, after.Unix()+horizon; t < end; {
		*work++
		offset, _, until := s.span(t)
		if found, ok := s.fields.next(t+offset, min(until, end)+offset, work); ok {
			return time.Unix(found-offset, 0).UTC()
		}
		t = until
	}
	return time.Time{}
}

func (s *Schedule) previous(before time.Time, work *int) time.Time {
	t := before.Unix()
	if before.Nanosecond() == 0 {
		t--
	}
	for end := t - horizon; t > end; {
		*work++
		offset, since, _ := s.span(t)
		if found, ok := s.fields.previous(t+offset, max(since, end)+offset, work); ok {
			return time.Unix(found-offset, 0).UTC()
		}
		t = since - 1
	}
	return time.Time{}
}

// span returns the offset at an instant, and the instants from which and until which it holds.
func (s *Schedule) span(t int64) (offset, since, until int64) {
	local := time.Unix(t, 0).In(s.zone)
	_, seconds := local.Zone()
	start, end := local.ZoneBounds()
	since, until = math.MinInt64/2, math.MaxInt64/2
	if !start.IsZero() {
		since = start.Unix()
	}
	if !end.IsZero() {
		until = end.Unix()
	}
	// Thousands of years away the bounds are wrong, and may not hold the instant: go on day by day.
	if since > t || until <= t {
		since, until = t-daySeconds+1, t+daySeconds
	}
	return int64(seconds), since, until
}
