//go:build interop

package interop

import (
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// The first reason of workflows of real applications is the true one: while the application runs,
// an hour after it was killed, and after it has come back with another version.
func TestWhyNamesTheFirstReason(t *testing.T) {
	t.Parallel()
	for _, sdk := range killed {
		t.Run(sdk.String(), func(t *testing.T) {
			t.Parallel()
			o := &other{site: site{version: sdk.Version, database: pgtest.NewDatabase(t)}, sdk: sdk}
			o.start(t)
			o.site.start(t, "shown", "same", "shown")
			o.ask(t, peer.Request{Do: "schedule", Key: "paused", Args: []any{"0 0 3 * * *", map[string]any{}}}, nil)
			o.ask(t, peer.Request{Do: "pause", Key: "paused"}, nil)
			reasons := o.runAny(t, "any_why.lua")
			o.app.Stop()
			o.chunk(t, `
				dbos.enqueue("ordinary", "same", 1, {workflow_id = "why-waits"})
				dbos.enqueue("ordinary", "same", 1, {workflow_id = "why-version-old", application_version = "v1"})
				dbos.hold("why-version-old")`)
			o.age(t)
			reasons = append(reasons, o.runAny(t, "any_why_dead.lua")...)
			o.exhaust(t, "why-letter")
			o.app = launchOther(t, sdk, peer.Options{DatabaseURL: o.database})
			o.awaitTheirs(t, "why-letter", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
			o.app.Stop()
			o.age(t)
			o.app = launchOther(t, sdk, peer.Options{DatabaseURL: o.database, ApplicationVersion: "v2"})
			o.chunk(t, `dbos.release("why-version-old")`)
			reasons = append(reasons, o.runAny(t, "any_why_back.lua")...)
			for _, reason := range reasons {
				t.Log(reason["cause"], reason["text"])
			}
		})
	}
}

// age makes everything in the database an hour older, but for workflows that an operator holds.
func (o *other) age(t *testing.T) {
	t.Helper()
	conn := connect(t, o.database)
	defer conn.Close(t.Context())
	for table, columns := range map[string]string{
		"workflow_status":   "created_at updated_at started_at_epoch_ms completed_at workflow_deadline_epoch_ms",
		"operation_outputs": "started_at_epoch_ms completed_at_epoch_ms",
	} {
		var set []string
		for _, column := range strings.Fields(columns) {
			set = append(set, column+" = "+column+" - 3600000")
		}
		if _, err := conn.Exec(t.Context(), "UPDATE dbos."+table+" SET "+strings.Join(set, ", ")); err != nil {
			t.Fatal(err)
		}
	}
	// The record of a sleep is the time of its end, in which the wait of an hour ago would be over.
	if _, err := conn.Exec(t.Context(), `DELETE FROM dbos.operation_outputs WHERE function_name = 'DBOS.sleep'`); err != nil {
		t.Fatal(err)
	}
}

// exhaust leaves a workflow no further attempt: the SDKs allow a hundred.
func (o *other) exhaust(t *testing.T, id string) {
	t.Helper()
	conn := connect(t, o.database)
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `UPDATE dbos.workflow_status SET recovery_attempts = 101 WHERE workflow_uuid = $1`, id); err != nil {
		t.Fatal(err)
	}
}
