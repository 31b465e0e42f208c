package clienttest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// A pruneCase is a workflow of a test, with rows of every table that belongs to a workflow.
type pruneCase struct {
	id, name, status string
	parent, original string        // "" if there is none
	ago              time.Duration // since it ended
	undated          bool          // it has no time of completion
}

func (p pruneCase) finished() bool {
	return !slices.Contains([]string{"ENQUEUED", "PENDING", "DELAYED"}, p.status)
}

// insertPruneCases inserts workflows with values in all tables.
func insertPruneCases(b clienttest.Backend, cases []pruneCase) {
	now := b.Clock.Now().UnixMilli()
	args := map[string]any{}
	list := func(name string, value func(pruneCase) string) {
		texts := make([]string, len(cases))
		for i, p := range cases {
			texts[i] = value(p)
		}
		args[name] = texts
	}
	list("ids", func(p pruneCase) string { return p.id })
	list("labels", func(p pruneCase) string { return p.name })
	list("states", func(p pruneCase) string { return p.status })
	list("parents", func(p pruneCase) string { return p.parent })
	list("froms", func(p pruneCase) string { return p.original })
	updated, completed := make([]int64, len(cases)), make([]int64, len(cases))
	for i, p := range cases {
		updated[i] = now - p.ago.Milliseconds()
		if p.finished() && !p.undated {
			completed[i] = updated[i]
		}
	}
	args["updated"], args["completed"] = updated, completed
	b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, name, status, parent_workflow_id, forked_from, created_at, updated_at, completed_at, inputs)
		SELECT w.id, w.name, w.status, NULLIF(w.parent, ''), NULLIF(w.original, ''), w.updated - 1000, w.updated, NULLIF(w.completed, 0), '["input"]'
		FROM {rows w id:TEXT=:ids name:TEXT=:labels status:TEXT=:states parent:TEXT=:parents original:TEXT=:froms updated:BIGINT=:updated completed:BIGINT=:completed}`, args)
	of := func(table, columns, values string) {
		b.Exec("INSERT INTO {"+table+"} ("+columns+") SELECT w.id, "+values+" FROM {rows w id:TEXT=:ids}", map[string]any{"ids": args["ids"]})
	}
	of("operation_outputs", "workflow_uuid, function_id, function_name, output", "0, 'step', '1'")
	of("workflow_events", "workflow_uuid, key, value", "'k', '1'")
	of("workflow_events_history", "workflow_uuid, function_id, key, value", "0, 'k', '1'")
	of("streams", "workflow_uuid, key, value, \"offset\"", "'k', '1', 0")
	of("notifications", "destination_uuid, topic, message, message_uuid", "'t', '1', 'm-' || w.id")
	if b.Database.Has("workflow_input", "workflow_uuid") {
		of("workflow_input", "workflow_uuid, inputs", "'[1]'")
		of("workflow_output", "workflow_uuid, output", "'1'")
	}
}

// partsOf are the tables whose rows belong to workflows, with the column of the owner.
func partsOf(b clienttest.Backend) map[string]string {
	parts := map[string]string{"operation_outputs": "workflow_uuid", "workflow_events": "workflow_uuid", "workflow_events_history": "workflow_uuid",
		"streams": "workflow_uuid", "notifications": "destination_uuid"}
	if b.Database.Has("workflow_input", "workflow_uuid") {
		parts["workflow_input"], parts["workflow_output"] = "workflow_uuid", "workflow_uuid"
	}
	return parts
}

// owners returns the ids in a column of a table.
func owners(b clienttest.Backend, table, column string) []string {
	ids := []string{}
	for _, row := range b.Rows(table, "", nil) {
		ids = append(ids, fmt.Sprint(row[column]))
	}
	slices.Sort(ids)
	return ids
}

// wantPruned returns the ids of the workflows that a prune deletes, and the number of protected
// ones, as the manual describes it.
func wantPruned(cases []pruneCase, olderThan time.Duration, keep int) (ids []string, protected int) {
	byID, needed := map[string]pruneCase{}, map[string]bool{}
	for _, p := range cases {
		byID[p.id] = p
	}
	var need func(id string)
	need = func(id string) {
		if _, exists := byID[id]; exists && !needed[id] {
			needed[id] = true
			need(byID[id].parent)
			need(byID[id].original)
		}
	}
	for _, p := range cases {
		if !p.finished() {
			need(p.id)
		}
	}
	newest := slices.Clone(cases)
	slices.SortFunc(newest, func(a, b pruneCase) int {
		if a.ago != b.ago {
			return int(a.ago - b.ago)
		}
		return strings.Compare(b.id, a.id)
	})
	seen := map[string]int{}
	for _, p := range newest {
		if !p.finished() {
			continue
		}
		if seen[p.name]++; seen[p.name] <= keep || p.ago <= olderThan {
			continue
		}
		parent, hasParent := byID[p.parent]
		if needed[p.id] || hasParent && !parent.finished() {
			protected++
			continue
		}
		ids = append(ids, p.id)
	}
	slices.Sort(ids)
	return ids, protected
}

func drawPruneCases(t *rapid.T) []pruneCase {
	cases := make([]pruneCase, rapid.IntRange(1, 14).Draw(t, "workflows"))
	for i := range cases {
		link := func(name string) string {
			if other := rapid.IntRange(-8, len(cases)-1).Draw(t, name); other >= 0 && other != i {
				return fmt.Sprint("w", other)
			}
			return ""
		}
		cases[i] = pruneCase{
			id: fmt.Sprint("w", i), name: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"),
			status: rapid.SampledFrom([]string{"SUCCESS", "SUCCESS", "SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "PENDING", "ENQUEUED", "DELAYED"}).Draw(t, "state"),
			parent: link("parent"), original: link("original"),
			ago: time.Duration(rapid.IntRange(0, 5).Draw(t, "hours")) * time.Hour, undated: rapid.IntRange(0, 4).Draw(t, "undated") == 0,
		}
	}
	return cases
}

// Whatever descends from whatever, a prune deletes as the manual says, whole workflows at a time.
// If it is interrupted after any batch, each workflow is there with all of its rows, or with none,
// and a second call deletes the others.
func TestAPruneDeletesWholeWorkflows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		rapid.Check(t, func(t *rapid.T) {
			deleteAll(b)
			cases := drawPruneCases(t)
			insertPruneCases(b, cases)
			olderThan := time.Duration(rapid.IntRange(0, 4).Draw(t, "older than"))*time.Hour + time.Minute
			input := client.PruneInput{OlderThan: b.Clock.Now().Add(-olderThan), Keep: rapid.IntRange(0, 3).Draw(t, "keep"),
				BatchSize: rapid.IntRange(1, 4).Draw(t, "batch")}
			want, protected := wantPruned(cases, olderThan, input.Keep)
			preview, err := c.PlanPrune(input)
			if err != nil || int(preview.Count) != len(want) || int(preview.Protected) != protected {
				t.Fatalf("the preview is %+v, %v; want %d, and %d protected", preview, err, len(want), protected)
			}
			interrupted, stop := errors.New("interrupted"), rapid.IntRange(0, 6).Draw(t, "interrupted after")
			input.Each = func(context.Context, client.PruneProgress) error {
				if stop--; stop == 0 {
					return interrupted
				}
				return nil
			}
			deleted := int64(0)
			result, err := c.PruneWorkflows(input)
			if err != nil && !errors.Is(err, interrupted) {
				t.Fatal(err)
			}
			deleted += result.Deleted
			left := owners(b, "workflow_status", "workflow_uuid")
			for table, column := range partsOf(b) {
				if got := owners(b, table, column); !slices.Equal(got, left) {
					t.Fatalf("%s has rows of %v, and the workflows are %v", table, got, left)
				}
			}
			if err != nil {
				input.Each = nil
				result, err = c.PruneWorkflows(input)
				if err != nil {
					t.Fatal(err)
				}
				deleted += result.Deleted
			}
			all := map[string]bool{}
			for _, p := range cases {
				all[p.id] = true
			}
			for _, id := range want {
				delete(all, id)
			}
			if got := owners(b, "workflow_status", "workflow_uuid"); !slices.Equal(got, slices.Sorted(maps.Keys(all))) || int(deleted) != len(want) ||
				int(result.Protected) != protected {
				t.Fatalf("%v are left of\n%+v\nwant %v; %+v, %d protected", got, cases, slices.Sorted(maps.Keys(all)), result, protected)
			}
			if rows := b.Rows("event_dispatch_kv", "", nil); len(rows) > 0 {
				t.Fatalf("the lease is left: %v", rows)
			}
		})
	})
}

func someCases(count int, status string, ago time.Duration) []pruneCase {
	list := make([]pruneCase, count)
	for i := range list {
		list[i] = pruneCase{id: fmt.Sprintf("%s-%02d", strings.ToLower(status), i), name: "pay", status: status, ago: ago + time.Duration(i)*time.Second}
	}
	return list
}

// The result counts by name and state, and so does the preview, with the sizes that raw SQL finds.
func TestAPruneReportsWhatItDeletes(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		insertPruneCases(b, append(someCases(5, "SUCCESS", 3*time.Hour), append(someCases(3, "ERROR", 2*time.Hour),
			pruneCase{id: "root", name: "order", status: "SUCCESS", ago: 4 * time.Hour}, pruneCase{id: "child", name: "pay", status: "PENDING", parent: "root"},
			pruneCase{id: "read", name: "pay", status: "SUCCESS", parent: "child", ago: 9 * time.Hour},
			pruneCase{id: "new", name: "pay", status: "SUCCESS", ago: time.Minute})...))
		input := client.PruneInput{OlderThan: b.Clock.Now().Add(-time.Hour), BatchSize: 3}
		for _, dry := range []bool{true, false} {
			c := b.NewClient(func(c *client.ClientConfig) { c.DryRun = dry })
			preview, err := c.PlanPrune(input)
			must(t, err)
			if preview.Count != 8 || preview.Protected != 2 || preview.Bytes < 8*10 || preview.Bytes > 8*200 || len(preview.Groups) != 2 ||
				!preview.Oldest.Equal(b.Clock.Now().Add(-3*time.Hour-4*time.Second)) || !preview.Newest.Equal(b.Clock.Now().Add(-2*time.Hour)) {
				t.Errorf("the preview is %+v", preview)
			}
			r, err := c.PruneWorkflows(input)
			must(t, err)
			if r.Deleted != 8 || r.Protected != 2 || r.Changed != 0 || r.Bytes < 8*10 || len(r.Groups) != 2 || r.Groups[0].Status != "ERROR" ||
				r.Groups[0].Count != 3 || r.Groups[1].Name != "pay" || r.Groups[1].Count != 5 {
				t.Errorf("dry run %v: the result is %+v", dry, r)
			}
			if want := map[bool]int64{false: 4}[dry]; r.Batches != want {
				t.Errorf("dry run %v: %d batches", dry, r.Batches)
			}
			if got := len(b.Rows("workflow_status", "", nil)); dry != (got == 12) {
				t.Errorf("dry run %v: %d workflows are left", dry, got)
			}
		}
		r, err := b.NewClient().PruneWorkflows(input)
		if must(t, err); r.Deleted != 0 || r.Protected != 2 || r.String() != "prune: 0 deleted in 0 batches; 2 protected" {
			t.Errorf("a second time, the result is %v", r)
		}
	})
}

// Mistakes are found before anything is read, and no state of an unfinished workflow is taken.
func TestAPruneOfEverythingIsRefused(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		insertPruneCases(b, someCases(2, "SUCCESS", time.Hour))
		c := b.NewClient()
		for what, input := range map[string]client.PruneInput{
			"which workflows?": {}, "keep is -1": {Keep: -1}, "batch_size is -1": {Keep: 1, BatchSize: -1}, "pause is negative": {Keep: 1, Pause: -1},
			`where.status has "PENDING"`: {Keep: 1, Where: client.ListWorkflowsOptions{Status: []client.WorkflowStatusType{"SUCCESS", "PENDING"}}},
		} {
			_, err := c.PruneWorkflows(input)
			_, looked := c.PlanPrune(input)
			if client.CodeOf(err) != client.InvalidOption || !strings.Contains(err.Error(), what) || client.CodeOf(looked) != client.InvalidOption {
				t.Errorf("%s: %v, %v", what, err, looked)
			}
		}
		r, err := c.PruneWorkflows(client.PruneInput{OlderThan: b.Clock.Now(), Where: client.ListWorkflowsOptions{WorkflowIDs: []string{}}})
		if must(t, err); r.Deleted != 0 || len(b.Rows("workflow_status", "", nil)) != 2 {
			t.Errorf("an empty list selects %+v", r)
		}
		r, err = c.PruneWorkflows(client.PruneInput{OlderThan: b.Clock.Now(), Where: client.ListWorkflowsOptions{WorkflowIDPrefix: []string{"success-01"}}})
		if must(t, err); r.Deleted != 1 || b.Workflow("success-01") != nil {
			t.Errorf("a prefix selects %+v", r)
		}
	})
}

// A workflow that is resumed during the call stays, as do its ancestors: each batch looks again.
func TestAPruneRespectsWhatStartsDuringIt(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		insertPruneCases(b, []pruneCase{{id: "first", name: "a", status: "SUCCESS", ago: 9 * time.Hour}, {id: "resumed", name: "a", status: "CANCELLED", ago: 8 * time.Hour},
			{id: "parent", name: "a", status: "SUCCESS", ago: 7 * time.Hour}, {id: "last", name: "a", status: "ERROR", ago: 6 * time.Hour}})
		c := b.NewClient()
		started := false
		r, err := c.PruneWorkflows(client.PruneInput{OlderThan: b.Clock.Now(), BatchSize: 1, Each: func(context.Context, client.PruneProgress) error {
			if started {
				return nil
			}
			started = true
			_, err := c.ResumeWorkflow("resumed")
			insertPruneCases(b, []pruneCase{{id: "child", name: "a", status: "ENQUEUED", parent: "parent"}})
			return err
		}})
		must(t, err)
		if r.Deleted != 2 || r.Changed != 1 || r.Protected != 1 || b.Workflow("resumed") == nil || b.Workflow("parent") == nil {
			t.Errorf("the result is %+v, and %v are left", r, owners(b, "workflow_status", "workflow_uuid"))
		}
	})
}

// A second prune is refused while the first one works, with its process, and is not when that one
// has ended or its lease has.
func TestASecondPruneIsRefused(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		insertPruneCases(b, someCases(4, "SUCCESS", time.Hour))
		c, other := b.NewClient(), b.NewClient()
		all := client.PruneInput{OlderThan: b.Clock.Now(), BatchSize: 1}
		first := all
		refused, stopped := 0, errors.New("stopped")
		first.Each = func(context.Context, client.PruneProgress) error {
			_, err := other.PruneWorkflows(all)
			if client.CodeOf(err) != client.Conflict || !strings.Contains(err.Error(), "another prune is at work in this database: process ") {
				t.Errorf("the second prune has %v", err)
			}
			if refused++; refused == 2 {
				return stopped
			}
			return nil
		}
		if _, err := c.PruneWorkflows(first); !errors.Is(err, stopped) || len(b.Rows("workflow_status", "", nil)) != 2 {
			t.Errorf("the first prune has %v", err)
		}
		b.Exec("INSERT INTO {event_dispatch_kv} (service_name, workflow_fn_name, key, value, update_time) VALUES ('dbos-script', 'prune', 'lease', 'killed', :until)",
			map[string]any{"until": b.Clock.Now().UnixMilli() + 30_000})
		if _, err := c.PruneWorkflows(all); client.CodeOf(err) != client.Conflict || len(b.Rows("workflow_status", "", nil)) != 2 {
			t.Errorf("while the lease of one that was killed lasts, a prune has %v", err)
		}
		b.Clock.Advance(30 * time.Second)
		if r, err := c.PruneWorkflows(all); err != nil || r.Deleted != 2 {
			t.Errorf("afterwards, a prune has %+v, %v", r, err)
		}
	})
}

// Batches that take long are followed by longer and longer pauses, which the result adds up, and
// during which the context can end the call.
func TestAPrunePausesAfterSlowBatches(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		insertPruneCases(b, someCases(4, "SUCCESS", time.Hour))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var pauses []time.Duration
		c := b.NewClient(func(c *client.ClientConfig) {
			now := b.Clock.Now
			c.Clock = func() time.Time { return b.Clock.Advance(2 * time.Second) }
			c.Idle = func(ctx context.Context, until time.Time) error {
				pauses = append(pauses, until.Sub(now()))
				if len(pauses) == 2 {
					cancel()
				}
				return ctx.Err()
			}
		})
		r, err := c.WithContext(ctx).PruneWorkflows(client.PruneInput{OlderThan: b.Clock.Now(), BatchSize: 1})
		failed, _ := errors.AsType[*client.Error](err)
		if client.CodeOf(err) != client.Interrupted || r == nil || r.Deleted != 2 || !strings.Contains(failed.Hint, "2 of 4 workflows were deleted before") {
			t.Errorf("interrupted, the result is %+v, %v", r, err)
		}
		if want := []time.Duration{250 * time.Millisecond, 500 * time.Millisecond}; !slices.Equal(pauses, want) || r.Paused != 750*time.Millisecond {
			t.Errorf("the pauses are %v, in all %v, want %v", pauses, r.Paused, want)
		}
		if left := b.Rows("workflow_status", "", nil); len(left) != 2 || len(b.Rows("event_dispatch_kv", "", nil)) > 0 {
			t.Errorf("%d workflows are left, and the lease %v", len(left), b.Rows("event_dispatch_kv", "", nil))
		}
	})
}
