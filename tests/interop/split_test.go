//go:build interop

package interop

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// older is an SDK that reads only the columns that the payloads were moved out of.
const older = "4.26.10"

// checkSplit puts a second, older application on a database of the same schema: both must run
// what we enqueue, and we must read what both wrote.
func checkSplit(t *testing.T, s *site) {
	both := &site{version: s.version, database: pgtest.NewDatabase(t)}
	both.app = launch(t, peer.Options{Version: s.version, DatabaseURL: both.database, ApplicationVersion: "new", Executor: "peer-new"})
	old := &site{version: older, database: both.database}
	old.app = launch(t, peer.Options{Version: older, DatabaseURL: both.database, ApplicationVersion: "old", Executor: "peer-old"})
	both.run(t, "split.lua")
	both.inputsAreInBothPlaces(t)
	if got, want := fmt.Sprint(both.describe(t).Versions), "[{new true} {old false}]"; got != want {
		t.Errorf("db info lists the versions %s, want %s", got, want)
	}
	old.start(t, "split-theirs", "kinds")
	old.awaitStatus(t, "split-theirs", "SUCCESS")
	both.chunk(t, `assert(dbos.retrieve_workflow("split-theirs"):get_result().map.a == 1)`)
	if got := both.theirResult(t, "split-old"); !reflect.DeepEqual(got, []any{"old", []any{1.0, 2.0}}) {
		t.Errorf("the newer application reads the older one's result as %v", got)
	}
}

// inputsAreInBothPlaces looks at every row that we wrote, which are all so far.
func (s *site) inputsAreInBothPlaces(t *testing.T) {
	t.Helper()
	conn := connect(t, s.database)
	defer conn.Close(t.Context())
	unequal := query(t, conn, `SELECT s.workflow_uuid FROM dbos.workflow_status s LEFT JOIN dbos.workflow_input i USING (workflow_uuid)
		WHERE s.inputs IS NULL OR i.inputs IS DISTINCT FROM s.inputs`)
	if len(unequal) > 0 {
		t.Errorf("not the same input in both places: %v", unequal)
	}
}
