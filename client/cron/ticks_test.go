package cron

import (
	"errors"
	"slices"
	"testing"
	"time"

	robfig "github.com/robfig/cron/v3"
	"pgregory.net/rapid"
)

func at(t testing.TB, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// ticks lists the ticks between two times, written as the Go SDK would in the schedule's zone.
func ticks(t testing.TB, text, zone, start, end string) []string {
	t.Helper()
	s, err := Parse(text, zone)
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.Ticks(at(t, start), at(t, end), 1000)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, tick := range found {
		if tick.Location() != time.UTC {
			t.Errorf("%v is not in UTC", tick)
		}
		list = append(list, tick.In(s.Zone()).Format(time.RFC3339))
	}
	return list
}

func TestTicks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text, zone, start, end string
		want                   []string
	}{
		"both ends are left out": {"0 * * * *", "", "2026-01-01T00:00:00Z", "2026-01-01T03:00:00Z",
			[]string{"2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z"}},
		"a moment before and after": {"0 * * * *", "", "2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00.001Z",
			[]string{"2026-01-01T00:00:00Z"}},
		"start after end":    {"* * * * *", "", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", nil},
		"once in four years": {"0 0 29 2 *", "", "2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z", []string{"2028-02-29T00:00:00Z"}},
		"either day matches": {"0 0 13 * FRI", "", "2026-01-08T00:00:00Z", "2026-01-17T00:00:00Z", []string{"2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z", "2026-01-16T00:00:00Z"}},
		"the hour that is missing": {"30 2 * * *", "America/New_York", "2026-03-07T00:00:00Z", "2026-03-10T00:00:00Z",
			[]string{"2026-03-07T02:30:00-05:00", "2026-03-09T02:30:00-04:00"}},
		"the hour that comes twice": {"30 1 * * *", "America/New_York", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z",
			[]string{"2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"}},
		"half an hour off": {"0 0 * * *", "Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", []string{"2026-01-02T00:00:00+05:30"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ticks(t, c.text, c.zone, c.start, c.end); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestTicksEnd(t *testing.T) {
	t.Parallel()
	s, err := Parse("* * * * * *", "")
	if err != nil {
		t.Fatal(err)
	}
	start := at(t, "2026-01-01T00:00:00Z")
	found, err := s.Ticks(start, start.Add(11*time.Second), 10)
	if err != nil || len(found) != 10 {
		t.Errorf("%d ticks, %v; want the 10 that are allowed", len(found), err)
	}
	if found, err = s.Ticks(start, start.Add(12*time.Second), 10); !errors.Is(err, ErrTooMany) || found != nil {
		t.Errorf("%v, %v; want none but ErrTooMany", found, err)
	}
}

func TestZone(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"": "UTC", "UTC": "UTC", "Europe/Berlin": "Europe/Berlin", "EST5EDT": "EST5EDT"} {
		if zone, err := Zone(name); err != nil || zone.String() != want {
			t.Errorf("Zone(%q) = %v, %v", name, zone, err)
		}
	}
	for _, name := range []string{"Local", "Europe/Nowhere", "../etc/passwd", "+02:00", "Europe/Berlin "} {
		if zone, err := Zone(name); err == nil {
			t.Errorf("Zone(%q) = %v, want an error", name, zone)
		}
		if _, err := Parse("* * * * *", name); err == nil {
			t.Errorf("a schedule in the zone %q is no error", name)
		}
	}
}

// shifting are zones with daylight saving: by half an hour, backwards in winter, and long ago. At
// midnight robfig/cron loses ticks, so that the judge of those zones is another one.
var shifting = []string{"America/New_York", "Europe/Berlin", "Europe/London", "Australia/Sydney", "Australia/Lord_Howe",
	"Europe/Dublin", "Asia/Kolkata"}

// The ticks are those of an application of the Go SDK, which reads text and zone with robfig/cron,
// wherever it runs.
func TestTicksAreThoseOfRobfig(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, zone := texts().Draw(t, "text"), rapid.SampledFrom(shifting).Draw(t, "zone")
		process := rapid.SampledFrom(shifting).Draw(t, "process")
		followRobfig(t, text, zone, process, rapid.Int64Range(1.2e9, 1.9e9).Draw(t, "start"))
	})
}

// After the clocks of Lord Howe were set back by half an hour on a Sunday, robfig/cron loses
// midnight of the next one, twice from 2008 to 2009.
func TestATickThatRobfigLosesIsFound(t *testing.T) {
	t.Parallel()
	if lost := followRobfig(t, "*/60 0 * * 0", "Australia/Lord_Howe", "America/New_York", 1_200_000_000); lost != 2 {
		t.Errorf("robfig/cron loses %d ticks, want 2: if it is mended, this test can go", lost)
	}
}

// followRobfig compares fifty ticks with those of robfig/cron. Where they differ, which may only be
// after a shift, the hands of a clock decide. It returns how often robfig/cron was wrong.
func followRobfig(t rapid.TB, text, zone, process string, from int64) (lost int) {
	elsewhere, err := time.LoadLocation(process)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := Parse(text, zone)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := robfig.NewParser(robfig.SecondOptional | sixFields).Parse("CRON_TZ=" + zone + " " + text)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Unix(from, 0)
	const count = 50
	for range count {
		got, want := ours.Next(start), theirs.Next(start.In(elsewhere))
		if !got.Equal(want) {
			spec, isSpec := theirs.(*robfig.SpecSchedule)
			if !isSpec || got.IsZero() || !shifts(spec.Location, start, got) || !got.Equal(firstShown(spec, start, got)) {
				t.Fatalf("after %v comes %v, not %v", start, got, want)
			}
			lost++
		}
		if got.IsZero() {
			return lost
		}
		start = got
	}
	return lost
}

// shifts returns true if the clocks of a zone are set between two times.
func shifts(zone *time.Location, start, end time.Time) bool {
	_, until := start.In(zone).ZoneBounds()
	return !until.IsZero() && until.Before(end)
}

// firstShown returns the first second after start, up to end, at which a clock shows the fields
// that robfig/cron read. It looks at each of them, except in minutes that the text does not name.
func firstShown(spec *robfig.SpecSchedule, start, end time.Time) time.Time {
	names := func(field uint64, value int) bool { return field&(1<<value) != 0 }
	for at := start.Add(time.Second); !at.After(end); at = at.Add(time.Second) {
		local := at.In(spec.Location)
		if !names(spec.Minute, local.Minute()) {
			at = at.Add(time.Duration(59-local.Second()) * time.Second)
			continue
		}
		const star = 63 // the bit of a field that is *
		day, weekday := names(spec.Dom, local.Day()), names(spec.Dow, int(local.Weekday()))
		onDay := day && weekday
		if !names(spec.Dom, star) && !names(spec.Dow, star) {
			onDay = day || weekday
		}
		if onDay && names(spec.Month, int(local.Month())) && names(spec.Hour, local.Hour()) && names(spec.Second, local.Second()) {
			return at
		}
	}
	return time.Time{}
}

// Around each shift, the ticks are the minutes whose local hands match: skipped ones have no tick,
// repeated ones have two.
func TestTicksAroundShifts(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"America/New_York", "Europe/Berlin", "Europe/London", "Australia/Sydney", "America/St_Johns"} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			location, err := time.LoadLocation(zone)
			if err != nil {
				t.Fatal(err)
			}
			for _, shift := range shiftsOf(location, 2026) {
				aroundShift(t, zone, location, shift)
			}
		})
	}
}

