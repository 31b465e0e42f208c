package clienttest_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
)

const ticksQueue = "ticks"

func ticksOf(schedule string, ids ...string) worker.Ticks {
	t := worker.Ticks{Schedule: schedule, Name: "tick", Version: "v1", Queue: ticksQueue}
	for _, id := range ids {
		t.New = append(t.New, worker.Tick{ID: id, Input: codec.PortableWorkflowArgs{NamedArgs: map[string]any{"id": id}}})
	}
	return t
}

func makeTicks(t *testing.T, x *worker.Executor, ticks worker.Ticks) worker.MadeTicks {
	t.Helper()
	made, err := x.MakeTicks(t.Context(), ticks)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(made.IDs)
	return made
}

func expectMade(t *testing.T, made worker.MadeTicks, ids ...string) {
	t.Helper()
	if !slices.Equal(made.IDs, ids) {
		t.Errorf("made %v, want %v", made.IDs, ids)
	}
}

// Executors that make the same ticks at the same time make each once, and the last memory is kept.
func TestTicksAreMadeOnce(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		ran := make(chan string, 10)
		run := func(r *worker.Run) (any, error) {
			ran <- r.Args().NamedArgs["id"].(string)
			return nil, nil
		}
		var mutex sync.Mutex
		var made []string
		var all sync.WaitGroup
		executors := []*worker.Executor{}
		for range 3 {
			executors = append(executors, executor(t, b, map[string]worker.Workflow{"tick": run}))
		}
		for _, x := range executors {
			all.Go(func() {
				ticks := ticksOf("a.lua", "t1", "t2", "t3")
				ticks.Memory = `{"last": 3}`
				done, err := x.MakeTicks(t.Context(), ticks)
				if err != nil {
					t.Error(err)
				}
				mutex.Lock()
				defer mutex.Unlock()
				made = append(made, done.IDs...)
			})
		}
		all.Wait()
		if slices.Sort(made); !slices.Equal(made, []string{"t1", "t2", "t3"}) {
			t.Errorf("made %v", made)
		}
		expectMade(t, makeTicks(t, executors[0], ticksOf("a.lua", "t3", "t4")), "t4")
		for _, x := range executors {
			if memory, err := x.TickMemory(t.Context(), "a.lua"); memory != `{"last": 3}` || err != nil {
				t.Errorf("the memory is %s, %v", memory, err)
			}
		}
		if memory, err := executors[0].TickMemory(t.Context(), "b.lua"); memory != "" || err != nil {
			t.Errorf("a schedule that nobody has made has the memory %s, %v", memory, err)
		}
		assertColumns(t, b.Workflow("t1"), clienttest.Record{"status": "ENQUEUED", "schedule_name": "a.lua", "queue_name": ticksQueue, "serialization": "portable_json",
			"application_name": ours, "application_version": "v1", "priority": "0", "recovery_attempts": "0"})
	})
}

// While a tick of the schedule is unfinished, no other one is made that shall not overlap with it;
// the one itself is not in its own way.
func TestTicksThatShallNotOverlap(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		x := executor(t, b, nil)
		unless := func(schedule string, ids ...string) worker.Ticks {
			ticks := ticksOf(schedule, ids...)
			ticks.UnlessBusy, ticks.Memory = []string{"other", ticksQueue}, fmt.Sprintf("%q", ids)
			return ticks
		}
		expectMade(t, makeTicks(t, x, unless("a.lua", "a1")), "a1")
		b.Clock.Advance(time.Minute)
		busy := makeTicks(t, x, unless("a.lua", "a2"))
		expectMade(t, busy)
		if want := b.Clock.Now().Add(-time.Minute); !busy.BusySince.Equal(want) {
			t.Errorf("busy since %v, want %v", busy.BusySince, want)
		}
		if other := makeTicks(t, executor(t, b, nil), unless("a.lua", "a2")); !other.BusySince.IsZero() || len(other.IDs) > 0 {
			t.Errorf("another executor that decides the same is told too: %+v", other)
		}
		if again := makeTicks(t, x, unless("a.lua", "a1")); !again.BusySince.IsZero() || len(again.IDs) > 0 {
			t.Errorf("the same tick again: %+v", again)
		}
		expectMade(t, makeTicks(t, x, unless("b.lua", "b1")), "b1")
		expectMade(t, makeTicks(t, x, ticksOf("a.lua", "a3")), "a3")
		c := b.NewClient()
		for _, id := range []string{"a1", "a3"} {
			if err := c.CancelWorkflow(id); err != nil {
				t.Fatal(err)
			}
		}
		later := unless("a.lua", "a4")
		later.DelayUntil = b.Clock.Now().Add(time.Minute)
		expectMade(t, makeTicks(t, x, later), "a4")
		expectMade(t, makeTicks(t, x, unless("a.lua", "a5")))
		assertColumns(t, b.Workflow("a4"), clienttest.Record{"status": "DELAYED", "delay_until_epoch_ms": strconv.FormatInt(later.DelayUntil.UnixMilli(), 10)})
	})
}

