-- What a database that lacks columns of later SDKs can do, and what it says of the rest.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

describe("a database without the column of a filter", function()
  it("names the column", function()
    local err = assert.raises("Unsupported", dbos.list_workflows, {attributes = {customer = "acme"}})
    assert.matches("workflow_status.attributes", err.message)
    assert.raises("Unsupported", dbos.rename_application, {old_name = "shop", new_name = "store"})
    assert.raises("Unsupported", dbos.prune, {keep = 1, where = {attributes = {customer = "acme"}}})
    assert.raises("Unsupported", dbos.plan_prune, {keep = 1, where = {attributes = {customer = "acme"}}})
    assert.raises("Unsupported", dbos.get_workflow_aggregates, {group_by = "status", attributes = {customer = "acme"}})
    assert.raises("Unsupported", dbos.count, {attributes = {customer = "acme"}})
    assert.raises("Unsupported", dbos.failures, {attributes = {customer = "acme"}})
    assert.raises("Unsupported", dbos.orphans, {attributes = {customer = "acme"}})
    assert.raises("Unsupported", dbos.recover, {attributes = {customer = "acme"}})
    assert.raises("Unsupported", dbos.get_step_aggregates, {group_by = "status", application_name = "shop"})
    assert.raises("Unsupported", dbos.register_queue, {name = "q", application_name = "shop"})
    assert.raises("Unsupported", dbos.list_queues, {application_name = "shop"})
    assert.raises("Unsupported", dbos.enqueue, "q", "wf", 1, {attributes = {customer = "acme"}})
    assert.raises("Unsupported", dbos.enqueue_many, "q", "wf", {1}, {attributes = {customer = "acme"}})
    assert.raises("Unsupported", function()
      for _ in dbos.workflows {attributes = {customer = "acme"}} do end
    end)
    assert.raises("Unsupported", function()
      for _ in dbos.batches({attributes = {customer = "acme"}}) do end
    end)
    assert.matches("workflow_status.attributes", assert.raises("Unsupported", dbos.set_workflow_attributes, "w", {a = 1}).message)
    assert.raises("Unsupported", dbos.set_workflows_attributes, {"w"}, {a = 1}, {merge = true})
    assert.raises("Unsupported", dbos.set_priority, {attributes = {customer = "acme"}}, 1)
    assert.raises("Unsupported", dbos.hold, {attributes = {customer = "acme"}})
    assert.raises("Unsupported", dbos.release, {attributes = {customer = "acme"}})
    assert.raises("Unsupported", dbos.move_queue, {attributes = {customer = "acme"}}, "q")
    assert.raises("Unsupported", dbos.move_version, {attributes = {customer = "acme"}}, "v1")
    local file = fs.temp_dir() .. "/newer.jsonl"
    fs.write(file, '{"dbos_export":1,"workflows":1,"tables":[{"name":"workflow_status","columns":["workflow_uuid","attributes"]}]}\n' ..
      '{"workflow_status":{"workflow_uuid":"newer","attributes":"{}"}}\n{"end":{"workflows":1,"rows":1}}\n')
    assert.matches("workflow_status.attributes", assert.raises("Unsupported", dbos.import, file).message)
    assert.raises("Unsupported", dbos.list_schedules, {application_name = "shop"})
    assert.raises("Unsupported", dbos.create_schedule,
      {schedule_name = "s", workflow_name = "wf", schedule = "@hourly", sdk = "go", application_name = "shop"})
  end)

  it("cannot debounce", function()
    local d = dbos.debouncer("wf")
    assert.matches("debounce_deadline_epoch_ms", assert.raises("Unsupported", d.debounce, d, "k", "1s").message)
  end)

  it("does everything else", function()
    local h = dbos.enqueue("q", "wf", {1, 2})
    assert.same({1, 2}, dbos.list_workflows {workflow_ids = h.workflow_id, load_input = true}[1].input)
    assert.equal(nil, dbos.list_workflows {workflow_ids = h.workflow_id}[1].attributes)
  end)
end)

describe("a database with a constraint of its own", function()
  it("says what it refused", function()
    local err = assert.raises("DatabaseError", dbos.enqueue, "q", "forbidden", 1)
    assert.matches("^dbos%.enqueue: .*constraint", err.message)
    assert.same({}, dbos.list_workflows {name = "forbidden"})
  end)
end)

describe("a schedule whose context only its application can read", function()
  it("is shown, and not run from outside", function()
    assert.truthy(dbos.get_schedule("pickled").context)
    assert.raises("Undecodable", dbos.trigger_schedule, "pickled")
    assert.raises("Undecodable", dbos.backfill_schedule, "pickled", "2030-01-01", "2030-01-03")
    assert.raises("Undecodable", dbos.plan_backfill, "pickled", "2030-01-01", "2030-01-03")
  end)
end)

t.finish()
