package policy_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client/cron"
	"github.com/dbos-script/dbos-script/runtime/schedule/policy"
)

// A fataler is a test or a property.
type fataler interface {
	Helper()
	Fatal(...any)
}

func scheduleOf(t fataler, text, zone string) policy.Schedule {
	t.Helper()
	ticks, err := cron.Parse(text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return policy.Schedule{Name: "a.lua", Ticks: ticks}
}

// clock returns an instant of the day on which the tests play.
func clock(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateTime, "2026-03-02 "+text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// told writes a decision with times of the day.
func told(d policy.Decision) string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return "none"
		}
		return t.Format(time.TimeOnly)
	}
	text := "due " + at(d.Due)
	if !d.Owed.Empty() {
		text += fmt.Sprintf(", owes %d after %s up to %s", d.Owes, at(d.Owed.After), at(d.Owed.Upto))
	}
	if d.Missed > 0 {
		text += fmt.Sprintf(", missed %d since %s", d.Missed, at(d.Since))
	}
	if d.Back > 0 {
		text += ", back " + d.Back.String()
	}
	return text + ", last " + at(d.Last)
}

// Each policy for missed ticks, with an hourly schedule whose last tick was at one o'clock.
func TestDecide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, now             string
		skip, runOnce, runAll string
	}{
		{"nothing is due", "01:59:59", "due none, last 01:00:00", "due none, last 01:00:00", "due none, last 01:00:00"},
		{"on time", "02:00:00", "due 02:00:00, last 02:00:00", "due 02:00:00, last 02:00:00", "due 02:00:00, last 02:00:00"},
		{"a minute late", "02:01:00", "due 02:00:00, last 02:00:00", "due 02:00:00, last 02:00:00", "due 02:00:00, last 02:00:00"},
		{"later", "02:01:01", "due none, missed 1 since 02:00:00, last 02:00:00", "due 02:00:00, last 02:00:00",
			"due none, owes 1 after 01:00:00 up to 02:00:00, last 02:00:00"},
		{"several, the last one late", "05:10:00", "due none, missed 4 since 02:00:00, last 05:00:00", "due 05:00:00, missed 3 since 02:00:00, last 05:00:00",
			"due none, owes 4 after 01:00:00 up to 05:00:00, last 05:00:00"},
		{"several, the last one on time", "05:00:30", "due 05:00:00, missed 3 since 02:00:00, last 05:00:00", "due 05:00:00, missed 3 since 02:00:00, last 05:00:00",
			"due none, owes 4 after 01:00:00 up to 05:00:00, last 05:00:00"},
		{"a step back", "00:00:00", "due none, last 01:00:00", "due none, last 01:00:00", "due none, last 01:00:00"},
	} {
		for missed, want := range map[policy.Missed]string{policy.SkipMissed: c.skip, policy.RunOnce: c.runOnce, policy.RunAll: c.runAll} {
			d := policy.Rules{Missed: missed}.Decide(scheduleOf(t, "0 * * * *", ""), clock(t, "01:00:00"), clock(t, c.now))
			if got := told(d); got != want {
				t.Errorf("%s, %s: %s, want %s", c.name, missed, got, want)
			}
		}
	}
}

// A clock that was set back by more than three hours is believed, by less it is waited for.
func TestAClockThatIsSetBack(t *testing.T) {
	t.Parallel()
	hourly := scheduleOf(t, "0 * * * *", "")
	for now, want := range map[string]string{
		"07:00:00": "due none, last 10:00:00",
		"06:59:59": "due none, back 3h0m1s, last 06:59:59",
	} {
		if got := told(policy.Rules{}.Decide(hourly, clock(t, "10:00:00"), clock(t, now))); got != want {
			t.Errorf("at %s: %s, want %s", now, got, want)
		}
	}
}

// More ticks than are counted were missed: the newest one is still the newest.
func TestManyMissedTicks(t *testing.T) {
	t.Parallel()
	secondly := scheduleOf(t, "* * * * * *", "")
	last := clock(t, "00:00:00")
	now := last.Add(1_000_000 * time.Second)
	d := policy.Rules{Missed: policy.RunOnce}.Decide(secondly, last, now)
	if !d.Due.Equal(now) || d.Missed != 99_999 || !d.Last.Equal(now) {
		t.Errorf("%s", told(d))
	}
	d = policy.Rules{Missed: policy.RunAll}.Decide(secondly, last, now)
	if !d.Owed.Upto.Equal(now) || !d.Owed.After.Equal(last) || d.Owes != 100_000 {
		t.Errorf("%s", told(d))
	}
}

