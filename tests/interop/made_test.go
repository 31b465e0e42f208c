//go:build interop

package interop

import (
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// checkMade has an application start, and run workflows of both sides, on a database whose tables
// we made.
func checkMade(t *testing.T, s *site) {
	made := &site{version: s.version, database: pgtest.NewDatabase(t)}
	if out := call(t, made.database, "db", "init"); out.err != nil {
		t.Fatalf("db init: %v\n%s", out.err, out.stderr)
	}
	made.app = launch(t, peer.Options{Version: s.version, DatabaseURL: made.database})
	made.start(t, "made-theirs", "journey", 3)
	made.chunk(t, `
		local soon = {timeout = 20, polling_interval = 0.05}
		assert(dbos.enqueue("ordinary", "add", dbos.portable_args{positional = {1, 2}}):get_result(soon) == 3)
		local told = dbos.enqueue("ordinary", "receive", dbos.portable_args{positional = {"mail", 1}})
		dbos.send(told.workflow_id, {n = 1}, "mail")
		assert(told:get_result(soon)[1].n == 1)
		assert(#dbos.retrieve_workflow("made-theirs"):get_result(soon) == 3)
		assert(#dbos.get_workflow_steps("made-theirs") == 3)`)
}
