//go:build interop

package interop

import (
	"fmt"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// finds expects a filter to find these workflows, in this order, for us and for the application's
// client, with the same fields.
func (o *other) finds(t *testing.T, filter map[string]any, ids ...string) {
	t.Helper()
	found := func(list []map[string]any) (all []string) {
		for _, one := range list {
			all = append(all, one["id"].(string))
		}
		return all
	}
	ours := o.ourList(t, filter)
	if found := found(ours); !slices.Equal(found, ids) {
		t.Errorf("%v finds %v, not %v", filter, found, ids)
	}
	if o.sqlite() && filter["attributes"] != nil {
		return // the SDKs refuse it on SQLite
	}
	theirs := o.theirs(t, filter)
	if found := found(theirs); !slices.Equal(found, ids) {
		t.Errorf("%v finds %v for the application's client, not %v", filter, found, ids)
	}
	o.compareLists(t, fmt.Sprint(filter), ours, theirs)
}

// startWith has the application start a workflow with options.
func (o *other) startWith(t *testing.T, id string, options map[string]any) {
	t.Helper()
	options["workflowID"] = id
	o.ask(t, peer.Request{Do: "start", Workflow: "same", Args: []any{1}, Options: options}, nil)
	o.ask(t, peer.Request{Do: "result", WorkflowID: id}, nil)
}

func anyAttributes(t *testing.T, o *other) {
	attributes := map[string]any{"customer": "acme", "n": 1}
	o.startWith(t, "has-attributes", map[string]any{"attributes": attributes, "workflowAttributes": attributes})
	o.finds(t, map[string]any{"attributes": map[string]any{"customer": "acme"}}, "has-attributes")
	o.finds(t, map[string]any{"attributes": map[string]any{"customer": "nobody"}})
}

// anyScheduleName looks for the runs of a schedule that the application made, one triggered by the
// application and one by us.
func anyScheduleName(t *testing.T, o *other) {
	o.ask(t, peer.Request{Do: "schedule", Key: "yearly", Args: []any{"0 0 0 1 1 *", map[string]any{"z": 1}}}, nil)
	var run struct{ WorkflowID string }
	o.ask(t, peer.Request{Do: "trigger", Key: "yearly"}, &run)
	o.ask(t, peer.Request{Do: "result", WorkflowID: run.WorkflowID}, nil) // its row changes until then
	o.finds(t, map[string]any{"schedule_name": []string{"yearly"}}, run.WorkflowID)
	out := call(t, o.database, "--output", "ndjson", "-e", `
		local run = dbos.trigger_schedule("yearly")
		run:get_result{timeout = 20}
		emit{id = run.workflow_id}`)
	if out.err != nil {
		t.Fatalf("trigger: %v\n%s", out.err, out.stderr)
	}
	o.finds(t, map[string]any{"schedule_name": []string{"yearly"}}, run.WorkflowID, out.emitted(t).only(t)["id"].(string))
	o.finds(t, map[string]any{"schedule_name": []string{"monthly"}})
	o.chunk(t, `assert(dbos.get_schedule("yearly").context.z == 1)`)
}

func anyApplicationName(t *testing.T, o *other) {
	o.startWith(t, "owned-1", map[string]any{})
	o.startWith(t, "owned-2", map[string]any{})
	o.finds(t, map[string]any{"application_name": []string{o.name()}, "workflow_id_prefix": []string{"owned-"}}, "owned-1", "owned-2")
	o.finds(t, map[string]any{"application_name": []string{"nobody"}, "workflow_id_prefix": []string{"owned-"}})
}
