package cron

import (
	"archive/zip"
	"go/build"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// judgeAll names the variable that has the judge go over every change of every zone, which takes
// minutes. Without it unusual changes and a share of the others are judged.
const judgeAll = "DBOS_SCRIPT_JUDGE_ALL"

// A judged expression is read a second time, by the hands of a clock instead of fields.
type judged struct {
	text  string
	shows func(local time.Time) bool
}

func clockShows(hour, minute int) func(time.Time) bool {
	return func(t time.Time) bool { return t.Hour() == hour && t.Minute() == minute }
}

// byMinute are judged at every minute of some days.
func byMinute() []judged {
	return []judged{
		{"* * * * *", func(time.Time) bool { return true }},
		{"*/15 * * * *", func(t time.Time) bool { return t.Minute()%15 == 0 }},
		{"0 * * * *", func(t time.Time) bool { return t.Minute() == 0 }},
		{"0 0 * * *", clockShows(0, 0)},
		{"30 0 * * *", clockShows(0, 30)},
		{"0 1 * * *", clockShows(1, 0)},
		{"30 1 * * *", clockShows(1, 30)},
		{"30 2 * * *", clockShows(2, 30)},
		{"0 3 * * *", clockShows(3, 0)},
		{"0 12 * * *", clockShows(12, 0)},
		{"30 23 * * *", clockShows(23, 30)},
		{"59 23 * * *", clockShows(23, 59)},
		{"0 */6 * * *", func(t time.Time) bool { return t.Hour()%6 == 0 && t.Minute() == 0 }},
		{"10 0-2 * * *", func(t time.Time) bool { return t.Hour() <= 2 && t.Minute() == 10 }},
		{"0 12 * * SUN", func(t time.Time) bool { return clockShows(12, 0)(t) && t.Weekday() == time.Sunday }},
		{"0 0 * * 1-5", func(t time.Time) bool {
			return clockShows(0, 0)(t) && t.Weekday() != time.Sunday && t.Weekday() != time.Saturday
		}},
		{"0 12 30 * *", func(t time.Time) bool { return clockShows(12, 0)(t) && t.Day() == 30 }},
		{"0 0 1 * *", func(t time.Time) bool { return clockShows(0, 0)(t) && t.Day() == 1 }},
		{"5 4 1,15 * FRI", func(t time.Time) bool {
			return clockShows(4, 5)(t) && (t.Day() == 1 || t.Day() == 15 || t.Weekday() == time.Friday)
		}},
		{"45 */2 * MAR,OCT *", func(t time.Time) bool {
			return t.Minute() == 45 && t.Hour()%2 == 0 && (t.Month() == time.March || t.Month() == time.October)
		}},
	}
}

// bySecond are judged at every second of some hours.
func bySecond() []judged {
	return []judged{
		{"*/20 * * * * *", func(t time.Time) bool { return t.Second()%20 == 0 }},
		{"15 30 * * * *", func(t time.Time) bool { return t.Second() == 15 && t.Minute() == 30 }},
		{"59 59 0,1,2,23 * * *", func(t time.Time) bool {
			return t.Second() == 59 && t.Minute() == 59 && (t.Hour() <= 2 || t.Hour() == 23)
		}},
	}
}

// zones are the names of the tz database that Go has.
func zones(t *testing.T) []string {
	t.Helper()
	archive, err := zip.OpenReader(filepath.Join(build.Default.GOROOT, "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var names []string
	for _, file := range archive.File {
		if !strings.HasSuffix(file.Name, "/") && file.Name != "Factory" {
			names = append(names, file.Name)
		}
	}
	return names
}

// A change is an instant at which the clocks of a zone are set.
type change struct {
	zone  *time.Location
	at    time.Time
	delta int // seconds
}

// unusual is a change at midnight, or of another length than an hour.
func (c change) unusual() bool {
	before, after := c.at.Add(-time.Second).In(c.zone), c.at.In(c.zone)
	return before.Hour() == 23 || after.Hour() == 0 || c.delta != 3600 && c.delta != -3600
}

func changes(zone *time.Location, from, to int) []change {
	var list []change
	start := time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC).In(zone)
	for {
		_, offset := start.Zone()
		_, end := start.ZoneBounds()
		if end.IsZero() || end.Year() >= to {
			return list
		}
		start = end.In(zone)
		if _, after := start.Zone(); after != offset {
			list = append(list, change{zone, end, after - offset})
		}
	}
}

// judgedChanges are those of sixteen years, and two older ones that skipped a day.
func judgedChanges(t *testing.T) []change {
	t.Helper()
	seeded := rand.New(rand.NewPCG(12, 34))
	var list []change
	for _, name := range zones(t) {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		found := changes(zone, 2011, 2027)
		if name == "Pacific/Kwajalein" || name == "Pacific/Kiritimati" || name == "Pacific/Enderbury" {
			found = append(found, changes(zone, 1993, 1996)...)
		}
		for _, c := range found {
			chance := 100
			if c.unusual() {
				chance = 6
			}
			whole := strings.Contains("Pacific/Apia Pacific/Fakaofo Pacific/Kwajalein Pacific/Kiritimati Asia/Beirut America/Sao_Paulo", name)
			if os.Getenv(judgeAll) != "" || whole || seeded.IntN(chance) == 0 {
				list = append(list, c)
			}
		}
	}
	return list
}

// The ticks around every change of every zone are the minutes, and the seconds, at which a clock in
// the zone shows what the text says, found by looking at each of them. Both searches find them, and
// none takes long.
func TestTicksAreWhatClocksShow(t *testing.T) {
	t.Parallel()
	list := judgedChanges(t)
	ticks, slowest := 0, time.Duration(0)
	for _, c := range list {
		for _, window := range []struct {
			around, step time.Duration
			expressions  []judged
		}{{36 * time.Hour, time.Minute, byMinute()}, {90 * time.Minute, time.Second, bySecond()}} {
			start, end := c.at.Add(-window.around).Truncate(time.Minute), c.at.Add(window.around)
			if c.delta > 12*3600 || c.delta < -12*3600 {
				start, end = start.Add(-24*time.Hour), end.Add(24*time.Hour)
			}
			var hands []time.Time
			for at := start; at.Before(end); at = at.Add(window.step) {
				hands = append(hands, at.In(c.zone))
			}
			for _, expression := range window.expressions {
				found, took := judge(t, c, expression, hands, start, end)
				ticks, slowest = ticks+found, max(slowest, took)
			}
		}
	}
	t.Logf("%d changes, %d ticks in both directions, the slowest search took %v", len(list), ticks, slowest)
}

func judge(t *testing.T, c change, e judged, hands []time.Time, start, end time.Time) (int, time.Duration) {
	t.Helper()
	s, err := Parse(e.text, c.zone.String())
	if err != nil {
		t.Fatal(err)
	}
	var want []int64
	for _, local := range hands {
		if e.shows(local) {
			want = append(want, local.Unix())
		}
	}
	slowest := time.Duration(0)
	search := func(find func(time.Time, *int) time.Time, at time.Time) time.Time {
		work := 0
		since := time.Now()
		found := find(at, &work)
		took := shortest(time.Since(since), func() { find(at, new(int)) })
		slowest = max(slowest, took)
		if work > maxWork || took > longestSearch {
			t.Errorf("%s in %s: a search from %v looks at %d days and takes %v", e.text, c.zone, at, work, took)
		}
		return found
	}
	var forth, back []int64
	for at := search(s.next, start.Add(-time.Second)); !at.IsZero() && at.Before(end); at = search(s.next, at) {
		forth = append(forth, at.Unix())
	}
	for at := search(s.previous, end); !at.IsZero() && !at.Before(start); at = search(s.previous, at) {
		back = append(back, at.Unix())
	}
	slices.Reverse(back)
	if !slices.Equal(forth, want) || !slices.Equal(back, want) {
		t.Errorf("%s in %s around %v: %d ticks forth and %d back, want %d", e.text, c.zone, c.at, len(forth), len(back), len(want))
	}
	return len(want), slowest
}

// longestSearch is how long one search may take.
const longestSearch = 50 * time.Millisecond

// shortest returns how long a search takes that took so long once. A long one is repeated, because
// other processes of the machine may have run meanwhile, and the shortest time counts.
func shortest(once time.Duration, again func()) time.Duration {
	for tries := 0; once > longestSearch/10 && tries < 50; tries++ {
		since := time.Now()
		again()
		once = min(once, time.Since(since))
	}
	return once
}

// maxWork bounds the days that a search looks at, to 45 years. A day takes less than 200 ns.
const maxWork = 45*366 + 400

// A search ends in every zone, whatever it looks for: also over a date that the zone skipped, and
// for a day that comes once in 40 years, or never again.
func TestSearchesEnd(t *testing.T) {
	t.Parallel()
	most, slowest := 0, time.Duration(0)
	for _, name := range zones(t) {
		for _, text := range []struct {
			dialect Dialect
			text    string
		}{{Go, "0 0 0 29 2 *"}, {TypeScript, "0 0 0 29 2 1"}, {Python, "0 0 0 1 1 * 1980"}, {Go, "0 0 12 30 12 *"}} {
			s, err := ParseAs(text.dialect, text.text, name)
			if err != nil {
				t.Fatal(name, err)
			}
			for _, year := range []int{1850, 1993, 2011, 2026, 2090, 9000} {
				for _, find := range []func(time.Time, *int) time.Time{s.next, s.previous} {
					at, work, since := time.Date(year, 12, 29, 0, 0, 0, 0, time.UTC), 0, time.Now()
					find(at, &work)
					took := shortest(time.Since(since), func() { find(at, new(int)) })
					most, slowest = max(most, work), max(slowest, took)
				}
			}
		}
	}
	if most > maxWork || slowest > longestSearch {
		t.Errorf("a search looks at %d days and takes %v, more than %d or %v", most, slowest, maxWork, longestSearch)
	}
	t.Logf("the slowest search takes %v and looks at %d days", slowest, most)
}
