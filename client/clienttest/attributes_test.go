package clienttest_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// attributesOf returns the attributes that are stored, or nil for NULL.
func attributesOf(t *testing.T, b clienttest.Backend, id string) (stored any) {
	t.Helper()
	text, is := b.Workflow(id)["attributes"].(string)
	if !is {
		return nil
	}
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return stored
}

func TestSettingAttributes(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := enqueue(t, c, "w", nil)
		merge := client.WithMergeAttributes()
		type object = map[string]any
		for _, test := range []struct {
			what string
			set  object
			opts []client.SetWorkflowAttributesOption
			want any
		}{
			{"nothing merged into none", object{}, []client.SetWorkflowAttributesOption{merge}, object{}},
			{"set", object{"a": 1, "b": object{"c": 1, "d": 2}, "e": true, "f": "x", `g".h'\`: object{"i": nil}}, nil,
				object{"a": 1., "b": object{"c": 1., "d": 2.}, "e": true, "f": "x", `g".h'\`: object{"i": nil}}},
			{"a merge replaces nested values, and keeps null", object{"b": object{"c": 3}, "f": nil, "j": []any{false, 1.5}}, []client.SetWorkflowAttributesOption{merge},
				object{"a": 1., "b": object{"c": 3.}, "e": true, "f": nil, `g".h'\`: object{"i": nil}, "j": []any{false, 1.5}}},
			{"a merge of nothing", object{}, []client.SetWorkflowAttributesOption{merge},
				object{"a": 1., "b": object{"c": 3.}, "e": true, "f": nil, `g".h'\`: object{"i": nil}, "j": []any{false, 1.5}}},
			{"replace", object{"k": "l"}, nil, object{"k": "l"}},
			{"an empty map", object{}, nil, nil},
			{"a merge into none", object{"m": 1}, []client.SetWorkflowAttributesOption{merge}, object{"m": 1.}},
			{"nil", nil, nil, nil},
		} {
			b.Clock.Advance(time.Second)
			if err := c.SetWorkflowAttributes(id, test.set, test.opts...); err != nil {
				t.Fatalf("%s: %v", test.what, err)
			}
			if stored := attributesOf(t, b, id); !reflect.DeepEqual(stored, test.want) {
				t.Errorf("%s: %v, want %v", test.what, stored, test.want)
			}
			assertColumns(t, b.Workflow(id), clienttest.Record{"updated_at": b.Millis(), "status": "ENQUEUED"})
		}
		listed, err := c.ListWorkflows(client.WithAttributes(map[string]any{"n": 1}))
		if err != nil || len(listed) != 0 {
			t.Errorf("%v, %v", listed, err)
		}
	})
}

// A number that no integer holds keeps its digits, and so does each other value of a key that a
// merge does not name.
func TestMergingKeepsTheOtherValuesAsTheyAre(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := enqueue(t, c, "w", nil)
		big := json.Number("123456789012345678901234567890")
		if err := c.SetWorkflowAttributes(id, map[string]any{"big": big, "small": 1}); err != nil {
			t.Fatal(err)
		}
		if err := c.SetWorkflowAttributes(id, map[string]any{"small": 2}, client.WithMergeAttributes()); err != nil {
			t.Fatal(err)
		}
		var stored map[string]json.RawMessage
		if err := json.Unmarshal([]byte(b.Workflow(id)["attributes"].(string)), &stored); err != nil || string(stored["big"]) != string(big) || string(stored["small"]) != "2" {
			t.Errorf("%s, %v", stored, err)
		}
	})
}

func TestSettingAttributesOfMany(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		inEveryState(t, b)
		ids := append(allStates(), "none", "PENDING")
		for _, dry := range []bool{true, false} {
			c := b.NewClient(func(config *client.ClientConfig) { config.DryRun = dry })
			report, err := c.SetAttributesAll(ids, map[string]any{"seen": true}, client.WithMergeAttributes())
			if err != nil || report.Count(client.OutcomeChanged) != len(allStates()) || report.Count(client.OutcomeUnknown) != 1 {
				t.Fatalf("dry run %v: %v, %v", dry, report, err)
			}
			for _, r := range report.Results {
				if r.Outcome == client.OutcomeChanged && string(r.Status) != r.ID {
					t.Errorf("dry run %v: %s is reported as %s", dry, r.ID, r.Status)
				}
			}
		}
		for _, id := range allStates() {
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": id})
			if stored, is := attributesOf(t, b, id).(map[string]any); !is || stored["seen"] != true {
				t.Errorf("%s has %v", id, stored)
			}
		}
	})
}

func TestAttributesThatCannotBeSet(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := enqueue(t, c, "w", nil)
		for what, test := range map[string]struct {
			err  error
			kind client.ErrorCode
		}{
			"unknown":   {c.SetWorkflowAttributes("none", nil), client.NonExistentWorkflow},
			"empty id":  {c.SetWorkflowAttributes("", nil), client.InvalidOption},
			"merge nil": {c.SetWorkflowAttributes(id, nil, client.WithMergeAttributes()), client.InvalidOption},
			"no data":   {c.SetWorkflowAttributes(id, map[string]any{"f": func() {}}), client.InvalidOption},
		} {
			if client.CodeOf(test.err) != test.kind {
				t.Errorf("%s: %v", what, test.err)
			}
		}
	})
}

func TestAttributesInOlderTables(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
		shrink(b)
		err := b.NewClient().SetWorkflowAttributes("w", nil)
		if client.CodeOf(err) != client.Unsupported || err.Error() != "set workflow attributes: this database has no workflow_status.attributes" {
			t.Errorf("error %v", err)
		}
	})
}
