package backoff

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

func TestWaitsDouble(t *testing.T) {
	t.Parallel()
	p := Plan{First: time.Second, Most: 10 * time.Second}
	for failed, want := range map[int]time.Duration{1: 1, 2: 2, 3: 4, 4: 8, 5: 10, 6: 10, 5000: 10} {
		if got := p.Delay(failed, 1); got != want*time.Second {
			t.Errorf("after %d: %v", failed, got)
		}
	}
	if got := (Plan{First: time.Second, Jitter: 0.5}).Delay(2, 0.5); got != 1500*time.Millisecond {
		t.Errorf("with jitter: %v", got)
	}
	if got := (Plan{}).Delay(3, 0); got != 0 {
		t.Errorf("without a wait: %v", got)
	}
	if got := (Plan{First: 1, Jitter: 1}).Delay(1025, 1); got != 0 {
		t.Errorf("all of an endless wait left to chance: %v", got)
	}
}

// A wait lies between its jittered and its full length, and never shrinks with more failures.
func TestWaitsStayInBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := Plan{
			First:  time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "first")),
			Most:   time.Duration(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "most")),
			Jitter: rapid.Float64Range(0, 1).Draw(t, "jitter"),
		}
		failed, chance := rapid.IntRange(1, 10_000).Draw(t, "failed"), rapid.Float64Range(0, 1).Draw(t, "chance")
		wait, full := p.Delay(failed, chance), p.Delay(failed, 0)
		if wait < 0 || wait > full || p.Most > 0 && full > p.Most || float64(wait) < float64(full)*(1-p.Jitter)-1 {
			t.Fatalf("%v of %v", wait, full)
		}
		if next := p.Delay(failed+1, chance); next < wait {
			t.Fatalf("%v, then %v", wait, next)
		}
		if some := p.After(failed); some < 0 || some > full {
			t.Fatalf("%v of %v", some, full)
		}
	})
}

func TestWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if err := Wait(t.Context(), time.Minute); err != nil || time.Since(began) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		stop := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(stop) })
		if err := Wait(ctx, time.Hour); err != stop || time.Since(began) != time.Minute+time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}
