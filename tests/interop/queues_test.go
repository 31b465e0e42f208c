//go:build interop

package interop

import (
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// A running application takes from the queues that a script registers, under the limits that it
// sets meanwhile. Renamed, it finds all its rows under its new name.
func TestAnApplicationFollowsOurQueuesAndItsNewName(t *testing.T) {
	t.Parallel()
	sdk := peer.SDK{Language: peer.Go, Version: "1.8.0"}
	for backend, database := range sdkDatabases(sdk) {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			o := &other{site: site{version: sdk.String(), database: database(t)}, sdk: sdk}
			o.startAs(t, "oldname")
			o.site.start(t, "shown", "same", "shown")
			o.ask(t, peer.Request{Do: "result", WorkflowID: "shown"}, nil)
			o.run(t, "queue_limits.lua", "--app", "oldname")
			o.app.Stop()
			o.chunk(t, `
				dbos.enqueue("ordinary", "same", "moved", {workflow_id = "moved"})
				local moved = dbos.rename_application{old_name = "oldname", new_name = "newname", batch_size = 3}
				assert(moved.queues == 3 and moved.versions == 1 and moved.workflows == 10 and moved.steps >= 7, json.encode(moved))
				assert(dbos.list_workflows{workflow_ids = "moved"}[1].application_name == "newname")`)
			o.startAs(t, "newname")
			var moved string
			o.ask(t, peer.Request{Do: "result", WorkflowID: "moved"}, &moved)
			if moved != "moved" {
				t.Errorf("the workflow that was moved returned %q", moved)
			}
		})
	}
}

func (o *other) startAs(t *testing.T, name string) {
	t.Helper()
	o.app = launchOther(t, o.sdk, peer.Options{DatabaseURL: o.database, Name: name})
}
