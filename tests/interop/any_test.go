//go:build interop

package interop

import (
	"reflect"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// class is that of the workflows of an application, which only Java's have.
func (o *other) class() string {
	if o.sdk.Language == peer.Java {
		return "Workflows"
	}
	return ""
}

// settle is how long a run needs to notice that it is cancelled. A run of the Java SDK that waits
// for a message notices it a second later, and takes a message that was meant for the run that a
// resume has started.
func (o *other) settle() string {
	if o.sdk.Language == peer.Java {
		return "3s"
	}
	return "0s"
}

func anyEnqueue(t *testing.T, o *other) {
	o.run(t, "any_enqueue.lua", "--class", o.class())
	// The application's own client reads what came of it; that of the Go SDK lists results as they
	// are stored.
	for _, record := range o.theirs(t, map[string]any{"workflow_ids": []string{"any-object-plain"}}) {
		if want := map[string]any{"a": map[string]any{"b": map[string]any{"c": []any{"x", nil, false}}}, "z": 1.0}; o.sdk.Language != peer.Go && !reflect.DeepEqual(record["output"], want) {
			t.Errorf("the application's client reads the result as %v", record["output"])
		}
	}
}

func anyTalk(t *testing.T, o *other) {
	o.run(t, "any_talk.lua", "--class", o.class())
	var event any
	o.ask(t, peer.Request{Do: "event", WorkflowID: "talk-report", Key: "progress"}, &event)
	var stream []any
	o.ask(t, peer.Request{Do: "stream", WorkflowID: "talk-report", Key: "numbers"}, &stream)
	if event != 3.0 || len(stream) != 3 || stream[0] != "first" {
		t.Errorf("the application's client reads the event %v and the stream %v", event, stream)
	}
}

func anyControl(t *testing.T, o *other) {
	o.run(t, "any_control.lua", "--class", o.class(), "--settle", o.settle())
	o.runAny(t, "any_ended.lua")
	for _, deleted := range []string{"control-held-1", "control-held-2"} {
		if left := o.leftOf(t, deleted); len(left) > 0 {
			t.Errorf("deleted workflows left rows: %v", left)
		}
	}
}

// leftOf returns the tables that have rows of a workflow.
func (o *other) leftOf(t *testing.T, id string) (left []string) {
	t.Helper()
	handle, schema := o.open(t), "dbos."
	defer handle.Close()
	columns := `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'dbos'`
	if o.sqlite() {
		schema, columns = "", `SELECT m.name || '.' || p.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table'`
	}
	for _, place := range column(t, handle, columns) {
		table, name, _ := strings.Cut(place, ".")
		if name != "workflow_uuid" && name != "destination_uuid" {
			continue
		}
		if len(column(t, handle, "SELECT "+name+" FROM "+schema+table+" WHERE "+name+" = '"+id+"'")) > 0 {
			left = append(left, table)
		}
	}
	return left
}

func anyTheirs(t *testing.T, o *other) {
	for workflow, input := range map[string]any{
		"kinds": "", "broken": "oh dear", "brood": map[string]any{"n": 5}, "report": []any{1, "two", map[string]any{"last": true}}, "journey": 3,
	} {
		o.site.start(t, "theirs-"+workflow, workflow, input)
	}
	for _, workflow := range []string{"kinds", "broken", "brood", "report", "journey"} {
		// A failed one is an error here.
		o.tryAsk(t, peer.Request{Do: "result", WorkflowID: "theirs-" + workflow}, nil)
	}
	o.run(t, "any_theirs.lua", "--language", string(o.sdk.Language))
}

// anyClient has the application's client work on our workflows, and us on those that it enqueued.
func anyClient(t *testing.T, o *other) {
	o.enqueueHeld(t, "mutual-ours")
	o.ask(t, peer.Request{Do: "cancel", WorkflowID: "mutual-ours"}, nil)
	o.chunk(t, `
		require("time").sleep("`+o.settle()+`")
		assert(dbos.retrieve_workflow("mutual-ours"):get_status().status == "CANCELLED")`)
	o.ask(t, peer.Request{Do: "resume", WorkflowID: "mutual-ours", Options: map[string]any{"queueName": "ordinary"}}, nil)
	o.ask(t, peer.Request{Do: "send", WorkflowID: "mutual-ours", Key: "release", Args: []any{map[string]any{"from": "them"}}}, nil)
	o.chunk(t, `assert(dbos.retrieve_workflow("mutual-ours"):get_result{timeout = 20}.from == "them")`)

	options := map[string]any{"queueName": "ordinary", "workflowID": "mutual-theirs", "deduplicationID": "mutual", "priority": 3}
	o.ask(t, peer.Request{Do: "enqueue", Workflow: "hold", Args: []any{""}, Options: options}, nil)
	o.awaitTheirs(t, "mutual-theirs", "PENDING")
	o.chunk(t, `
		local wf = dbos.list_workflows{queue_name = "ordinary", deduplication_id = "mutual"}[1]
		assert(wf.id == "mutual-theirs" and wf.priority == 3)
		local ok, err = pcall(dbos.enqueue, "ordinary", "hold", "", {deduplication_id = "mutual", class_name = `+luaText(o.class())+`})
		assert(not ok and err.code == "QueueDeduplicated")
		dbos.cancel_workflow(wf.id)
		require("time").sleep("`+o.settle()+`")
		dbos.resume_workflow(wf.id, {queue_name = "ordinary"})
		dbos.send(wf.id, "from us", "release")
		assert(dbos.retrieve_workflow(wf.id):get_result{timeout = 20} == "from us")`)
	o.forksOurs(t)
	o.delaysOurs(t)
	o.deletesOurs(t)
}

// deletesOurs has the application's client delete a workflow of ours.
func (o *other) deletesOurs(t *testing.T) {
	t.Helper()
	o.ask(t, peer.Request{Do: "delete", WorkflowID: "mutual-ours"}, nil)
	o.chunk(t, `assert(#dbos.list_workflows{workflow_ids = "mutual-ours"} == 0)`)
}

// delaysOurs has the application's client shorten the delay of a workflow of ours.
func (o *other) delaysOurs(t *testing.T) {
	t.Helper()
	o.chunk(t, `dbos.enqueue("ordinary", "same", "late", {workflow_id = "mutual-delayed", delay = "1h", class_name = `+luaText(o.class())+`})`)
	o.ask(t, peer.Request{Do: "delay", WorkflowID: "mutual-delayed", Args: []any{0.1}}, nil)
	o.chunk(t, `assert(dbos.retrieve_workflow("mutual-delayed"):get_result{timeout = 20} == "late")`)
}

// forksOurs has the application's client list the steps of a workflow of ours, and fork it.
func (o *other) forksOurs(t *testing.T) {
	t.Helper()
	o.chunk(t, `dbos.enqueue("ordinary", "journey", 3, {workflow_id = "mutual-journey", class_name = `+luaText(o.class())+`}):get_result{timeout = 20}`)
	var steps []struct {
		ID   int
		Name string
	}
	o.ask(t, peer.Request{Do: "steps", WorkflowID: "mutual-journey"}, &steps)
	if len(steps) != 3 || steps[1].Name != "stop1" {
		t.Fatalf("the application's client reads the steps as %v", steps)
	}
	fork := map[string]any{"workflowID": "mutual-fork", "step": steps[1].ID}
	o.ask(t, peer.Request{Do: "fork", WorkflowID: "mutual-journey", Options: fork}, nil)
	o.chunk(t, `
		local visited = dbos.retrieve_workflow("mutual-fork"):get_result{timeout = 20}
		assert(visited[1].by == "mutual-journey" and visited[2].by == "mutual-fork")
		assert(dbos.list_workflows{forked_from = "mutual-journey"}[1].id == "mutual-fork")`)
}

func (o *other) enqueueHeld(t *testing.T, id string) {
	t.Helper()
	o.chunk(t, `dbos.enqueue("ordinary", "hold", "", {workflow_id = `+luaText(id)+`, class_name = `+luaText(o.class())+`})`)
	o.awaitTheirs(t, id, "PENDING")
}

// luaText returns a text in Lua; nothing is nil.
func luaText(text string) string {
	if text == "" {
		return "nil"
	}
	return "[[" + text + "]]"
}

// theirs returns what the application's client lists for a filter.
func (o *other) theirs(t *testing.T, filter map[string]any) []map[string]any {
	t.Helper()
	var records []map[string]any
	o.ask(t, peer.Request{Do: "list", Options: filter}, &records)
	return records
}

// awaitTheirs waits until the application's client sees a workflow in a state.
func (o *other) awaitTheirs(t *testing.T, id, status string) {
	t.Helper()
	peer.Until(t, askTime, id+" is "+status, func() bool {
		records := o.theirs(t, map[string]any{"workflow_ids": []string{id}})
		return len(records) == 1 && records[0]["status"] == status
	})
}

// anyDebounce lets both sides debounce one key, each first once: the last input wins, in one
// workflow.
func anyDebounce(t *testing.T, o *other) {
	for _, verb := range []string{"debounce", "clientDebounce"} {
		for _, first := range []string{"ours", "theirs"} {
			o.debouncesTogether(t, verb, first)
		}
	}
}

func (o *other) debouncesTogether(t *testing.T, verb, first string) {
	t.Helper()
	key := verb + "-" + first
	ours := func(value string, delay string) string {
		return o.run(t, "debounce.lua", "--workflow", "same", "--class", o.class(), "--key", key, "--value", value, "--delay", delay).only(t)["workflow_id"].(string)
	}
	theirs := func(value string, milliseconds int) string {
		var handle struct{ WorkflowID string }
		o.ask(t, peer.Request{Do: verb, Workflow: "same", Key: key, Period: milliseconds, Args: []any{value}}, &handle)
		return handle.WorkflowID
	}
	var ids [2]string
	if first == "ours" {
		ids = [2]string{ours("first", "60"), theirs("last", 200)}
	} else {
		ids = [2]string{theirs("first", 60_000), ours("last", "0.2")}
	}
	if ids[0] != ids[1] {
		t.Errorf("%s: the two sides make %v", key, ids)
	}
	var result any
	if o.ask(t, peer.Request{Do: "result", WorkflowID: ids[1]}, &result); result != "last" {
		t.Errorf("%s: it ran with %v", key, result)
	}
}
