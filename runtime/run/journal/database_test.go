package journal_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// What the calls of a script returned on a real database is the same to a script on an empty one.
func TestAReplayNeedsNoRowsOfTheDatabase(t *testing.T) {
	t.Parallel()
	const script = `
		local function show(...) print(json.encode{...}) end
		local h = dbos.enqueue("orders", "process", {order = 1, sum = 1.5, list = {}}, {workflow_id = "w1", priority = 3})
		local many = dbos.enqueue_many("orders", "process", {{order = 2}, {order = 3}}, {workflow_ids = {"w2", "w3"}})
		print(h.workflow_id, many.changed, #many, many[2].workflow_id, tostring(many.outcomes[1]))
		print(h:get_status().status, h:get_status().priority, h:get_status().created_at)
		for wf in dbos.workflows{load_input = true} do show(wf.id, wf.name, wf.input, wf.queue_name, wf.output) print(wf) end
		for ids in dbos.batches({queue_name = "orders"}, 2) do show(ids) end
		for _, wf in ipairs(dbos.list_workflows{sort_desc = true}) do show(wf) end
		print(dbos.count{status = "ENQUEUED"}, dbos.set_priority("w1", 7), dbos.cancel_workflows{"w1", "none"})
		local ok, e = pcall(dbos.cancel_workflow, "none")
		print(ok, e, e.code, e.hint, e.workflow_id, e.where)
		print(pcall(h.get_result, h, {timeout = 0}))
		print(dbos.explain("w2").status, dbos.explain("w2").reasons[1])
		print(dbos.hold{"w2"}, dbos.move_queue("w3", "slow"), dbos.delete_workflows{"w3"}, dbos.prune{older_than = "1d"})
		dbos.create_schedule{schedule_name = "s", workflow_name = "process", schedule = "0 * * * *"}
		show(dbos.list_schedules()[1].schedule_name)
		dbos.send("w2", {text = "hello"}, "news")
		show(h:messages(), dbos.get_workflow_aggregates{group_by = {"status"}})
		print(dbos.wait({h}, {timeout = "1s"})[1].status, dbos.debouncer("process", {queue_name = "orders"}):debounce("k", 10, {}).workflow_id ~= nil)`
	record := &journal.Memory{}
	output := func() string {
		var out strings.Builder
		r, err := run.New(t.Context(), run.Config{
			Script: "a.lua", Streams: run.Streams{Stdout: &out, Stderr: &out},
			Database:    client.ClientConfig{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "dbos.sqlite"), Create: true, SDK: client.SDKGo},
			Environment: run.Environment{Journal: &journal.Config{Record: record, Run: "r", Began: time.Now()}},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if err := r.Execute(run.Text("a.lua", script)); err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		return out.String()
	}
	first, second := output(), output()
	if first != second {
		t.Errorf("printed\n%s\nand in a replay\n%s", first, second)
	}
	if strings.Count(first, "\n") < 20 {
		t.Errorf("printed only %s", first)
	}
}
