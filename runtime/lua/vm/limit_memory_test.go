package vm

import (
	"bytes"
	"context"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// TestMemoryLimitSparesGarbage is not parallel: the memory it measures is the process's.
func TestMemoryLimitSparesGarbage(t *testing.T) {
	v := New(Config{Limits: Limits{Memory: 64 << 20}})
	defer v.Close()
	// Some 2 GiB go through here, a mebibyte at a time.
	_, err := v.RunString(context.Background(), "script.lua", `for i = 1, 2000 do local s = ("x"):rep(1048576) .. i end`)
	if err != nil {
		t.Fatal(err)
	}
}

// Garbage between the limit and twice the limit is collected before a run is judged.
func TestMemoryLimitCollectsBeforeItJudges(t *testing.T) {
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // only the watchdog collects
	const limit, more = 64 << 20, 96 << 20
	w := newWatchdog(limit, func(error) {})
	waste(more)
	if w.exceeded() {
		t.Error("96 MiB of garbage exceed 64 MiB")
	}
	waste(more)
	if !w.fits(limit / 2) {
		t.Error("32 MiB do not fit beside garbage")
	}
	w = newWatchdog(limit, func(error) {})
	kept := bytes.Repeat([]byte("x"), more)
	if !w.exceeded() {
		t.Error("96 MiB in use do not exceed 64 MiB")
	}
	runtime.KeepAlive(kept)
}

// waste makes garbage.
func waste(size int) {
	if text := bytes.Repeat([]byte("x"), size); text[size-1] != 'x' {
		panic("no garbage")
	}
}

func TestMemoryLimitIsOfTheGrowth(t *testing.T) {
	held := bytes.Repeat([]byte("x"), 64<<20)
	v := New(Config{Limits: Limits{Memory: 32 << 20}})
	defer v.Close()
	// The watchdog is asked before a text of that size is made, however short the run is.
	mustRun(t, v, `local s = ("x"):rep(2 * 1048576) return #s`)
	if held[1] != 'x' {
		t.Fatal("the held memory is gone")
	}
}

// Garbage that was there before a run does not hide what the run takes.
func TestMemoryLimitSeesThroughGarbage(t *testing.T) {
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // until the run looks
	waste(300 << 20)
	v := New(Config{Limits: Limits{Memory: 32 << 20}})
	defer v.Close()
	// It takes less than twice the limit, which would be too much whatever was there before. Before
	// the last text, which is large, the watchdog looks however short the run is.
	_, err := v.RunString(context.Background(), "script.lua", `
		local t = {}
		for i = 1, 30 do t[i] = ("x"):rep(1048576) .. i end
		t[31] = ("x"):rep(8 * 1048576)
		return #t`)
	if failure := failureOf(t, err); failure.Kind != Memory {
		t.Errorf("got %v", failure)
	}
}

func TestStoppedRunsAreQuick(t *testing.T) {
	start := time.Now()
	v := New(Config{Limits: Limits{Memory: 64 << 20, Time: 10 * time.Second}})
	defer v.Close()
	_, err := v.RunString(context.Background(), "script.lua", `local t = {} while true do t[#t + 1] = ("x"):rep(1e6) .. #t end`)
	if failure := failureOf(t, err); failure.Kind != Memory {
		t.Errorf("got %v after %s", failure, time.Since(start))
	}
}

func TestLimitsHaveDefaults(t *testing.T) {
	t.Parallel()
	l := Limits{}.effective()
	if l.Memory != 512<<20 || l.Output != 1<<30 || l.StringSize != 64<<20 || l.Time != unlimited {
		t.Errorf("got %+v", l)
	}
	l = Limits{Memory: -1, Output: -1, StringSize: 5, Time: -1}.effective()
	if l.Memory != unlimited || l.Output != unlimited || l.StringSize != 5 || l.Time != unlimited {
		t.Errorf("got %+v", l)
	}
	for n, want := range map[int64]string{1 << 30: "1 GiB", 64 << 20: "64 MiB", 3 << 10: "3 KiB", 1500: "1500 bytes"} {
		if got := byteSize(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
