//go:build interop

package interop

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// tenant is one of the applications on a shared database.
type tenant struct {
	site
	sdk   peer.SDK
	name  string
	queue string
}

// Applications of several SDKs work side by side on one database: each takes only what is its own,
// is told what its own SDK can read, and no workflow of any of them is left behind.
func TestApplicationsOnOneDatabase(t *testing.T) {
	t.Parallel()
	database := pgtest.NewDatabase(t)
	tenants := []*tenant{
		{sdk: peer.SDK{Language: peer.Go, Version: "1.8.0"}, name: "goapp", queue: "go-queue"},
		{sdk: peer.SDK{Language: peer.Python, Version: "3.4.0"}, name: "pyapp", queue: "python-queue"},
		{sdk: peer.SDK{Language: peer.TypeScript, Version: "5.3.0"}, name: "tsapp", queue: "ordinary"},
	}
	for _, tenant := range tenants {
		tenant.database = database
		tenant.start(t)
	}
	for _, tenant := range tenants {
		tenant.showsItself(t)
	}
	checkOwners(t, tenants)
	for _, tenant := range tenants {
		t.Run(tenant.name, func(t *testing.T) {
			tenant.takesOurWorkflows(t)
			tenant.controls(t)
			tenant.takesWhatIsItsOwn(t)
			tenant.runsOurSchedules(t)
		})
	}
	checkNothingStrands(t, tenants)
	checkNothingIsPinned(t, database)
}

// checkNothingIsPinned wants no application here to be taken for one that knows no owners.
func checkNothingIsPinned(t *testing.T, database string) {
	t.Helper()
	out := call(t, database, "-e", `dbos.enqueue("go-queue", "same", 1, {application_name = "goapp", delay = "1h"})
		print(dbos.list_workflows{status = "DELAYED"}[1].application_version)`)
	if out.err != nil || strings.TrimSpace(out.stdout) != "nil" || strings.Contains(out.stderr, "knows no owners") {
		t.Errorf("a workflow is pinned to %s, with %q: %v", out.stdout, out.stderr, out.err)
	}
}

func (a *tenant) start(t *testing.T) {
	t.Helper()
	a.app = launchOther(t, a.sdk, peer.Options{DatabaseURL: a.database, Name: a.name, ApplicationVersion: a.name + "-v1", Executor: a.name + "-1", Queue: a.queue})
}

func (a *tenant) showsItself(t *testing.T) {
	t.Helper()
	a.site.start(t, a.name+"-shown", "same", "shown")
	a.result(t, a.name+"-shown", nil)
}

// result waits for a workflow in its application, and decodes its result.
func (a *tenant) result(t *testing.T, id string, value any) {
	t.Helper()
	a.ask(t, peer.Request{Do: "result", WorkflowID: id}, value)
}

// checkOwners wants "db info" to name every application with its SDK.
func checkOwners(t *testing.T, tenants []*tenant) {
	t.Helper()
	o := &other{site: tenants[0].site}
	found := map[string]peer.Language{}
	for _, owner := range o.describe(t).Owners {
		found[owner.Application] = owner.SDK
	}
	for _, tenant := range tenants {
		if found[tenant.name] != tenant.sdk.Language {
			t.Errorf("db info says that %s is of the SDK %q, not %q: %v", tenant.name, found[tenant.name], tenant.sdk.Language, found)
		}
	}
}

// takesOurWorkflows enqueues inputs that say nothing of an SDK on the application's queue, as an
// operator does.
func (a *tenant) takesOurWorkflows(t *testing.T) {
	t.Helper()
	a.runShared(t, "neighbours.lua")
	var got any
	a.result(t, a.name+"-ours", &got)
	if want := map[string]any{"n": 1.0, "list": []any{1.0, "two"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%s ran our workflow with %v, not %v", a.name, got, want)
	}
}

// controls lets each side cancel, resume and fork what the other has started.
func (a *tenant) controls(t *testing.T) {
	t.Helper()
	a.runShared(t, "neighbour_control.lua")
}

// takesWhatIsItsOwn starts workflows that every application here has, on the queue that all of them
// poll.
func (a *tenant) takesWhatIsItsOwn(t *testing.T) {
	t.Helper()
	a.run(t, "neighbour_owners.lua", "--application", a.name, "--app", a.name, "--queue", a.queue, "--language", string(a.sdk.Language))
}

func (a *tenant) runShared(t *testing.T, runbook string) {
	t.Helper()
	a.run(t, runbook, "--app", a.name, "--queue", a.queue, "--language", string(a.sdk.Language))
}

// checkNothingStrands wants every workflow to have ended in the application that it is for.
func checkNothingStrands(t *testing.T, tenants []*tenant) {
	t.Helper()
	conn := connect(t, tenants[0].database)
	defer conn.Close(t.Context())
	stranded := func() []string {
		return query(t, conn, `SELECT format('%s is %s in %s', workflow_uuid, status, application_name) FROM dbos.workflow_status
			WHERE status NOT IN ('SUCCESS', 'CANCELLED') ORDER BY 1`)
	}
	peer.Until(t, askTime, "all workflows have ended", func() bool { return len(stranded()) == 0 })
	elsewhere := query(t, conn, `SELECT format('%s ran in %s', workflow_uuid, executor_id) FROM dbos.workflow_status
		WHERE position(split_part(executor_id, '-', 1) in workflow_uuid) = 0 AND status = 'SUCCESS' AND parent_workflow_id IS NULL`)
	if len(elsewhere) > 0 {
		t.Errorf("these ran in another application than theirs: %s", strings.Join(slices.Sorted(slices.Values(elsewhere)), "; "))
	}
}

// runsOurSchedules makes a schedule besides one of the application's own; both must run there, and
// nowhere else.
func (a *tenant) runsOurSchedules(t *testing.T) {
	t.Helper()
	a.ask(t, peer.Request{Do: "schedule", Key: a.name + "-own", Args: []any{"* * * * * *", map[string]any{"shop": a.name}}}, nil)
	a.runShared(t, "neighbour_schedules.lua")
}
