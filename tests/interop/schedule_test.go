//go:build interop

package interop

import (
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// checkSchedules has the runbook drive schedules, and the application look after those that we
// make.
func checkSchedules(t *testing.T, s *site) {
	// A run of the application's own shows its SDK, without which no schedule is made.
	s.start(t, "schedules-known", "echo")
	s.awaitStatus(t, "schedules-known", "SUCCESS")
	var owner []string
	inLua := "nil"
	if name := s.other().owner(t); name != "" {
		owner, inLua = []string{"--owner", name}, luaText(name)
	}
	s.keptID(t, s.run(t, "schedules.lua", owner...).only(t))
	s.ownSchedule(t)
	s.chunk(t, `
		dbos.create_schedule{schedule_name = "mutual", workflow_name = "tick", schedule = "*/15 * * * *", context = {shop = "north"},
			application_name = `+inLua+`}
		dbos.backfill_schedule("mutual", "2026-01-01T00:10:00Z", "2026-01-01T01:00:00Z")`)
	s.theirScheduling(t)
	s.theirBackfill(t)
}

// keptID wants a schedule that was applied anew to keep its id, but for the SDKs from before
// debouncing: their applications start a schedule anew only when its id is another.
func (s *site) keptID(t *testing.T, outcome map[string]any) {
	t.Helper()
	if want := hasColumn(t, s.database, "workflow_status.is_debounced"); outcome["kept_id"] != want {
		t.Errorf("apply keeps the id of a schedule that it changes: %v, want %v", outcome["kept_id"], want)
	}
}

// ownSchedule has the application make a schedule of its own and run it, which the runbook then
// takes over.
func (s *site) ownSchedule(t *testing.T) {
	t.Helper()
	definition := map[string]any{
		"scheduleName": "own", "workflowFn": map[string]any{"$workflow": "tick"}, "schedule": "* * * * * *", "context": map[string]any{"shop": "own"},
	}
	s.ask(t, peer.Request{Do: "dbos", Method: "createSchedule", Args: []any{definition}}, nil)
	s.keptID(t, s.run(t, "own_schedule.lua").only(t))
}

// theirScheduling has the application's client read, trigger, pause and resume a schedule of ours.
func (s *site) theirScheduling(t *testing.T) {
	t.Helper()
	var schedule struct {
		Context      map[string]any `json:"context"`
		WorkflowName string         `json:"workflowName"`
	}
	s.theirClient(t, &schedule, "getSchedule", "mutual")
	if schedule.WorkflowName != "tick" || schedule.Context["shop"] != "north" {
		t.Errorf("the application's client reads the schedule as %+v", schedule)
	}
	var all []any
	s.theirClient(t, &all, "listSchedules")
	if len(all) == 0 {
		t.Error("the application's client lists no schedule")
	}
	var handle struct {
		WorkflowID string `json:"workflowID"`
	}
	s.theirClient(t, &handle, "triggerSchedule", "mutual")
	var told struct {
		Context map[string]any `json:"context"`
	}
	s.ask(t, peer.Request{Do: "result", WorkflowID: handle.WorkflowID}, &told)
	if told.Context["shop"] != "north" {
		t.Errorf("triggered by the application's client it is told %+v", told)
	}
	s.theirClient(t, nil, "pauseSchedule", "mutual")
	s.chunk(t, `assert(dbos.get_schedule("mutual").status == "PAUSED")`)
}

// theirBackfill has the application go over ticks that we backfilled already, and us over those
// that it did.
func (s *site) theirBackfill(t *testing.T) {
	t.Helper()
	arguments := []any{"mutual", map[string]any{"$date": "2026-01-01T00:10:00Z"}, map[string]any{"$date": "2026-01-01T01:10:00Z"}}
	s.theirClient(t, nil, "backfillSchedule", arguments...)
	s.chunk(t, `
		local function runs() return #dbos.list_workflows{workflow_id_prefix = "sched-mutual-2026-01"} end
		assert(runs() == 4, runs() .. " runs after the application's backfill")
		dbos.backfill_schedule("mutual", "2026-01-01T00:10:00Z", "2026-01-01T01:20:00Z")
		assert(runs() == 5, runs() .. " runs after ours")
		for i, wf in ipairs(dbos.list_workflows{workflow_id_prefix = "sched-mutual-2026-01"}) do
		  assert(dbos.retrieve_workflow(wf.id):get_result{timeout = 20}.type == "date")
		end
		dbos.delete_schedule("mutual")`)
}
