package spec

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"
)

// DurationHint says how a duration is written.
const DurationHint = `a duration is a number of seconds or text such as "90s", "1h30m", "7d"`

var durationText = regexp.MustCompile(`^([+-])?((?:(?:\d+(?:\.\d+)?|\.\d+)(?:ns|us|µs|ms|s|m|h|d|w))+)$`)
var durationPart = regexp.MustCompile(`([\d.]+)(ns|us|µs|ms|s|m|h|d|w)`)

var errDurationRange = errors.New("duration out of range (at most 292 years)")

// ParseDuration reads parts of a number and a unit (ns, us, ms, s, m, h, d of 24 hours, w), such as "1h30m",
// "1.5h" or "-7d". "0" needs no unit.
func ParseDuration(text string) (time.Duration, error) {
	if text == "0" {
		return 0, nil
	}
	m := durationText.FindStringSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("%q is no duration", text)
	}
	total, err := sumDuration(m[2])
	if m[1] == "-" {
		total = -total
	}
	return total, err
}

func sumDuration(text string) (time.Duration, error) {
	var total time.Duration
	for _, part := range durationPart.FindAllStringSubmatch(text, -1) {
		d, err := durationOf(part[1], unitOf(part[2]))
		if err != nil {
			return 0, err
		}
		if total += d; total < 0 {
			return 0, errDurationRange
		}
	}
	return total, nil
}

// unitOf is how long a unit lasts; the expression lets no other unit through.
func unitOf(name string) time.Duration {
	switch name {
	case "w":
		return 7 * 24 * time.Hour
	case "d":
		return 24 * time.Hour
	}
	unit, _ := time.ParseDuration("1" + name)
	return unit
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

func nanoseconds(n float64) (time.Duration, error) {
	if math.IsNaN(n) || math.Abs(n) >= math.MaxInt64 {
		return 0, errDurationRange
	}
	return time.Duration(math.Round(n)), nil
}
