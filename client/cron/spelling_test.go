package cron

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSpellings(t *testing.T) {
	t.Parallel()
	tick := at(t, "2026-07-01T12:30:00Z")
	for zone, want := range map[string][]string{
		"":                 {},
		"America/New_York": {"2026-07-01T08:30:00-04:00", "2026-07-01T08:30-04:00", "2026-07-01T08:30-04:00[America/New_York]"},
		"Asia/Kolkata":     {"2026-07-01T18:00:00+05:30", "2026-07-01T18:00+05:30", "2026-07-01T18:00+05:30[Asia/Kolkata]"},
		"Europe/London":    {"2026-07-01T13:30:00+01:00", "2026-07-01T13:30+01:00", "2026-07-01T13:30+01:00[Europe/London]"},
		"Africa/Abidjan":   {"2026-07-01T12:30Z[Africa/Abidjan]"},
	} {
		location, err := Zone(zone)
		if err != nil {
			t.Fatal(err)
		}
		want = append([]string{"2026-07-01T12:30:00Z", "2026-07-01T12:30:00.000Z", "2026-07-01T12:30:00+00:00", "2026-07-01T12:30Z", "2026-07-01T12:30Z[UTC]"}, want...)
		if got := Spellings(tick.In(location), location, time.UTC, location); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", zone, got, want)
		}
	}
}

// A local mean time has seconds in its offset, which Python writes and Go cuts off.
func TestSpellingOfOldOffset(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("LMT", 53*60+28)
	got := Spellings(at(t, "1890-01-01T00:00:00Z"), zone)
	for _, want := range []string{"1890-01-01T00:53:28+00:53", "1890-01-01T00:53:28+00:53:28"} {
		if !slices.Contains(got, want) {
			t.Errorf("%v lacks %s", got, want)
		}
	}
}

// parsed reads a spelling, also one of Java, which leaves out seconds that are 0 and may end with
// the zone's name.
func parsed(text string) (time.Time, error) {
	text, _, _ = strings.Cut(text, "[")
	if read, err := time.Parse("2006-01-02T15:04Z07:00", text); err == nil {
		return read, nil
	}
	return time.Parse(time.RFC3339, text)
}

// All spellings are of one instant, and no two ticks share one.
func TestSpellingsAreOfOneInstant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tick := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "tick"), 0)
		zone, err := Zone(rapid.SampledFrom(shifting).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		spellings := Spellings(tick, zone)
		if spellings[0] != Spelling(tick) {
			t.Fatalf("%s is not the first of %v", Spelling(tick), spellings)
		}
		for _, text := range spellings {
			read, err := parsed(text)
			if err != nil || !read.Equal(tick) {
				t.Fatalf("%s reads as %v, %v, not as %v", text, read, err, tick)
			}
		}
	})
}
