package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A script is edited while a hundred runs of it are under way in two servers, one of which ends:
// each run finishes with the text with which it began, and ticks from then on use the new one.
func TestRunsUnderWayKeepTheirTextWhenAScriptIsEdited(t *testing.T) {
	t.Parallel()
	const runs, later = 100, 5
	eachDatabase(t, func(t *testing.T, database string) {
		c := makeRuns(t, database)
		text := func(word, wait string) string {
			return "schedule.declare{cron = '* * * * * *', overlap = 'allow'}\n" + wait +
				"dbos.enqueue('effects', 'x.lua', '" + word + " ' .. tostring(schedule.tick()), {sdk = 'go', application_name = 'shop'})\n"
		}
		s := newServed(t, map[string]string{"x.lua": text("old", "gate.wait(tostring(schedule.tick()))\n")}).on(database)
		s.app.pollInterval = 5 * time.Millisecond
		var begun ticksBegun
		open := make(chan struct{})
		gate := declare.Module{Name: "gate", Doc: "Holds runs.", Funcs: []declare.Func{declare.Do("wait", "Waits.", func(ctx context.Context, a gateArgs) error {
			begun.add(a.Tick)
			select {
			case <-open:
			case <-ctx.Done():
			}
			return ctx.Err()
		}).Reads()}}
		staying, ending := s.replicaWith(serveOptions{parallel: 2 * runs}, gate), s.replicaWith(serveOptions{parallel: 2 * runs}, gate)
		for i, r := range []*replica{ending, staying} {
			staying.server.Step(t.Context())
			ending.server.Step(t.Context())
			go func() { _ = r.shared.server.Work(context.WithoutCancel(t.Context())) }()
			for range runs / 2 {
				s.clock.move(time.Second)
				ending.server.Step(t.Context())
			}
			s.until("its runs have begun", func() bool { return begun.count() == (i+1)*runs/2 })
		}
		s.write("x.lua", text("new", ""))
		for range later {
			staying.server.Step(t.Context())
			s.clock.move(time.Second)
		}
		staying.server.Step(t.Context())
		made := func() (count map[string]int) {
			count = map[string]int{}
			effects, _ := runsOf(t, c, "x.lua")
			for tick, times := range effects {
				word, _, _ := strings.Cut(tick, " ")
				count[word]++
				if times != 1 {
					t.Errorf("%s has %d effects", tick, times)
				}
			}
			return count
		}
		s.until("the ticks after the edit have run", func() bool { return made()["new"] == later })
		if old := made()["old"]; old != 0 {
			t.Fatalf("%d of the runs have not waited", old)
		}
		ending.shared.end(time.Millisecond)
		close(open)
		s.until("the runs of before have ended", func() bool { return made()["old"] == runs })
		if got, want := fmt.Sprint(made()), fmt.Sprint(map[string]int{"old": runs, "new": later}); got != want {
			t.Errorf("the texts have run %s times, want %s", got, want)
		}
	})
}

type gateArgs struct {
	Tick string `arg:"tick" doc:"The tick of the run."`
}

// ticksBegun are the ticks whose runs have begun. A run begins a second time in another server if a
// busy machine lets the lease of the first one expire.
type ticksBegun struct{ ticks sync.Map }

func (b *ticksBegun) add(tick string) { b.ticks.Store(tick, true) }

func (b *ticksBegun) count() (n int) {
	b.ticks.Range(func(any, any) bool {
		n++
		return true
	})
	return n
}
