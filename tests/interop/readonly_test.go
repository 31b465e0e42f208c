//go:build interop

package interop

import (
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// checkReadOnly reads everything of a database at rest, in both ways of being careful, and looks
// whether anything changed; the application must work afterwards as before.
func checkReadOnly(t *testing.T, s *site) {
	s.chunk(t, `
		dbos.create_schedule{schedule_name = "tour", workflow_name = "tick", schedule = "0 3 1 1 *"}
		dbos.pause_schedule("tour")`)
	s.app.Stop()
	before := snapshot(t, s.database)
	s.run(t, "tour.lua")
	unchanged(t, before, snapshot(t, s.database))

	refused := call(t, s.database, "run", "--read-only", "--output", "ndjson", "runbooks/tour.lua", "--refuse")
	if refused.err != nil {
		t.Errorf("the read-only tour: %v\n%s", refused.err, refused.stderr)
	}
	s.run(t, "tour.lua", "--refuse", "--database", s.database)
	checkInfo(t, s)
	unchanged(t, before, snapshot(t, s.database))

	s.app = launch(t, peer.Options{Version: s.version, DatabaseURL: s.database})
	s.start(t, "afterwards", "add", 20, 22)
	var sum float64
	s.ask(t, peer.Request{Do: "result", WorkflowID: "afterwards"}, &sum)
	if sum != 42 {
		t.Errorf("after the tour the application adds 20 and 22 to %v", sum)
	}
	s.chunk(t, `assert(dbos.enqueue("ordinary", "add", dbos.portable_args{positional = {1, 2}}):get_result{timeout = 20} == 3)`)
}