func aroundShift(t *testing.T, zone string, location *time.Location, shift time.Time) {
	t.Helper()
	start, end := shift.Add(-30*time.Hour), shift.Add(30*time.Hour)
	for hour := range 24 {
		for _, minute := range []int{0, 30} {
			s, err := Parse(time.Date(0, 1, 1, hour, minute, 0, 0, time.UTC).Format("4 15")+" * * *", zone)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Ticks(start, end, 10)
			if want := matching(start, end, location, hour, minute); err != nil || !slices.EqualFunc(got, want, time.Time.Equal) {
				t.Errorf("%02d:%02d around %v: %v, %v, want %v", hour, minute, shift, got, err, want)
			}
		}
	}
}

// matching are the minutes between two times at which a clock in the zone shows hour and minute.
func matching(start, end time.Time, zone *time.Location, hour, minute int) []time.Time {
	var list []time.Time
	for t := start.Truncate(time.Minute).Add(time.Minute); t.Before(end); t = t.Add(time.Minute) {
		if local := t.In(zone); local.Hour() == hour && local.Minute() == minute {
			list = append(list, t)
		}
	}
	return list
}

// shiftsOf are the hours of a year in which the zone's offset changes.
func shiftsOf(zone *time.Location, year int) []time.Time {
	var list []time.Time
	for t := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); t.Year() == year; t = t.Add(time.Hour) {
		_, before := t.In(zone).Zone()
		if _, after := t.Add(time.Hour).In(zone).Zone(); before != after {
			list = append(list, t)
		}
	}
	return list
}
