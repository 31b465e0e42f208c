package declare_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func TestParseDuration(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "1h30m": 90 * time.Minute, "7d": 7 * day, "1w": 7 * day, "1.5h": 90 * time.Minute,
		"-24h": -day, "+10m": 10 * time.Minute, "0": 0, "0s": 0, ".5s": 500 * time.Millisecond, "1w2d3h4m5s6ms7us8ns": 9*day + 3*time.Hour + 4*time.Minute + 5*time.Second + 6007008,
		"1µs": time.Microsecond, "0.1d": 144 * time.Minute, "9223372036s": 9223372036 * time.Second,
	} {
		if got, err := declare.ParseDuration(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "s", "5", "5x", "1h-2m", "1 h", "h1", "--1h", "1e3s", "inf", "9999999999999w", "99999999999d1.5h", "300y", "1..5h", "1.h", ".h", "1h5", "1h ", "1hm", "9223372036s9223372036s", strings.Repeat("9", 400) + "s"} {
		if got, err := declare.ParseDuration(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestParseDurationReadsWhatGoWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "d"))
		if got, err := declare.ParseDuration(d.String()); err != nil || (got-d).Abs() > time.Microsecond {
			t.Fatalf("%v: %v, %v", d, got, err)
		}
	})
}

func TestSeconds(t *testing.T) {
	t.Parallel()
	if d, err := declare.Seconds(1.25); err != nil || d != 1250*time.Millisecond {
		t.Errorf("%v, %v", d, err)
	}
	for n, want := range map[float64]time.Duration{0: 0, 5e-324: 1, 1e-10: 1, -1e-10: -1, 1.4e-9: 1} {
		if d, err := declare.Seconds(n); err != nil || d != want {
			t.Errorf("%v: %v, %v", n, d, err)
		}
	}
	for _, n := range []float64{math.NaN(), math.Inf(1), 1e300, -1e300} {
		if d, err := declare.Seconds(n); err == nil {
			t.Errorf("%v is %v", n, d)
		}
	}
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.FixedZone("", 3600))
	for text, want := range map[string]string{
		"yesterday": "2026-11-21T23:00:00Z", "today": "2026-11-22T23:00:00Z", "today 09:00": "2026-11-23T08:00:00Z", "yesterday 21:45:10": "2026-11-22T20:45:10Z", "24h ago": "2026-11-22T09:00:00Z",
		"now": "2026-11-23T09:00:00Z", "-24h": "2026-11-22T09:00:00Z", "+10m": "2026-11-23T09:10:00Z", "2026-11-23": "2026-11-22T23:00:00Z", "2026-11-23 10:00": "2026-11-23T09:00:00Z",
		"2026-11-23T10:00:00Z": "2026-11-23T10:00:00Z", "2026-11-23t10:00:00.5+01:00": "2026-11-23T09:00:00.500Z", "-1w": "2026-11-16T09:00:00Z",
	} {
		if got, err := declare.ParseTime(text, now); err != nil || declare.TimeText(got) != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "yesterday ago", "24h", "-1h ago", "2026-13-01", "2026-11-23T10:00:00", "2026-11-23 25:00", "todayish", "today 9 o'clock", "-", "+1y"} {
		if got, err := declare.ParseTime(text, now); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestUnix(t *testing.T) {
	t.Parallel()
	if got, err := declare.Unix(1795428000.123); err != nil || declare.TimeText(got) != "2026-11-23T10:00:00.123Z" {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := declare.Unix(-0.5); err != nil || declare.TimeText(got) != "1969-12-31T23:59:59.500Z" {
		t.Errorf("%v, %v", got, err)
	}
	for _, n := range []float64{math.NaN(), math.Inf(-1), 1e12, -1e12} {
		if got, err := declare.Unix(n); err == nil {
			t.Errorf("%v is %v", n, got)
		}
	}
}

func TestTimeText(t *testing.T) {
	t.Parallel()
	for ns, want := range map[int]string{0: "2026-01-02T03:04:05Z", 7e6: "2026-01-02T03:04:05.007Z", 7e3: "2026-01-02T03:04:05.000007Z"} {
		if got := declare.TimeText(time.Date(2026, 1, 2, 3, 4, 5, ns, time.UTC)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func FuzzDurationsAndTimes(f *testing.F) {
	for _, seed := range []string{"1h30m", "-7d", "2026-11-23T10:00:00Z", "2026-11-23", "now", "1.5w", "2h ago", "yesterday"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := declare.ParseDuration(text)
		if err == nil && d.Abs() < 0 {
			t.Errorf("%q overflows to %v", text, d)
		}
		now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
		if at, err := declare.ParseTime(text, now); err == nil && at.Location() != time.UTC {
			t.Errorf("%q is read in %v", text, at.Location())
		}
	})
}
