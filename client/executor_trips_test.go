package client_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A run of two steps takes at most six round trips besides those of an idle executor: the claim,
// the read of its row and steps, each step, and the outcome.
func TestRoundTripsOfARunOfTwoSteps(t *testing.T) {
	t.Parallel()
	proxy, config := system(t, pgproxy.Options{})
	config.CreateRuns = true
	c := open(t, config)
	x, err := worker.NewExecutor(t.Context(), worker.ExecutorConfig{ClientConfig: config, Queues: []worker.Queue{{Name: "q"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	x.Register("w", func(r *worker.Run) (any, error) {
		for _, name := range []string{"one", "two"} {
			if _, err := r.Step(name, func() (any, error) { return name, nil }); err != nil {
				return nil, err
			}
		}
		return "done", nil
	}, worker.ExecutorOptions{})
	if err := x.Launch(t.Context()); err != nil {
		t.Fatal(err)
	}
	trips := func() int {
		before := proxy.Trips()
		if _, err := x.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		return proxy.Trips() - before
	}
	run := func() int {
		handle, err := c.Enqueue("q", "w", nil, client.WithEnqueueApplicationName("dbos-script"))
		if err != nil {
			t.Fatal(err)
		}
		took := trips()
		if _, err := handle.GetResult(); err != nil {
			t.Fatal(err)
		}
		return took
	}
	trips()
	run() // prepares the statements
	idle := trips()
	if idle != 1 {
		t.Errorf("an idle round takes %d round trips, want 1", idle)
	}
	// Work ends with an idle round, and the round of the claim begins with the same look.
	if took := run() - 2*idle; took > 6 {
		t.Errorf("a run of two steps takes %d round trips", took)
	} else {
		t.Logf("a run of two steps takes %d round trips, and two looks", took)
	}
}

// An idle executor sends one request a second, also when it renews its lease.
func TestRoundTripsOfAnIdleExecutor(t *testing.T) {
	t.Parallel()
	proxy, config := system(t, pgproxy.Options{})
	clock := simulator.NewClock(time.UnixMilli(1_700_000_000_000))
	config.CreateRuns, config.Clock = true, clock.Now
	open(t, config)
	x := executorOn(t, config, worker.Queue{}, parks)
	const seconds = 60
	for warm := range 2 { // the first time prepares the statements
		proxy.Reset()
		for range seconds {
			clock.Advance(time.Second)
			if progress, err := x.Work(t.Context()); progress || err != nil {
				t.Fatalf("an idle round: %v, %v", progress, err)
			}
		}
		if trips := proxy.Trips(); warm == 1 && trips != seconds {
			t.Errorf("an idle executor takes %d round trips in %d seconds", trips, seconds)
		}
	}
	rows, err := simulator.OpenDatabase(t.Context(), config)
	mustDo(t, err)
	t.Cleanup(rows.Close)
	leases, err := rows.Records(t.Context(), "dbos_script_executors", "", nil)
	if err != nil || len(leases) != 1 || leases[0]["beat"] != strconv.Itoa(1+2*seconds/3) {
		t.Errorf("the lease is %v, want a renewal every three seconds: %v", leases, err)
	}
}
