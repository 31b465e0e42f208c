package declare

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// DurationHint says how a duration is written.
const DurationHint = `a duration is a number of seconds or text such as "90s", "1h30m", "7d"`

var errDurationRange = errors.New("duration out of range (at most 292 years)")

// EmptyHint is the hint at an empty text.
const EmptyHint = "leave it out, or give it nil, where there is none"

// ParseDuration reads parts of a number and a unit (ns, us, ms, s, m, h, d of 24 hours, w), such
// as "1h30m", "1.5h" or "-7d". "0" needs no unit.
func ParseDuration(text string) (time.Duration, error) {
	if text == "0" {
		return 0, nil
	}
	sign, parts := cutSign(text)
	total, err := sumDuration(parts)
	if errors.Is(err, errNoDuration) {
		return 0, fmt.Errorf("%q is no duration", text)
	}
	return sign * total, err
}

var errNoDuration = errors.New("no duration")

func cutSign(text string) (sign time.Duration, rest string) {
	switch {
	case strings.HasPrefix(text, "-"):
		return -1, text[1:]
	case strings.HasPrefix(text, "+"):
		return 1, text[1:]
	}
	return 1, text
}

// sumDuration reads all parts, even after one that is out of range, because a text that is no
// duration must be reported as such.
func sumDuration(text string) (total time.Duration, err error) {
	for more := true; more; more = text != "" {
		number, unit, rest := cutPart(text)
		if unit == 0 {
			return 0, errNoDuration
		}
		d, failed := durationOf(number, unit)
		if total += d; failed != nil || total < 0 {
			total, err = 0, errDurationRange
		}
		text = rest
	}
	if err != nil {
		return 0, err
	}
	return total, nil
}

// cutPart takes a number and its unit from the start of a text; the unit is 0 where they are not
// there.
func cutPart(text string) (number string, unit time.Duration, rest string) {
	number = text[:len(text)-len(strings.TrimLeft(text, "0123456789."))]
	rest = text[len(number):]
	name := rest
	if end := strings.IndexAny(rest, "0123456789."); end >= 0 {
		name = rest[:end]
	}
	whole, fraction, dotted := strings.Cut(number, ".")
	if whole+fraction == "" || dotted && fraction == "" || strings.Contains(fraction, ".") {
		return number, 0, rest
	}
	return number, units[name], rest[len(name):]
}

var units = map[string]time.Duration{
	"ns": time.Nanosecond, "us": time.Microsecond, "µs": time.Microsecond, "ms": time.Millisecond, "s": time.Second, "m": time.Minute,
	"h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour,
}

// durationOf counts whole numbers exactly, and rounds fractions to the nanosecond.
func durationOf(number string, unit time.Duration) (time.Duration, error) {
	if whole, err := strconv.ParseInt(number, 10, 64); err == nil {
		if whole > math.MaxInt64/int64(unit) {
			return 0, errDurationRange
		}
		return time.Duration(whole) * unit, nil
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, errDurationRange
	}
	return nanoseconds(value * float64(unit))
}

// Seconds makes a duration of a number of seconds; an error when it is no number or out of range.
func Seconds(n float64) (time.Duration, error) {
	return nanoseconds(n * float64(time.Second))
}

// nanoseconds rounds to whole ones, but never to zero, because a timeout of zero may mean none.
func nanoseconds(n float64) (time.Duration, error) {
	switch {
	case math.IsNaN(n) || math.Abs(n) >= math.MaxInt64:
		return 0, errDurationRange
	case n != 0 && math.Abs(n) < 1:
		return time.Duration(math.Copysign(1, n)), nil
	}
	return time.Duration(math.Round(n)), nil
}

// Span returns a duration as a short text in its largest unit: "850ms", "12.3s", "2.5h". A
// negative one is "0ms".
func Span(d time.Duration) string {
	const day = 24 * time.Hour
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{day, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if d >= unit.length {
			return fmt.Sprintf("%.1f%s", float64(d)/float64(unit.length), unit.name)
		}
	}
	return fmt.Sprintf("%dms", max(0, d.Milliseconds()))
}

// Age returns how long ago a time was, or how far ahead it is: "2.5h ago", "in 3.0m".
func Age(t, now time.Time) string {
	if t.After(now) {
		return "in " + Span(t.Sub(now))
	}
	return Span(now.Sub(t)) + " ago"
}
