package cron

import (
	"math/bits"
	"time"
)

const daySeconds = 24 * 60 * 60

// fields are a cron text that has been read. The first six are sets of values, one bit each.
type fields struct {
	second, minute, hour, day, month, weekday uint64

	years map[int]bool // nil for all

	beforeEnd  []int // days of the month, counted back from its last one, which is 0
	nearest    []int // the weekdays nearest to these days of the month; 0 is the last weekday
	nthWeekday []nth

	weekdays int // how many values the weekday has, before a 7 that never comes is left out

	// anyDay and anyWeekday are true for fields that do not restrict the days.
	anyDay, anyWeekday bool
	// both demands that day and weekday match; otherwise one of them is enough if both are
	// restricted.
	both bool
	// nthAlone ignores the day of the month if there is an nth weekday.
	nthAlone bool
}

// nth is the nth weekday of a month; n is 0 for the last one.
type nth struct{ weekday, n int }

// A date is a day in the proleptic calendar.
type date struct {
	year, month, day int
	weekday          int // 0 is Sunday
}

// dateOf returns the date of a day, counted from 1 January 1970.
func dateOf(day int64) date {
	t := time.Unix(day*daySeconds, 0).UTC()
	year, month, d := t.Date()
	return date{year, int(month), d, int(t.Weekday())}
}

// monthLength returns the number of days of the date's month.
func (d date) monthLength() int {
	return time.Date(d.year, time.Month(d.month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func has(set uint64, value int) bool { return set&(1<<uint(value)) != 0 }

// inMonth reports whether there can be a tick in the date's month.
func (f *fields) inMonth(d date) bool {
	return has(f.month, d.month) && (f.years == nil || f.years[d.year])
}

// onDay reports whether there are ticks on the date.
func (f *fields) onDay(d date) bool {
	if !f.inMonth(d) {
		return false
	}
	day, weekday := f.matchesDay(d), f.matchesWeekday(d)
	switch {
	case f.nthAlone && len(f.nthWeekday) > 0:
		return weekday
	case f.both || f.anyDay || f.anyWeekday:
		return day && weekday
	}
	return day || weekday
}

func (f *fields) matchesDay(d date) bool {
	if f.anyDay || has(f.day, d.day) {
		return true
	}
	for _, back := range f.beforeEnd {
		if d.day == d.monthLength()-back {
			return true
		}
	}
	for _, target := range f.nearest {
		if d.day == d.nearestWeekday(target) {
			return true
		}
	}
	return false
}

// nearestWeekday returns the day from Monday to Friday that is nearest to a day of the date's
// month, without leaving the month. It returns 0 if the month has no such day.
func (d date) nearestWeekday(target int) int {
	last := d.monthLength()
	if target == 0 {
		target = last
	}
	if target > last {
		return 0
	}
	switch weekday := ((d.weekday+target-d.day)%7 + 7) % 7; {
	case weekday == 6 && target == 1:
		return 3
	case weekday == 6:
		return target - 1
	case weekday == 0 && target == last:
		return target - 2
	case weekday == 0:
		return target + 1
	}
	return target
}

func (f *fields) matchesWeekday(d date) bool {
	if f.anyWeekday || has(f.weekday, d.weekday) {
		return true
	}
	for _, nth := range f.nthWeekday {
		last := d.day+7 > d.monthLength()
		if nth.weekday == d.weekday && (nth.n == (d.day+6)/7 || nth.n == 0 && last) {
			return true
		}
	}
	return false
}

// next returns the first matching time from a local time on, and before a bound. Both count local
// seconds, as a clock without changes would. work counts the days that were looked at.
func (f *fields) next(from, bound int64, work *int) (int64, bool) {
	day, clock := floorDiv(from, daySeconds)
	for day*daySeconds < bound {
		*work++
		d := dateOf(day)
		if !f.inMonth(d) {
			day, clock = day+int64(d.monthLength()-d.day+1), 0
			continue
		}
		if f.onDay(d) {
			if at, ok := f.nextClock(clock); ok {
				return day*daySeconds + at, day*daySeconds+at < bound
			}
		}
		day, clock = day+1, 0
	}
	return 0, false
}

// previous returns the last matching time up to a local time, and not before a bound.
func (f *fields) previous(from, bound int64, work *int) (int64, bool) {
	day, clock := floorDiv(from, daySeconds)
	for day*daySeconds+daySeconds > bound {
		*work++
		d := dateOf(day)
		if !f.inMonth(d) {
			day, clock = day-int64(d.day), daySeconds-1
			continue
		}
		if f.onDay(d) {
			if at, ok := f.previousClock(clock); ok {
				return day*daySeconds + at, day*daySeconds+at >= bound
			}
		}
		day, clock = day-1, daySeconds-1
	}
	return 0, false
}

// nextClock returns the first matching time of a day from a second of the day on.
func (f *fields) nextClock(from int64) (int64, bool) {
	hour, minute, second := split(from)
	for h := above(f.hour, hour); h >= 0; h = above(f.hour, h+1) {
		if h > hour {
			minute, second = 0, 0
		}
		for m := above(f.minute, minute); m >= 0; m = above(f.minute, m+1) {
			if m > minute {
				second = 0
			}
			if s := above(f.second, second); s >= 0 {
				return join(h, m, s), true
			}
			second = 0
		}
		minute, second = 0, 0
	}
	return 0, false
}

// previousClock returns the last matching time of a day up to a second of the day.
func (f *fields) previousClock(from int64) (int64, bool) {
	hour, minute, second := split(from)
	for h := below(f.hour, hour); h >= 0; h = below(f.hour, h-1) {
		if h < hour {
			minute, second = 59, 59
		}
		for m := below(f.minute, minute); m >= 0; m = below(f.minute, m-1) {
			if m < minute {
				second = 59
			}
			if s := below(f.second, second); s >= 0 {
				return join(h, m, s), true
			}
			second = 59
		}
		minute, second = 59, 59
	}
	return 0, false
}

// above returns the smallest value of a set from one on, -1 if there is none.
func above(set uint64, from int) int {
	if rest := set >> uint(from) << uint(from); from < 64 && rest != 0 {
		return bits.TrailingZeros64(rest)
	}
	return -1
}

// below returns the greatest value of a set up to one, -1 if there is none.
func below(set uint64, upto int) int {
	if upto < 0 {
		return -1
	}
	return bits.Len64(set&(1<<uint(upto+1)-1)) - 1
}

func split(second int64) (int, int, int) {
	return int(second / 3600), int(second / 60 % 60), int(second % 60)
}

func join(hour, minute, second int) int64 { return int64(hour*3600 + minute*60 + second) }

// floorDiv returns the quotient rounded down, and the rest, which is not negative.
func floorDiv(a, b int64) (int64, int64) {
	quotient, rest := a/b, a%b
	if rest < 0 {
		return quotient - 1, rest + b
	}
	return quotient, rest
}
