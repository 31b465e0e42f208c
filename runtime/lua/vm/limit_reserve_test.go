package vm

import (
	"context"
	"runtime"
	"testing"
	"time"
)

// These tests are not parallel: the memory that they measure is the process's.

// A text that does not fit is not made: the run ends before.
func TestLargeTextsAreRefusedBeforeTheyAreMade(t *testing.T) {
	for name, script := range map[string]string{
		"repeated":     `return ("x"):rep(6e7)`,
		"separated":    `return ("x"):rep(2e7, "yy")`,
		"concatenated": `local a = ("x"):rep(1.5e7) return a .. a .. a`,
		"joined":       `local a = ("x"):rep(1.5e7) return table.concat{a, a, a}`,
		"formatted":    `local a = ("x"):rep(1.5e7) return ("%s%s%s"):format(a, a, a)`,
		"replaced":     `return (("x"):rep(1.5e7):gsub("x+", "%0%0%0"))`,
		"mapped":       `return ("x"):rep(2.5e7):upper():lower()`,
		"reversed":     `return ("x"):rep(2.5e7):reverse()`,
		"caught":       `while true do pcall(string.rep, "x", 6e7) end`,
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			v := New(Config{Limits: Limits{Memory: 32 << 20, Time: time.Minute}})
			defer v.Close()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := v.RunString(context.Background(), "script.lua", script)
			runtime.ReadMemStats(&after)
			if failure := failureOf(t, err); failure.Kind != Memory {
				t.Errorf("got %v", failure)
			}
			if made := (after.TotalAlloc - before.TotalAlloc) >> 20; made > 60 {
				t.Errorf("%d MiB were allocated under a limit of 32", made)
			}
		})
	}
}

func TestReserveIsOfTheRunUnderWay(t *testing.T) {
	v := New(Config{Limits: Limits{Memory: 32 << 20}})
	defer v.Close()
	if err := v.Reserve(1 << 40); err != nil {
		t.Errorf("between runs: %v", err)
	}
	ctx, leave := v.begin(context.Background(), "")
	defer leave()
	if err := v.Reserve(8 << 20); err != nil || ctx.Err() != nil {
		t.Errorf("8 MiB of 32: %v, %v", err, ctx.Err())
	}
	if err := v.Reserve(40 << 20); err == nil || ctx.Err() == nil {
		t.Errorf("40 MiB of 32: %v, %v", err, ctx.Err())
	}
}
