package declare

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// TimeHint says how a time is written.
const TimeHint = `a time is a time object, Unix seconds, text such as "2026-11-23T10:00:00Z", "2026-11-23" or "today 09:00", or relative to now such as "-24h", "24h ago" or "yesterday"`

var errTimeRange = errors.New("time out of range (years 0 to 9999)")

// ParseTime reads RFC 3339, a date, "today" or "yesterday" (their first moments, or the time of day
// that follows) in the zone of now, "now", a duration with a sign that counts from now, or one
// before "ago". The result is in UTC.
func ParseTime(text string, now time.Time) (time.Time, error) {
	if text == "now" {
		return now.UTC(), nil
	}
	if t, err := time.Parse(time.RFC3339Nano, strings.ToUpper(text)); err == nil {
		return t.UTC(), nil
	}
	if t, ok := parseLocal(text, now); ok {
		return t.UTC(), nil
	}
	if ago, found := strings.CutSuffix(text, " ago"); found && !strings.HasPrefix(ago, "-") && !strings.HasPrefix(ago, "+") {
		return relative(text, "-"+ago, now)
	}
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "+") {
		return relative(text, text, now)
	}
	return time.Time{}, fmt.Errorf("%q is no time", text)
}

// ParsePast is ParseTime for a time that lies in the past: a duration without a sign, such as
// "30d", is so long ago.
func ParsePast(text string, now time.Time) (time.Time, error) {
	if _, err := ParseDuration(text); err == nil && text != "" && !strings.ContainsAny(text[:1], "+-") {
		return relative(text, "-"+text, now)
	}
	return ParseTime(text, now)
}

// parseLocal reads a day, with or without a time of day, in the zone of now.
func parseLocal(text string, now time.Time) (time.Time, bool) {
	for word, days := range map[string]int{"today": 0, "yesterday": -1} {
		if rest, found := strings.CutPrefix(text, word); found && (rest == "" || rest[0] == ' ') {
			text = now.AddDate(0, 0, days).Format(time.DateOnly) + rest
		}
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", time.DateTime} {
		if t, err := time.ParseInLocation(layout, text, now.Location()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// relative returns the time that lies a signed duration after now. An error quotes the text.
func relative(text, duration string, now time.Time) (time.Time, error) {
	d, err := ParseDuration(duration)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no time", text)
	}
	return now.Add(d).UTC(), nil
}

// Unix returns the time that is a number of seconds after 1970, rounded to microseconds, because
// a float64 holds no more.
func Unix(seconds float64) (time.Time, error) {
	const from, to = -62167219200, 253402300800 // years 0 and 10000
	if math.IsNaN(seconds) || seconds < from || seconds >= to {
		return time.Time{}, errTimeRange
	}
	whole := math.Floor(seconds)
	micros := math.Round((seconds - whole) * 1e6)
	return time.Unix(int64(whole), int64(micros)*int64(time.Microsecond)).UTC(), nil
}
