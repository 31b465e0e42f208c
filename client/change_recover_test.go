package client_test

import (
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// The answer is lost after the recovery took effect: the second attempt finds nothing to do, and
// the report still has the outcomes of the first.
func TestARecoveryIsReportedThoughItsAnswerWasLost(t *testing.T) {
	t.Parallel()
	tr := &trouble{action: pgproxy.LoseAnswer}
	_, config := system(t, pgproxy.Options{Intercept: tr.intercept})
	rows, err := simulator.OpenDatabase(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rows.Close)
	c := open(t, config)
	with("lost1", "lost2")(t, c)
	_, err = rows.Exec(t.Context(), "UPDATE {workflow_status} SET status = 'PENDING', executor_id = 'dead', owner_xid = 'token', started_at_epoch_ms = 5", nil)
	if err != nil {
		t.Fatal(err)
	}
	tr.left.Store(1)
	r, err := c.RecoverAll([]string{"lost1", "lost2"})
	if err != nil || tr.left.Load() >= 0 && tr.left.Load() != 0 {
		t.Fatalf("%v, and %d requests are left to lose", err, tr.left.Load())
	}
	if r.Count(client.OutcomeChanged) != 2 || r.Fenced != 2 || r.MayRunTwice != nil {
		t.Errorf("the report is %+v of %+v", r, r.Report)
	}
	found, err := rows.Records(t.Context(), "workflow_status", "status = 'ENQUEUED' AND owner_xid IS NULL AND started_at_epoch_ms IS NULL", nil)
	if err != nil || len(found) != 2 {
		t.Errorf("%d are ENQUEUED, %v", len(found), err)
	}
}
