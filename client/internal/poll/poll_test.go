package poll

import (
	"context"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// Notifications take a connection of their own, so a wait asks for them only before a pause.
func TestAWaitIsNotifiedOnlyOfPauses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		results []Result
		watched int // the number of reads before the watch
	}{
		{[]Result{Done}, 0}, {[]Result{More, More, Done}, 0}, {[]Result{None, Done}, 1}, {[]Result{More, More, Some, Done}, 3},
	} {
		reads, watched := 0, 0
		err := Poller{Longest: time.Nanosecond}.Wait(t.Context(), Condition{
			Read:   func(context.Context) error { reads++; return nil },
			Decide: func() (Result, error) { return c.results[reads-1], nil },
			Watch:  func() *db.Watch { watched = reads; return (&db.DB{}).Watch("channel", "payload") },
		})
		if err != nil || reads != len(c.results) || watched != c.watched {
			t.Errorf("%v: %v after %d reads; the wait was notified after %d", c.results, err, reads, watched)
		}
	}
}
