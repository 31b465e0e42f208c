package client_test

import (
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
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