func TestASpanIsTakenTickByTick(t *testing.T) {
	t.Parallel()
	hourly := scheduleOf(t, "0 * * * *", "")
	span, taken := policy.Span{After: clock(t, "01:00:00"), Upto: clock(t, "04:00:00")}, ""
	for !span.Empty() {
		var tick time.Time
		tick, span = span.Take(hourly.Ticks)
		taken += tick.Format(" 15:04")
	}
	if taken != " 02:00 03:00 04:00" {
		t.Errorf("taken%s", taken)
	}
	if tick, rest := (policy.Span{After: clock(t, "01:10:00"), Upto: clock(t, "01:20:00")}).Take(hourly.Ticks); !tick.IsZero() || !rest.Empty() {
		t.Errorf("a span without a tick has %v and leaves %v", tick, rest)
	}
}

// Jitter delays a tick by less than it, and never up to the next tick; ticks differ, and servers do
// not.
func TestJitter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := scheduleOf(t, rapid.SampledFrom([]string{"* * * * *", "0 * * * *", "* * * * * *"}).Draw(t, "cron"), "")
		r := policy.Rules{Jitter: time.Duration(rapid.Int64Range(int64(time.Millisecond), int64(2*time.Hour)).Draw(t, "jitter"))}
		tick := s.Ticks.Next(time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "after"), 0))
		at, next := r.At(s, tick), s.Ticks.Next(tick)
		if at.Before(tick) || at.Sub(tick) >= r.Jitter || !at.Before(next) || !r.At(s, tick).Equal(at) {
			t.Fatalf("%v is due at %v, and the next tick is %v", tick, at, next)
		}
	})
	s, r, delays := scheduleOf(t, "0 * * * *", ""), policy.Rules{Jitter: 10 * time.Minute}, map[time.Duration]bool{}
	tick := clock(t, "00:00:00")
	var low, high time.Duration = time.Hour, 0
	for range 1000 {
		tick = s.Ticks.Next(tick)
		delay := r.At(s, tick).Sub(tick)
		delays[delay], low, high = true, min(low, delay), max(high, delay)
	}
	if len(delays) < 990 || low > time.Minute || high < 9*time.Minute {
		t.Errorf("1000 ticks have %d delays from %v to %v", len(delays), low, high)
	}
	if r.Next(s, clock(t, "00:00:00")).Equal(r.Next(policy.Schedule{Name: "b.lua", Ticks: s.Ticks}, clock(t, "00:00:00"))) {
		t.Error("two scripts begin in the same moment")
	}
}

// However the clock moves, each tick up to the last decision was decided about once: it ran, it is
// owed, or it was counted as missed. Only a correction of the clock repeats ticks.
func TestEachTickIsDecidedAboutOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"}).Draw(t, "zone")
		text := rapid.SampledFrom([]string{"* * * * *", "0 * * * *", "30 2 * * *", "*/7 1-3 * * *", "15 */10 * * * *"}).Draw(t, "cron")
		s := scheduleOf(t, text, zone)
		r := policy.Rules{
			Missed: rapid.SampledFrom([]policy.Missed{policy.SkipMissed, policy.RunOnce, policy.RunAll}).Draw(t, "missed"),
			Jitter: time.Duration(rapid.Int64Range(0, 20).Draw(t, "jitter")) * time.Minute,
		}
		begin := time.Unix(rapid.Int64Range(1_770_000_000, 1_800_000_000).Draw(t, "begin"), 0)
		now, last, decided := begin, begin, 0
		for range rapid.IntRange(1, 40).Draw(t, "looks") {
			now = now.Add(move(t))
			d := r.Decide(s, last, now)
			if d.Back > 0 {
				if last.Sub(now) <= policy.Correction || !d.Last.Equal(now) || !d.Due.IsZero() {
					t.Fatalf("at %v after %v: %s", now, last, told(d))
				}
				begin, last, decided = now, now, 0
				continue
			}
			decided += judge(t, s, r, d, last, now)
			last = d.Last
		}
		if want := count(s, begin, last); decided != want {
			t.Fatalf("%d ticks were decided about, and there are %d from %v to %v", decided, want, begin, last)
		}
		if next := s.Ticks.Next(last); !next.IsZero() && now.After(r.At(s, next)) && last.Sub(now) <= policy.Correction {
			t.Fatalf("%v is left at %v", next, now)
		}
	})
}

