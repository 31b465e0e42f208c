-- Counts of workflows and steps, and another owner for rows.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

for i = 1, 6 do
  dbos.enqueue("counts", i % 2 == 0 and "even" or "odd", i, {workflow_id = "counts-" .. i, application_name = "shop", authenticated_user = "u"})
end
dbos.cancel_workflow("counts-1")

describe("get_workflow_aggregates", function()
  local own = {workflow_id_prefix = "counts-", group_by = {"status", "name"}, select = {"count", "min_created_at", "max_queue_wait_ms", "max_total_latency_ms"}}

  it("groups and counts", function()
    local groups = dbos.get_workflow_aggregates(own)
    assert.equal(3, #groups)
    assert.same({"CANCELLED", "odd", 1}, {groups[1].status, groups[1].name, groups[1].count})
    assert.same({"ENQUEUED", "even", 3}, {groups[2].status, groups[2].name, groups[2].count})
    assert.equal(nil, groups[2].max_queue_wait_ms)
    assert.truthy(groups[2].min_created_at)
  end)

  it("takes every filter", function()
    local function count(o)
      o.group_by, o.workflow_id_prefix = "application_name", "counts-"
      local groups = dbos.get_workflow_aggregates(o)
      return groups[1] and groups[1].count or 0
    end
    assert.equal(6, count {created_after = "-1h", created_before = "+1h", start_time = "-1h", end_time = "+1h"})
    assert.equal(3, count {name = "even", user = "u", application_name = "shop", queue_name = "counts"})
    assert.equal(5, count {status = "ENQUEUED", queues_only = true, is_fork = false, was_forked_from = false, has_parent = false, is_debounced = false, held = false})
    assert.equal(2, count {workflow_ids = {"counts-2", "counts-3"}})
    assert.same({}, dbos.get_workflow_aggregates {group_by = "name", app_version = "v", executor_ids = "e", forked_from = "x", parent_workflow_id = "x",
      deduplication_id = "x", completed_after = "-1h", completed_before = "+1h", dequeued_after = "-1h", dequeued_before = "+1h",
      attributes = {a = 1}, schedule_name = "x", workflow_ids = "x", workflow_id_prefix = "x", status = "ERROR", name = "x", user = "x",
      start_time = "-1h", end_time = "+1h", created_after = "-1h", created_before = "+1h", queue_name = "x", queues_only = true,
      is_fork = true, was_forked_from = true, has_parent = true, is_debounced = true, held = true, application_name = "x"})
    assert.equal(0, dbos.count {app_version = "v", executor_ids = "e", forked_from = "x", parent_workflow_id = "x",
      deduplication_id = "x", completed_after = "-1h", completed_before = "+1h", dequeued_after = "-1h", dequeued_before = "+1h",
      attributes = {a = 1}, schedule_name = "x", workflow_ids = "x", workflow_id_prefix = "x", status = "ERROR", name = "x", user = "x",
      start_time = "-1h", end_time = "+1h", created_after = "-1h", created_before = "+1h", queue_name = "x", queues_only = true,
      is_fork = true, was_forked_from = true, has_parent = true, is_debounced = true, held = true, application_name = "x"})
    for _, none in ipairs {{app_version = "v"}, {executor_ids = "e"}, {forked_from = "x"}, {parent_workflow_id = "x"}, {deduplication_id = "x"},
      {completed_after = "+1h"}, {completed_before = "-1h"}, {dequeued_after = "+1h"}, {dequeued_before = "-1h"}, {attributes = {a = 1}}, {schedule_name = "x"}} do
      assert.equal(0, count(none))
    end
  end)

  it("puts the time into buckets", function()
    local total = 0
    for _, hour in ipairs(dbos.get_workflow_aggregates {workflow_id_prefix = "counts-", time_bucket = "1h"}) do total = total + hour.count end
    assert.equal(6, total)
  end)

  it("wants something to group by", function()
    assert.matches("nothing groups", assert.raises("InvalidOption", dbos.get_workflow_aggregates, {}).message)
  end)
end)

describe("get_step_aggregates", function()
  it("takes every option", function()
    assert.same({}, dbos.get_step_aggregates {group_by = {"function_name", "status"}, select = {"count", "max_duration_ms"}, time_bucket = "1m",
      status = "ERROR", function_name = "none", workflow_id_prefix = "counts-", completed_after = "-1h", completed_before = "+1h", application_name = "shop"})
    assert.raises("InvalidOption", dbos.get_step_aggregates, {})
  end)
end)

describe("rename_application", function()
  it("moves rows to another owner", function()
    local moved = dbos.rename_application {old_name = "shop", new_name = "store", batch_size = 2}
    assert.truthy(moved.workflows >= 6)
    assert.equal("store", dbos.list_workflows {workflow_ids = "counts-1"}[1].application_name)
    assert.raises("NonExistentApplication", dbos.rename_application, {old_name = "sho", new_name = "other", adopt_unclaimed = false})
    assert.raises("InvalidOption", dbos.rename_application, {new_name = "other"})
  end)
end)

t.finish()
