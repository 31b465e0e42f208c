package luaonly

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/dbos-script/dbos-script/bench/task"
)

// The whole of a task's script, per item: go test ./bench/luaonly -run - -bench . -cpuprofile
// cpu.out
func BenchmarkScripts(b *testing.B) {
	for _, t := range []task.Task{
		{Scenario: "walk", Count: 10_000, Payloads: true},
		{Scenario: "walk", Count: 10_000, Payloads: true, Decode: true},
		{Scenario: "list", Count: 10_000, Payloads: true},
		{Scenario: "enqueue_many", Count: 10_000},
		{Scenario: "resume", Count: 10_000},
		{Scenario: "fork", Count: 10_000},
		{Scenario: "send_many", Count: 10_000},
	} {
		b.Run(fmt.Sprintf("%s decode=%v", t.Scenario, t.Decode), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Script(b.Context(), filepath.Join("..", "lua", t.Scenario+".lua"), t, 1); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*t.Count), "ns/item")
		})
	}
}

// Units are for a report, so that each has a name and costs something is all there is to hold.
func TestAPieceIsMeasuredWithoutItsLoop(t *testing.T) {
	t.Parallel()
	r, err := newRun(t.Context(), newFakeClient(nil), "=bench", nil, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, p := range pieces() {
		call, err := workFunction(r, p.setup+"\nfunction work(n) for i = 1, n do "+p.body+" end end")
		if err == nil {
			err = call(3)
		}
		if err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
	}
}