// move returns how far the clock moves between two looks.
func move(t *rapid.T) time.Duration {
	unit := rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour, -time.Minute, -time.Hour}).Draw(t, "unit")
	return time.Duration(rapid.Int64Range(0, 50).Draw(t, "units")) * unit
}

// judge returns the number of ticks of a decision, and fails if it is not what the policy says.
func judge(t *rapid.T, s policy.Schedule, r policy.Rules, d policy.Decision, last, now time.Time) (ticks int) {
	if !d.Due.IsZero() {
		ticks++
		if !d.Due.After(last) || r.At(s, d.Due).After(now) || !d.Due.Equal(d.Last) {
			t.Fatalf("%s at %v", told(d), now)
		}
		if r.Missed == policy.SkipMissed && now.Sub(r.At(s, d.Due)) > policy.Late {
			t.Fatalf("a late tick runs: %s at %v", told(d), now)
		}
	}
	owed := 0
	for span := d.Owed; !span.Empty(); owed++ {
		_, span = span.Take(s.Ticks)
	}
	if owed != d.Owes || r.Missed == policy.RunAll && d.Missed > 0 || r.Missed != policy.RunAll && owed > 0 {
		t.Fatalf("%d ticks are owed: %s", owed, told(d))
	}
	return ticks + owed + d.Missed
}

// count walks all ticks of an interval.
func count(s policy.Schedule, after, upto time.Time) (n int) {
	for t := s.Ticks.Next(after); !t.IsZero() && !t.After(upto); t = s.Ticks.Next(t) {
		n++
	}
	return n
}

// The clocks of three zones change in both directions. The judge looks at the wall clock minute by
// minute: a time that comes twice has two runs, a time that does not exist has none.
func TestClockChangesOfZones(t *testing.T) {
	t.Parallel()
	for zone, changes := range map[string][]string{
		"Europe/Berlin":       {"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"},
		"America/New_York":    {"2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"},
		"Australia/Lord_Howe": {"2026-10-03T15:30:00Z", "2026-04-04T15:00:00Z"}, // by half an hour
	} {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range changes {
			change, err := time.Parse(time.RFC3339, text)
			if err != nil {
				t.Fatal(err)
			}
			if _, before := change.Add(-1).In(location).Zone(); before == offset(change, location) {
				t.Fatalf("the clocks of %s do not change at %v", zone, change)
			}
			for cron, shows := range map[string]func(local time.Time) bool{
				"45 1 * * *":   func(l time.Time) bool { return l.Hour() == 1 && l.Minute() == 45 },
				"15 2 * * *":   func(l time.Time) bool { return l.Hour() == 2 && l.Minute() == 15 },
				"*/20 * * * *": func(l time.Time) bool { return l.Minute()%20 == 0 },
			} {
				s, from, upto := scheduleOf(t, cron, zone), change.Add(-26*time.Hour), change.Add(26*time.Hour)
				want, got := "", ""
				for at := from.Add(time.Minute); !at.After(upto); at = at.Add(time.Minute) {
					if shows(at.In(location)) {
						want += at.Format(" 02 15:04")
					}
				}
				last := from
				for now := from; !now.After(upto); now = now.Add(10 * time.Second) {
					d := policy.Rules{Missed: policy.SkipMissed}.Decide(s, last, now)
					if last = d.Last; !d.Due.IsZero() {
						got += d.Due.UTC().Format(" 02 15:04")
					}
				}
				if got != want || want == "" {
					t.Errorf("%s, change %d, %q:\nruns at%s\nwant   %s", zone, i, cron, got, want)
				}
			}
		}
	}
}

func offset(at time.Time, location *time.Location) int {
	_, seconds := at.In(location).Zone()
	return seconds
}

func TestRetries(t *testing.T) {
	t.Parallel()
	waits := func(r policy.Retry) (text string) {
		for failed := 0; failed < 30; failed++ {
			if wait, again := r.After(failed); again {
				text += " " + wait.String()
			}
		}
		return text
	}
	for want, r := range map[string]policy.Retry{
		"":                           {},
		" 30s 1m0s 2m0s":             {Count: 3, Backoff: 30 * time.Second},
		" 0s 0s":                     {Count: 2},
		" 20m0s 40m0s 1h0m0s 1h0m0s": {Count: 4, Backoff: 20 * time.Minute},
		" 2h0m0s 2h0m0s":             {Count: 2, Backoff: 2 * time.Hour},
	} {
		if got := waits(r); got != want {
			t.Errorf("%+v waits%s, want%s", r, got, want)
		}
	}
}
