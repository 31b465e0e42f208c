local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local before = time.now()
for i = 1, 25 do
  dbos.enqueue(i <= 20 and "list" or "other", i % 2 == 0 and "even" or "odd", {n = i}, {
    workflow_id = ("list_%02d"):format(i), application_version = "v" .. i % 3, authenticated_user = "user" .. i % 2,
    deduplication_id = i == 5 and "five" or nil, delay = i == 6 and "1h" or nil,
  })
end
dbos.enqueue("list", "odd", 0, {workflow_id = "listX01"})
dbos.cancel_workflow("list_07")
dbos.fork_workflow {original_workflow_id = "list_08", forked_workflow_id = "fork_08", queue_name = "list"}

-- What a list gives, and a walk must give too.
local function ids(opts)
  local out, walked = {}, {}
  for i, wf in ipairs(dbos.list_workflows(opts)) do out[i] = wf.id end
  for wf in dbos.workflows(opts) do walked[#walked + 1] = wf.id end
  assert.same(out, walked)
  return out
end

describe("list_workflows", function()
  it("filters by every option", function()
    assert.same({"list_01"}, ids {workflow_ids = "list_01"})
    assert.same({"list_01", "list_02"}, ids {workflow_ids = {"list_02", "list_01"}})
    assert.equal(25, #ids {workflow_id_prefix = "list_"})
    assert.same({"list_07"}, ids {status = "CANCELLED"})
    assert.same({"list_06"}, ids {status = {"DELAYED"}})
    assert.equal(12, #ids {name = "even", forked_from = nil, workflow_id_prefix = "list_"})
    assert.equal(8, #ids {app_version = {"v0"}, workflow_id_prefix = "list_"})
    assert.equal(12, #ids {user = "user0", workflow_id_prefix = "list_"})
    assert.equal(5, #ids {queue_name = "other"})
    assert.equal(26, #ids {queues_only = true})
    assert.same({}, ids {executor_ids = "nobody"})
    assert.same({"fork_08"}, ids {forked_from = "list_08"})
    assert.same({"list_08"}, ids {was_forked_from = true})
    assert.same({}, ids {parent_workflow_id = "list_01"})
    assert.same({}, ids {has_parent = true})
    assert.equal(27, #ids {has_parent = false})
    assert.same({"list_05"}, ids {deduplication_id = "five"})
    assert.same({"list_07"}, ids {completed_after = before, completed_before = "+1h"})
    assert.same({}, ids {dequeued_after = before, dequeued_before = "+1h"})
    assert.same({}, ids {attributes = {customer = "acme"}})
    assert.same({}, ids {schedule_name = "nightly"})
    assert.same({}, ids {application_name = "shop"})
    assert.same(ids {start_time = "-1h", end_time = "+1h"}, ids {created_after = "-1h", created_before = "+1h"})
    assert.same({}, ids {created_after = "+1h"})
    assert.same({"fork_08"}, ids {is_fork = true})
    for _ in dbos.workflows {created_after = "+1h", created_before = "+2h", is_fork = false, held = false} do assert.truthy(false) end
    assert.equal(27, #ids {is_debounced = false})
    assert.equal(27, #ids {held = false})
    assert.equal(27, #ids {start_time = before, end_time = "+1h"})
    assert.same({}, ids {end_time = before - "1s"})
  end)

  it("pages and sorts", function()
    assert.same({"list_01", "list_02"}, ids {workflow_id_prefix = "list_", limit = 2})
    assert.same({"list_03"}, ids {workflow_id_prefix = "list_", limit = 1, offset = 2})
    assert.same({"list_25"}, ids {workflow_id_prefix = "list_", limit = 1, sort_desc = true})
    assert.equal(24, #ids {workflow_id_prefix = "list_", offset = 1})
    assert.same({}, ids {limit = 0})
  end)

  it("matches nothing with an empty list", function()
    assert.same({}, ids {workflow_ids = {}})
    assert.same({}, ids {status = {}})
  end)

  it("loads payloads on demand", function()
    assert.equal(nil, dbos.list_workflows {workflow_ids = "list_03"}[1].input)
    assert.same({n = 3}, dbos.list_workflows {workflow_ids = "list_03", load_input = true, load_output = true}[1].input)
    for wf in dbos.workflows {workflow_ids = "list_03"} do assert.equal(nil, wf.input) end
    for wf in dbos.workflows {workflow_ids = "list_03", load_input = true, load_output = true} do assert.same({n = 3}, wf.input) end
  end)

  it("loads progress on demand", function()
    assert.equal(nil, dbos.list_workflows {workflow_ids = "list_03"}[1].steps_done)
    local wf = dbos.list_workflows {workflow_ids = "list_03", load_progress = true}[1]
    assert.same({0}, {wf.steps_done, wf.last_step, wf.last_step_at})
    for wf in dbos.workflows {workflow_ids = "list_03", load_progress = true} do assert.equal(0, wf.steps_done) end
  end)

  it("refuses wrong options", function()
    local err = assert.raises("InvalidArgument", dbos.list_workflows, {statsu = "ERROR"})
    assert.matches('did you mean "status"', err.message)
    assert.raises("InvalidOption", dbos.list_workflows, {limit = -1})
    assert.raises("InvalidArgument", dbos.list_workflows, {limit = 1.5})
    assert.raises("InvalidArgument", dbos.list_workflows, {status = "FAILED"})
  end)
end)

describe("workflows", function()
  it("gives each row once while the rows change", function()
    local seen, count = {}, 0
    for wf in dbos.workflows {queue_name = "other", page_size = 2} do
      assert.falsy(seen[wf.id], wf.id)
      seen[wf.id] = true
      count = count + 1
      dbos.cancel_workflow(wf.id)
    end
    assert.equal(5, count)
    assert.equal(0, #ids {queue_name = "other"})
  end)

  it("respects limit, offset and order", function()
    local out = {}
    for wf in dbos.workflows {workflow_id_prefix = "list_", page_size = 3, limit = 7, offset = 1, sort_desc = true} do out[#out + 1] = wf.id end
    assert.equal("list_24,list_23,list_22,list_21,list_20,list_19,list_18", table.concat(out, ","))
  end)
end)

describe("get_workflow_steps", function()
  it("is empty for a workflow without steps", function()
    assert.same({}, dbos.get_workflow_steps("list_01", {load_output = true, limit = 5, offset = 0}))
  end)

  it("raises an error for a workflow that does not exist", function()
    assert.raises("NonExistentWorkflow", dbos.get_workflow_steps, "nope")
  end)
end)

describe("connect", function()
  it("gives a client with the same functions as methods", function()
    local err = assert.raises("Unavailable", dbos.connect, {database_url = "sqlite:no-such-folder/none.sqlite", database_schema = "x"})
    assert.matches("none.sqlite", err.message)
    assert.raises("Initialization", dbos.connect, {database_url = "mysql://x"})
  end)
end)

describe("batches", function()
  it("walks over the ids of a filter, and over given ones", function()
    local made = {}
    for i = 1, 5 do made[i] = dbos.enqueue("batched", "wf", i, {workflow_id = "batched-" .. i}).workflow_id end
    local sizes, seen = {}, {}
    for ids in dbos.batches({queue_name = "batched"}, 2) do
      sizes[#sizes + 1] = #ids
      for _, id in ipairs(ids) do seen[#seen + 1] = id end
      dbos.cancel_workflows(ids)
    end
    assert.same({2, 2, 1}, sizes)
    assert.same(made, seen)
    sizes = {}
    for ids in dbos.batches({"batched-a", "batched-b", "batched-c"}, 2) do sizes[#sizes + 1] = ids end
    assert.same({{"batched-a", "batched-b"}, {"batched-c"}}, sizes)
    for _ in dbos.batches({}, 2) do error("there is a batch of nothing") end
    assert.raises("InvalidOption", dbos.batches, {}, 0)
  end)
end)

t.finish()
