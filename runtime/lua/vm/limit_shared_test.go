package vm

import (
	"context"
	"errors"
	"testing"
	"time"
)

// These tests are not parallel: the memory that they measure is the process's.

// Of several runs in a process only the one that holds more than its limit ends.
func TestOnlyTheRunThatHoldsTooMuchEnds(t *testing.T) {
	for name, script := range map[string]string{
		"tables":     `local t = {} while true do t[#t + 1] = {} end`,
		"texts":      `local t = {} while true do t[#t + 1] = ("x"):rep(1e6) .. #t end`,
		"functions":  `local t = {} local i = 0 while true do i = i + 1 local n = i t[i] = function() return n end end`,
		"coroutines": `local t = {} while true do local c = coroutine.wrap(function() local s = ("x"):rep(1e5) coroutine.yield() return s end) c() t[#t + 1] = c end`,
	} {
		t.Run(name, func(t *testing.T) {
			together := &Neighbours{}
			made := func(limit int64) *VM {
				v := New(Config{Limits: Limits{Memory: limit, Time: 2 * time.Minute}, Neighbours: together})
				t.Cleanup(v.Close)
				return v
			}
			over := errors.New("the test is over")
			ended, modest := make(chan error), []*VM{made(48 << 20), made(48 << 20)}
			for _, v := range modest {
				go func() {
					_, err := v.RunString(context.Background(), "modest.lua", `local t = {} for i = 1, 1e4 do t[i] = {i} end while true do local garbage = ("x"):rep(1000) .. #t end`)
					ended <- err
				}()
			}
			_, err := made(48<<20).RunString(context.Background(), "greedy.lua", script)
			if failure := failureOf(t, err); failure.Kind != Memory {
				t.Errorf("the run that holds too much: %v", failure)
			}
			for _, v := range modest {
				v.Abort(over)
			}
			for range modest {
				if err := <-ended; !errors.Is(err, over) {
					t.Errorf("a run that holds little: %v", err)
				}
			}
		})
	}
}

// answering returns a run that holds so many bytes, says so when it is asked, and notes its end.
func answering(t *testing.T, together *Neighbours, name string, limit, held int64, stopped *[]string) *watchdog {
	w := newWatchdog(limit, func(error) { *stopped = append(*stopped, name) })
	w.asked = newInquiry(t.Context())
	together.join(w)
	wake := w.asked.wake
	go func() {
		for t.Context().Err() == nil {
			<-wake
			var answer chan int64
			if _, answer, wake = w.asked.take(); answer != nil {
				answer <- held
			}
		}
	}()
	return w
}

// If no run is above its limit, but all of them together are above all limits, the largest ends:
// memory that no run counts, such as that of Go calls, is bounded all the same.
func TestTheLargestRunEndsIfAllLimitsAreExceeded(t *testing.T) {
	together := &Neighbours{}
	var stopped []string
	answering(t, together, "small", 100, 10, &stopped)
	answering(t, together, "large", 100, 20, &stopped)
	together.endTooLarge(200)
	if len(stopped) != 0 {
		t.Errorf("within the limits: %v were stopped", stopped)
	}
	together.endTooLarge(201)
	if len(stopped) != 1 || stopped[0] != "large" {
		t.Errorf("above the limits: %v were stopped", stopped)
	}
}

// A run that waits in a call of Go is not waited for: its last answer counts.
func TestARunThatDoesNotAnswerIsNotWaitedFor(t *testing.T) {
	together := &Neighbours{}
	var stopped []string
	silent := newWatchdog(100, func(error) { stopped = append(stopped, "silent") })
	silent.asked, silent.held = newInquiry(t.Context()), 70
	together.join(silent)
	answering(t, together, "greedy", 100, 101, &stopped)
	together.endTooLarge(150)
	if len(stopped) != 1 || stopped[0] != "greedy" {
		t.Errorf("%v were stopped", stopped)
	}
	together.leave(silent)
	if len(together.runs) != 1 {
		t.Errorf("after its end: %d runs", len(together.runs))
	}
}

// The count of a state is near what Go allocates for it.
func TestWhatARunHoldsIsCounted(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		least  int64 // KiB
		most   int64
	}{
		"nothing":       {`return 1`, 0, 600},
		"small tables":  {`all = {} for i = 1, 1e5 do all[i] = {} end`, 12000, 30000},
		"one long text": {`all = ("x"):rep(5e6)`, 4800, 6000},
		"the same text": {`local s = ("x"):rep(5e6) all = {} for i = 1, 1000 do all[i] = s end`, 4800, 6000},
		"upvalues":      {`local s = ("x"):rep(5e6) function all() return s end`, 4800, 6000},
		"fields":        {`all = {} for i = 1, 1e5 do all["key" .. i] = i end`, 6000, 25000},
		"a ring":        {`all = {("x"):rep(5e6)} all.all = all`, 4800, 6000},
		"garbage":       {`for i = 1, 100 do local s = ("x"):rep(1e6) .. i end`, 0, 2600},
	} {
		t.Run(name, func(t *testing.T) {
			v := New(Config{})
			defer v.Close()
			mustRun(t, v, c.script)
			if held := v.held(unlimited) >> 10; held < c.least || held > c.most {
				t.Errorf("%d KiB, want %d to %d", held, c.least, c.most)
			}
		})
	}
}
