package client

import (
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Batches grow while they are short, shrink while they are long, and stay within their bounds.
func TestBatchesTakeTheTimeThatIsWanted(t *testing.T) {
	t.Parallel()
	p := newPace(1000, 0, query.Postgres)
	for i, want := range []int{400, 800, 1000, 1000} {
		if pause := p.after(wantedBatch/3, pruneLoad{}); p.size != want || pause != 0 {
			t.Errorf("after %d short batches, %d workflows and a pause of %v, want %d and none", i+1, p.size, pause, want)
		}
	}
	if p.after(wantedBatch, pruneLoad{}); p.size != 1000 {
		t.Errorf("a batch that takes the wanted time changes the size to %d", p.size)
	}
	for i, want := range []int{500, 250, 125, 100, 100} {
		if p.after(3*wantedBatch, pruneLoad{}); p.size != want {
			t.Errorf("after %d long batches, %d workflows, want %d", i+1, p.size, want)
		}
	}
	small := newPace(3, 0, query.Postgres)
	if small.after(3*wantedBatch, pruneLoad{}); small.size != 3 {
		t.Errorf("a batch of at most 3 becomes %d", small.size)
	}
}

// The pauses double while others wait for locks, a replica lags or batches are slow.
func TestPausesGrowWithTrouble(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]func(*pace) time.Duration{
		"waiters":    func(p *pace) time.Duration { return p.after(wantedBatch, pruneLoad{waiters: 1}) },
		"lag":        func(p *pace) time.Duration { return p.after(wantedBatch, pruneLoad{lag: maxLag.Milliseconds() + 1}) },
		"slow batch": func(p *pace) time.Duration { return p.after(slowBatch+1, pruneLoad{}) },
	} {
		p := newPace(1000, 10*time.Millisecond, query.Postgres)
		for i, want := range []time.Duration{250, 500, 1000, 2000, 4000, 8000, 10000, 10000} {
			if pause := trouble(p); pause != want*time.Millisecond {
				t.Errorf("%s: pause %d is %v, want %d ms", name, i+1, pause, want)
			}
		}
		if pause := p.after(wantedBatch, pruneLoad{lag: maxLag.Milliseconds()}); pause != 10*time.Millisecond {
			t.Errorf("%s: without it, the pause is %v", name, pause)
		}
	}
	if longestPause+slowBatch >= pruneLeaseTime {
		t.Errorf("the lease of %v ends in a pause of %v", pruneLeaseTime, longestPause)
	}
}

// On a file, others are let in after each batch.
func TestABatchOnAFileIsFollowedByAPause(t *testing.T) {
	t.Parallel()
	p := newPace(1000, 0, query.SQLite)
	for took, want := range map[time.Duration]time.Duration{0: 0, time.Millisecond: time.Millisecond, time.Second: filePause} {
		if pause := p.after(took, pruneLoad{}); pause != want {
			t.Errorf("after a batch of %v, the pause is %v, want %v", took, pause, want)
		}
	}
}
