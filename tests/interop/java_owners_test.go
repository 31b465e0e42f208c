//go:build interop

package interop

import (
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// An application of Java takes workflows of other applications from a queue that it works on, unless
// they are pinned to a version, because its SDK knows no owners.
func TestApplicationsOfJavaKnowNoOwners(t *testing.T) {
	t.Parallel()
	sdk := peer.SDK{Language: peer.Java, Version: "1.1.0-m6"}
	o := &other{site: site{version: sdk.Version, database: pgtest.NewDatabase(t)}, sdk: sdk}
	o.init(t, "125")
	o.start(t)
	o.chunk(t, `
		local function enqueue(id, version)
			return dbos.enqueue("ordinary", "same", dbos.portable_args{positional = {id}},
				{workflow_id = id, application_name = "another", application_version = version, class_name = `+luaText(o.class())+`})
		end
		enqueue("pinned", "another-v1")
		assert(enqueue("unpinned"):get_result{timeout = 20} == "unpinned")
		local rows = dbos.list_workflows{workflow_ids = {"pinned", "unpinned"}}
		assert(rows[1].id == "pinned" and rows[1].status == "ENQUEUED", rows[1].status)
		assert(rows[2].application_name == "another" and rows[2].executor_id == "javaapp-1", tostring(rows[2].executor_id))`)
}
