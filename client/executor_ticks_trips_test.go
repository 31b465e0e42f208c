package client_test

import (
	"strconv"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A tick takes one round trip, whether its run is made, exists or is in the way of another.
func TestRoundTripsOfATick(t *testing.T) {
	t.Parallel()
	proxy, config := system(t, pgproxy.Options{})
	config.CreateRuns = true
	open(t, config)
	x := executorOn(t, config, worker.Queue{}, nil)
	for i := range 10 {
		before := proxy.Trips()
		made, err := x.MakeTicks(t.Context(), worker.Ticks{Schedule: "a.lua", Name: "a.lua", Version: "v", Queue: "q", UnlessBusy: []string{"q"}, Memory: `{}`,
			New: []worker.Tick{{ID: "t" + strconv.Itoa(i/2), Input: codec.PortableWorkflowArgs{}}}})
		if err != nil || len(made.IDs) != map[int]int{0: 1}[i] {
			t.Fatalf("tick %d: %+v, %v", i, made, err)
		}
		if trips := proxy.Trips() - before; i > 0 && trips != 1 { // the first one prepares the statements
			t.Errorf("tick %d takes %d round trips", i, trips)
		}
	}
}
