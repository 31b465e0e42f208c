//go:build interop

package interop

import (
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// checkTheirs has the application start one workflow of each kind, which the runbook then reads.
func checkTheirs(t *testing.T, s *site) {
	s.start(t, "theirs-kinds", "kinds")
	s.start(t, "theirs-echo", "echo", 1, map[string]any{"a": []any{true, nil}}, "x")
	s.start(t, "theirs-portable", "addPortable", 1, 2)
	s.start(t, "theirs-nothing", "nothing")
	s.start(t, "theirs-broken", "broken", "oh dear")
	s.start(t, "theirs-broken-portable", "brokenPortable", "oh dear")
	s.start(t, "theirs-hopeless", "flaky", 9)
	s.start(t, "theirs-journey", "journey", 4)
	s.start(t, "theirs-announce", "announce", []any{map[string]any{"step": 1}, map[string]any{"step": 2}})
	s.start(t, "theirs-stream", "stream", 3)
	s.start(t, "theirs-parent", "parent", 1, 2)
	s.ask(t, peer.Request{Do: "shop", Instance: "north", Args: []any{"you"}, Options: map[string]any{"workflowID": "theirs-shop"}}, nil)
	s.ask(t, peer.Request{Do: "start", Workflow: "add", Args: []any{1, 2}, Options: map[string]any{
		"workflowID": "theirs-queued", "queueName": "ordinary", "enqueueOptions": map[string]any{"priority": 7},
	}}, nil)
	s.awaitAllDone(t, "theirs-")
	s.payloadsAreSplit(t)
	s.run(t, "theirs.lua")
}

// payloadsAreSplit wants the application to have written its payloads to the tables of their own
// alone where there are such tables, so that reading them in full says something.
func (s *site) payloadsAreSplit(t *testing.T) {
	t.Helper()
	if !hasColumn(t, s.database, "workflow_input") {
		return
	}
	conn := connect(t, s.database)
	defer conn.Close(t.Context())
	here := query(t, conn, `SELECT workflow_uuid FROM dbos.workflow_status
		WHERE starts_with(workflow_uuid, 'theirs-') AND COALESCE(inputs, output, error) IS NOT NULL`)
	there := query(t, conn, `SELECT workflow_uuid FROM dbos.workflow_input JOIN dbos.workflow_output USING (workflow_uuid)
		WHERE starts_with(workflow_uuid, 'theirs-')`)
	if len(here) > 0 || len(there) < 10 {
		t.Errorf("payloads of %v are where they were before the split, and only of %v where they are since", here, there)
	}
}

// awaitAllDone waits until nothing with the prefix runs or waits any more.
func (s *site) awaitAllDone(t *testing.T, prefix string) {
	t.Helper()
	filter := map[string]any{"workflow_id_prefix": prefix, "status": []string{"PENDING", "ENQUEUED", "DELAYED"}}
	peer.Until(t, askTime, prefix+"* are done", func() bool { return len(s.theirList(t, filter)) == 0 })
}

// checkTheirClient works both ways: the application's client on what we enqueued, and we on what
// it enqueued.
func checkTheirClient(t *testing.T, s *site) {
	s.chunk(t, `dbos.enqueue("ordinary", "hold", dbos.portable_args{}, {workflow_id = "mutual-ours"})`)
	s.awaitStatus(t, "mutual-ours", "PENDING")
	s.theirClient(t, nil, "cancelWorkflow", "mutual-ours")
	s.chunk(t, `assert(dbos.retrieve_workflow("mutual-ours"):get_status().status == "CANCELLED")`)
	s.theirClient(t, nil, "resumeWorkflow", "mutual-ours", map[string]any{"queueName": "ordinary"})
	s.awaitStatus(t, "mutual-ours", "PENDING")
	s.theirClient(t, nil, "send", "mutual-ours", map[string]any{"from": "them"}, "release")
	s.chunk(t, `assert(dbos.retrieve_workflow("mutual-ours"):get_result{timeout = 20}.from == "them")`)

	enqueued := map[string]any{"queueName": "ordinary", "workflowName": "hold", "workflowID": "mutual-theirs", "deduplicationID": "mutual", "priority": 3}
	s.theirClient(t, nil, "enqueue", enqueued, "first", map[string]any{"second": 2})
	s.awaitStatus(t, "mutual-theirs", "PENDING")
	s.chunk(t, `
		local wf = dbos.list_workflows{queue_name = "ordinary", deduplication_id = "mutual"}[1]
		assert(wf.id == "mutual-theirs" and wf.priority == 3)
		local input = dbos.list_workflows{workflow_ids = wf.id, load_input = true}[1].input
		assert(#input == 2 and input[1] == "first" and input[2].second == 2)
		local ok, err = pcall(dbos.enqueue, "ordinary", "hold", dbos.portable_args{}, {deduplication_id = "mutual"})
		assert(not ok and err.code == "QueueDeduplicated")
		dbos.cancel_workflow(wf.id)
		dbos.resume_workflow(wf.id, {queue_name = "ordinary"})
		dbos.send(wf.id, "from us", "release")
		assert(dbos.retrieve_workflow(wf.id):get_result{timeout = 20} == "from us")`)
	if status := s.theirStatus(t, "mutual-theirs"); status != "SUCCESS" {
		t.Errorf("the application's client sees %s", status)
	}
	s.checkTheirReading(t)
	o := s.other()
	o.delaysOurs(t)
	o.forksOurs(t)
	o.deletesOurs(t)
}

// checkTheirReading has the application's client read an event, a stream and steps of a workflow
// that we enqueued.
func (s *site) checkTheirReading(t *testing.T) {
	t.Helper()
	s.chunk(t, `dbos.enqueue("ordinary", "announce", dbos.portable_args{positional = {{1, 2}}}, {workflow_id = "mutual-told"}):get_result{timeout = 20}`)
	var event float64
	s.theirClient(t, &event, "getEvent", "mutual-told", "progress", 1)
	if event != 2 {
		t.Errorf("the application's client reads the event as %v", event)
	}
	var steps []struct {
		Name string `json:"name"`
	}
	s.theirClient(t, &steps, "listWorkflowSteps", "mutual-told")
	if len(steps) != 3 || steps[0].Name != "DBOS.setEvent" {
		t.Errorf("the application's client reads the steps as %v", steps)
	}
}

// chunk runs a few lines of Lua; they must succeed.
func (s *site) chunk(t *testing.T, lua string) {
	t.Helper()
	if out := call(t, s.database, "-e", lua); out.err != nil {
		t.Fatalf("%s: %v\n%s\nThe application logged:\n%s", lua, out.err, out.stderr, s.app.Log())
	}
}
