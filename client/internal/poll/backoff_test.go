package poll

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPausesFollowTheTimeWaited(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		longest := time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "longest"))
		p := backoff{longest: longest}
		waited := time.Duration(0)
		for range 50 {
			found := rapid.SampledFrom([]Result{None, None, None, Some, More}).Draw(t, "found")
			took := time.Duration(rapid.Int64Range(0, int64(20*time.Millisecond)).Draw(t, "took"))
			pause := p.next(found, took)
			if found != None {
				waited = 0
			}
			switch bound := max(shortestPause, waited/waitedShare, readFactor*took); {
			case found == More && pause != 0:
				t.Fatalf("a pause of %v before what is there", pause)
			case pause > longest || pause > bound:
				t.Fatalf("a pause of %v after %v, at the longest %v", pause, waited, longest)
			case found != More:
				waited += pause + took
			}
		}
	})
}

// The figures of the first minute: soon seen at first, a read a second in the end.
func TestPausesGrowWhileNothingHappens(t *testing.T) {
	t.Parallel()
	p := backoff{longest: time.Second}
	reads, waited := 0, time.Duration(0)
	for ; waited < time.Minute; reads++ {
		pause := p.next(None, time.Millisecond)
		if waited < 250*time.Millisecond && pause != shortestPause {
			t.Errorf("a pause of %v after %v", pause, waited)
		}
		waited += pause + time.Millisecond
	}
	if reads > 200 {
		t.Errorf("%d reads in a minute", reads)
	}
	if pause := p.next(None, 0); pause != time.Second {
		t.Errorf("a pause of %v after a minute", pause)
	}
	if pause := p.next(Some, 0); pause != shortestPause {
		t.Errorf("a pause of %v after progress", pause)
	}
}
