package stdlib

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func timeModule(host Host) declare.Module {
	return declare.Module{
		Name:    "time",
		Section: declare.DataSection,
		Guesses: map[string]string{"wait": "sleep", "utcnow": "now", "today": "now", "strftime": "format", "strptime": "parse", "since": "ago"},
		Doc: "Times and durations. A time is a time object, Unix seconds, RFC 3339 text, a date, or text relative to now such as " +
			"`\"-24h\"`; a duration is a number of seconds or text such as `\"90s\"`, `\"1h30m\"`, `\"7d\"`.",
		Funcs: []declare.Func{
			timeNow(host), timeParse(host), timeAgo(host), timeDuration(), timeFormat(), timeSleep(host), timeRange(), timeSpan(),
		},
		Values: []declare.Value{{Name: "zone", Doc: "The time zone in which the run shows times to people and reads its parameters, for the option `tz`: the local one, " +
			"or the one that `--tz` or the profile names.", Go: host.zone().String()}},
	}
}

func timeNow(host Host) declare.Func {
	return declare.Fn("now", "Returns the present time.",
		func(context.Context, declare.None) (time.Time, error) { return host.Clock().UTC(), nil }).Reads().
		Returning("the time").
		Example(`print(time.now())`)
}

func timeParse(host Host) declare.Func {
	type args struct {
		Text string `arg:"text" doc:"RFC 3339 text, a date with or without a time of day, or text relative to now."`
		Zone string `json:"tz" doc:"The time zone of a text that names none, such as Europe/Berlin." default:"UTC" nonempty:"true"`
	}
	return declare.Fn("parse", "Reads a time.",
		func(_ context.Context, a args) (time.Time, error) {
			location, err := time.LoadLocation(a.Zone)
			if err != nil {
				return time.Time{}, badZone("time.parse", a.Zone)
			}
			if t, ok := parseLocal(a.Text, location); ok {
				return t, nil
			}
			t, err := declare.ParseTime(a.Text, host.Clock().In(location))
			if err != nil {
				return time.Time{}, &declare.ArgumentError{Func: "time.parse", Argument: "text", Message: err.Error(), Hint: declare.TimeHint}
			}
			return t, nil
		}).Reads().
		Returning("the time").
		Example(`print(time.parse("2026-11-23 14:30", {tz = "Europe/Berlin"}))`)
}

func badZone(function, zone string) error {
	return &declare.ArgumentError{Func: function, Argument: "tz", Message: fmt.Sprintf("there is no time zone %q", zone),
		Hint: "zones have names such as UTC or Europe/Berlin"}
}

// localLayouts are the times of day that name no zone.
var localLayouts = []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly}

func parseLocal(text string, location *time.Location) (time.Time, bool) {
	for _, layout := range localLayouts {
		if t, err := time.ParseInLocation(layout, text, location); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

func timeAgo(host Host) declare.Func {
	type args struct {
		Duration time.Duration `arg:"duration" doc:"How long ago."`
	}
	return declare.Fn("ago", "Returns the time a duration ago.",
		func(_ context.Context, a args) (time.Time, error) { return host.Clock().Add(-a.Duration).UTC(), nil }).Reads().
		Returning("the time").
		Example(`print(time.ago("24h"))`)
}

func timeDuration() declare.Func {
	type args struct {
		Duration time.Duration `arg:"duration" doc:"A duration in any form."`
	}
	return declare.Fn("duration", "Reads a duration.",
		func(_ context.Context, a args) (float64, error) { return a.Duration.Seconds(), nil }).Pure().
		Returning("the number of seconds").
		Example(`print(time.duration("1h30m"))`)
}

func timeFormat() declare.Func {
	type args struct {
		Time   time.Time `arg:"time" doc:"The time to write."`
		Layout string    `arg:"layout,optional" doc:"A layout such as %Y-%m-%d %H:%M:%S, or Go's 2006-01-02 15:04:05; RFC 3339 when not given."`
		Zone   string    `json:"tz" doc:"The time zone to write it in." default:"UTC" nonempty:"true"`
	}
	return declare.Fn("format", "Writes a time.",
		func(_ context.Context, a args) (string, error) {
			return declare.FormatTime(a.Time, cmp.Or(a.Layout, time.RFC3339), a.Zone)
		}).Pure().
		Returning("the text").
		Example(`print(time.format("2026-11-23T14:30:00Z", "%d %b %H:%M", {tz = "Europe/Berlin"}))`)
}

func timeSpan() declare.Func {
	type args struct {
		Length time.Duration `arg:"seconds" doc:"How long; a negative duration counts as 0."`
	}
	return declare.Fn("span", "Returns a duration as a short text for people, in its largest unit.",
		func(_ context.Context, a args) (string, error) { return declare.Span(a.Length), nil }).Pure().
		Returning("the text, such as 2.5h").
		Example(`print(time.span(9000))`)
}

func timeSleep(host Host) declare.Func {
	type args struct {
		Duration time.Duration `arg:"duration" doc:"How long." min:"0"`
	}
	return declare.Do("sleep", "Waits. Ctrl-C and the end of the run's time interrupt it at once.",
		func(ctx context.Context, a args) error { return host.sleep(ctx, a.Duration) }).Reads().
		Example(`time.sleep("10ms")`)
}

func timeRange() declare.Func {
	type args struct {
		From time.Time     `arg:"from" doc:"The start of the first window."`
		To   time.Time     `arg:"to" doc:"The end of the last window."`
		Step time.Duration `arg:"step" doc:"How long a window is."`
	}
	return declare.Fn("range", "Divides a period of time into windows.",
		func(_ context.Context, a args) (iter.Seq[declare.Results2[time.Time, time.Time]], error) {
			if a.Step <= 0 {
				return nil, &declare.ArgumentError{Func: "time.range", Argument: "step", Message: "is not positive"}
			}
			return windows(a.From.UTC(), a.To.UTC(), a.Step), nil
		}).Pure().
		Returning("an iterator over the beginning and the end of each window; the last one may be shorter").
		Example("for from, to in time.range(\"-3h\", \"now\", \"1h\") do\n  print(from, to)\nend")
}

func windows(from, to time.Time, step time.Duration) iter.Seq[declare.Results2[time.Time, time.Time]] {
	return func(yield func(declare.Results2[time.Time, time.Time]) bool) {
		for from.Before(to) {
			end := from.Add(step)
			if end.After(to) {
				end = to
			}
			if !yield(declare.Results2[time.Time, time.Time]{First: from, Second: end}) {
				return
			}
			from = end
		}
	}
}

// zone returns the time zone of the run.
func (h Host) zone() *time.Location {
	if h.Zone == nil {
		return time.UTC
	}
	return h.Zone
}
