//go:build interop

package interop

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// anyMade has an application start, and run workflows of both sides, on databases whose tables we
// made: of the newest schema and, on PostgreSQL, of the one for older applications.
func anyMade(t *testing.T, o *other) {
	versions := []string{"125", "107"}
	if o.sqlite() {
		versions = versions[:1]
	}
	for _, version := range versions {
		made := &other{site: site{version: o.sdk.Version, database: sdkDatabases(o.sdk)[o.backend()](t)}, sdk: o.sdk}
		made.init(t, version)
		before := made.tables(t)
		made.start(t)
		made.site.start(t, "made-theirs", "journey", 3)
		made.ask(t, peer.Request{Do: "result", WorkflowID: "made-theirs"}, nil)
		made.runAny(t, "any_made.lua")
		if after := made.tables(t); version == "125" && after != before {
			t.Errorf("the application has changed our tables from\n%s\nto\n%s", before, after)
		}
		made.app.Stop()
	}
}

func (o *other) backend() string {
	if o.sqlite() {
		return "sqlite"
	}
	return "postgres"
}

// init makes the tables of a schema version.
func (o *other) init(t *testing.T, version string) {
	t.Helper()
	if out := call(t, o.database, "db", "init", "--schema-version", version); out.err != nil {
		t.Fatalf("db init: %v\n%s", out.err, out.stderr)
	}
}

// tables returns the definitions of all tables and the rows of the version table.
func (o *other) tables(t *testing.T) string {
	t.Helper()
	if !o.sqlite() {
		conn := connect(t, o.database)
		defer conn.Close(t.Context())
		return strings.Join(append(query(t, conn, definitions), query(t, conn, `SELECT 'at ' || version FROM dbos.dbos_migrations`)...), "\n")
	}
	handle := o.open(t)
	defer handle.Close()
	return strings.Join(append(column(t, handle, `SELECT COALESCE(sql, name) FROM sqlite_master ORDER BY name`),
		column(t, handle, `SELECT 'at ' || version FROM dbos_migrations`)...), "\n")
}

// snapshot returns the content of the database at rest.
func (o *other) snapshot(t *testing.T) map[string]string {
	t.Helper()
	if !o.sqlite() {
		return snapshot(t, o.database)
	}
	found := map[string]string{}
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(strings.TrimPrefix(o.database, "sqlite:") + suffix)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		found["file"+suffix] = fmt.Sprintf("%x", sha256.Sum256(content))
	}
	return found
}

// A client of the Go SDK 1.8 verifies the tables and migrates nothing: it accepts those that we
// make, and works on them before any application has run.
func TestAGoClientOpensWhatWeMade(t *testing.T) {
	t.Parallel()
	sdk := peer.SDK{Language: peer.Go, Version: "1.8.0"}
	for backend, database := range sdkDatabases(sdk) {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			o := &other{site: site{version: sdk.Version, database: database(t)}, sdk: sdk}
			o.init(t, "125")
			before := o.tables(t)
			o.app = launchOther(t, sdk, peer.Options{DatabaseURL: o.database, ClientOnly: true})
			options := map[string]any{"queueName": "ordinary", "workflowID": "by-client"}
			o.ask(t, peer.Request{Do: "enqueue", Workflow: "same", Args: []any{map[string]any{"n": 1}}, Options: options}, nil)
			o.ask(t, peer.Request{Do: "queue", Key: "ordinary"}, nil)
			o.chunk(t, `
				local wf = dbos.list_workflows{workflow_ids = "by-client", load_input = true}[1]
				assert(wf.status == "ENQUEUED" and wf.input.n == 1 and dbos.get_queue("ordinary"))
				dbos.enqueue("ordinary", "same", {n = 2}, {workflow_id = "by-script"})
				dbos.cancel_workflow("by-client")`)
			seen := map[any]any{}
			for _, one := range o.theirs(t, map[string]any{"workflow_id_prefix": []string{"by-"}}) {
				seen[one["id"]] = one["status"]
			}
			if seen["by-client"] != "CANCELLED" || seen["by-script"] != "ENQUEUED" {
				t.Errorf("the client sees %v", seen)
			}
			if after := o.tables(t); after != before {
				t.Errorf("the client has changed our tables from\n%s\nto\n%s", before, after)
			}
		})
	}
}
