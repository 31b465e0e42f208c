package client

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client/cron"
)

// Every spelling of every tick of a window is in its range of ids.
func TestAllSpellingsAreInTheRangeOfAWindow(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{time.UTC, time.FixedZone("", 14*3600), time.FixedZone("", -12*3600), time.FixedZone("", 5*3600+45*60), time.FixedZone("", -3*3600-17)}
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Asia/Manila"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, zone)
	}
	rapid.Check(t, func(t *rapid.T) {
		start := time.Unix(rapid.Int64Range(-4e9, 4e9).Draw(t, "start"), 0)
		w := &window{runSource: &runSource{schedule: WorkflowSchedule{ScheduleName: "s"}}}
		w.zones = rapid.SliceOfN(rapid.SampledFrom(zones), 1, 3).Draw(t, "zones")
		for range rapid.IntRange(1, 50).Draw(t, "ticks") {
			w.ticks = append(w.ticks, start)
			start = start.Add(time.Duration(rapid.Int64Range(1, 40_000).Draw(t, "gap")) * time.Second)
		}
		least, greatest := w.idRange()
		for _, tick := range w.ticks {
			for _, text := range cron.Spellings(tick, w.zones...) {
				if id := runID("s", text); id < least || id > greatest {
					t.Fatalf("%s is not between %s and %s", id, least, greatest)
				}
			}
		}
	})
}
