package client_test

import (
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
)

// A read-only client refuses every change before a single byte travels.
func TestReadOnlyRefusesBeforeTheNetwork(t *testing.T) {
	t.Parallel()
	proxy, config := system(t, pgproxy.Options{})
	enqueued(t, open(t, config), "w", 1)
	mustDo(t, open(t, config).CreateSchedule(client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "wf", Schedule: "@hourly", SDK: client.SDKGo}))
	config.ReadOnly = true
	c := open(t, config)
	for _, o := range operations.Changing() {
		proxy.Reset()
		fails(t, o.Do(c), client.ReadOnly, "read-only")
		if trips, connections := proxy.Trips(), proxy.Connections(); trips != 0 || connections != 0 {
			t.Errorf("%s is refused after %d round trips and %d connections", o.Method, trips, connections)
		}
	}
}