// Two executors that decide about different ticks at the same moment make one of them.
func TestExecutorsDoNotOverlapTicks(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		executors := []*worker.Executor{executor(t, b, nil), executor(t, b, nil), executor(t, b, nil)}
		c := b.NewClient()
		for round := range 20 {
			var mutex sync.Mutex
			var made []string
			var all sync.WaitGroup
			for i, x := range executors {
				all.Go(func() {
					ticks := ticksOf("a.lua", strings.Repeat("t", round+1)+string(rune('0'+i)))
					ticks.UnlessBusy, ticks.Memory = []string{ticksQueue}, `{}`
					done, err := x.MakeTicks(t.Context(), ticks)
					if err != nil {
						t.Error(err)
					}
					mutex.Lock()
					defer mutex.Unlock()
					made = append(made, done.IDs...)
				})
			}
			all.Wait()
			if len(made) != 1 {
				t.Fatalf("%v were made at once", made)
			}
			if err := c.CancelWorkflow(made[0]); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestTheLaterTickOfAQueue(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		x := executor(t, b, nil)
		makeTicks(t, x, ticksOf("a.lua", "a-2026-03-02T01:00:00Z", "a-2026-03-02T03:00:00Z", "a-2026-03-02T02:00:00Z"))
		makeTicks(t, x, ticksOf("b.lua", "b-2026-03-02T04:00:00Z"))
		for id, want := range map[string]string{"a-2026-03-02T01:00:00Z": "a-2026-03-02T03:00:00Z", "a-2026-03-02T03:00:00Z": ""} {
			if later, err := x.LaterTick(t.Context(), "a.lua", ticksQueue, id); later != want || err != nil {
				t.Errorf("after %s: %q, %v; want %q", id, later, err, want)
			}
		}
	})
}

func TestTicksWithAMistake(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		x := executor(t, b, nil)
		ticks := ticksOf("a.lua", "t1")
		ticks.Memory = "{"
		if _, err := x.MakeTicks(t.Context(), ticks); err == nil || err.Error() != `the memory of the schedule "a.lua" is no JSON: {` {
			t.Errorf("%v", err)
		}
	})
}

// A workflow that has not begun gets a version that an executor has. One that has begun is
// returned.
func TestTicksOfAnUnknownVersion(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		x := executor(t, b, nil)
		nothing := func(*worker.Run) (any, error) { return nil, nil }
		x.Register("tick", nothing, worker.ExecutorOptions{Version: "v2"})
		makeTicks(t, x, ticksOf("a.lua", "fresh", "begun"))
		makeTicks(t, x, ticksOf("b.lua", "other"))
		b.Exec("UPDATE {workflow_status} SET recovery_attempts = 1 WHERE workflow_uuid = 'begun'", nil)
		stranded, err := x.AdoptTicks(t.Context(), "a.lua", "tick", "v2", ticksQueue)
		if err != nil || !slices.Equal(stranded, []string{"begun"}) {
			t.Errorf("stranded %v, %v", stranded, err)
		}
		for id, version := range map[string]string{"fresh": "v2", "begun": "v1", "other": "v1"} {
			assertColumns(t, b.Workflow(id), clienttest.Record{"application_version": version})
		}
		x.Register("tick", nothing, worker.ExecutorOptions{})
		if stranded, err := x.AdoptTicks(t.Context(), "a.lua", "tick", "v2", ticksQueue); err != nil || len(stranded) > 0 {
			t.Errorf("an executor of all versions: %v, %v", stranded, err)
		}
	})
}
