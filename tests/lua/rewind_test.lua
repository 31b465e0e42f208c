local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local function ended(id)
  dbos.enqueue("rewind", "wf", {id = id}, {workflow_id = id})
  dbos.cancel_workflow(id)
end

local function status(id) return dbos.retrieve_workflow(id):get_status() end

describe("rewind", function()
  it("puts a workflow that has ended back on a queue", function()
    ended("rewind-1")
    assert.equal("rewind-1", dbos.rewind_workflow("rewind-1").workflow_id)
    assert.equal("_dbos_internal_queue", status("rewind-1").queue_name)
    dbos.cancel_workflow("rewind-1")
    dbos.rewind_workflow("rewind-1", {start_step = 1, queue_name = "slow", queue_partition_key = "p", application_version = "v7"})
    local wf = status("rewind-1")
    assert.same({"ENQUEUED", "slow", "p", "v7"}, {wf.status, wf.queue_name, wf.queue_partition_key, wf.application_version})
  end)

  it("refuses one that has not ended, does not exist, or has half a queue", function()
    dbos.enqueue("rewind", "wf", nil, {workflow_id = "rewind-2"})
    local err = assert.raises("Conflict", dbos.rewind_workflow, "rewind-2")
    assert.matches("rewind%-2", err.message)
    assert.raises("NonExistentWorkflow", dbos.rewind_workflow, "rewind-none")
    assert.raises("InvalidOption", dbos.rewind_workflow, "rewind-2", {queue_partition_key = "p"})
    assert.raises("InvalidOption", dbos.rewind_workflows, {"rewind-2"}, {queue_partition_key = "p"})
  end)

  it("refuses a step that the workflow must have reached, and has not", function()
    ended("rewind-5")
    for _, step in ipairs {1, 99} do
      local err = assert.raises("InvalidOption", dbos.rewind_workflow, "rewind-5", {start_step = {step_id = step}})
      assert.matches(('workflow "rewind%%-5" has no step %d: none has finished'):format(step), err.message)
      assert.matches("dbos%-script show rewind%-5", err.hint)
    end
    assert.raises("InvalidOption", dbos.rewind_workflows, {"rewind-5"}, {start_step = {step_id = 1}})
    assert.equal("CANCELLED", status("rewind-5").status)
    for _, wrong in ipairs {"failed", 0.5, {}, {step_name = "x"}, true} do
      assert.raises("InvalidArgument", dbos.rewind_workflow, "rewind-5", {start_step = wrong})
    end
    for _, wrong in ipairs {-1, 2147483648, {step_id = -1}} do
      assert.raises("InvalidOption", dbos.rewind_workflow, "rewind-5", {start_step = wrong})
    end
    dbos.rewind_workflow("rewind-5", {start_step = {step_id = 0}})
    assert.equal("ENQUEUED", status("rewind-5").status)
  end)

  it("reports what it did to many", function()
    ended("rewind-3")
    dbos.enqueue("rewind", "wf", nil, {workflow_id = "rewind-4"})
    local again = dbos.rewind_workflows({"rewind-3", "rewind-4", "rewind-none"}, {queue_name = "slow"})
    assert.same({2, 1, 1, 1}, {#again, again.changed, again.unchanged, again.unknown})
    assert.equal("it is ENQUEUED, and has not ended: cancel it first", again.outcomes[2].reason)
    assert.equal("slow", status("rewind-3").queue_name)
    dbos.cancel_workflow("rewind-3")
    dbos.rewind_workflows({"rewind-3"}, {start_step = 2, application_version = "v8", queue_name = "slow", queue_partition_key = "p"})
    assert.equal("v8", status("rewind-3").application_version)
  end)
end)

describe("attributes", function()
  local function attributes(id) return dbos.list_workflows{workflow_ids = {id}}[1].attributes end

  it("are replaced, merged and removed", function()
    dbos.enqueue("rewind", "wf", nil, {workflow_id = "attributes-1"})
    dbos.set_workflow_attributes("attributes-1", {customer = "acme", deep = {a = 1, b = 2}})
    dbos.set_workflow_attributes("attributes-1", {tier = 2, deep = {a = 3}, none = json.null}, {merge = true})
    assert.equal('{"customer":"acme","deep":{"a":3},"none":null,"tier":2}', json.encode(attributes("attributes-1")))
    dbos.set_workflow_attributes("attributes-1", {tier = 4})
    assert.equal('{"tier":4}', json.encode(attributes("attributes-1")))
    dbos.set_workflow_attributes("attributes-1")
    assert.equal(nil, attributes("attributes-1"))
  end)

  it("are set for many workflows at once", function()
    for i = 1, 2 do dbos.enqueue("rewind", "wf", nil, {workflow_id = "attributes-many-" .. i}) end
    local result = dbos.set_workflows_attributes({"attributes-many-1", "attributes-many-2", "attributes-none"}, {reviewed = true}, {merge = true})
    assert.same({2, 0, 1, "ENQUEUED"}, {result.changed, result.unchanged, result.unknown, result.outcomes[1].status})
    assert.equal(2, #dbos.list_workflows{attributes = {reviewed = true}})
  end)

  it("have mistakes that are named", function()
    assert.raises("NonExistentWorkflow", dbos.set_workflow_attributes, "attributes-none", {a = 1})
    assert.raises("InvalidOption", dbos.set_workflow_attributes, "attributes-1", nil, {merge = true})
    assert.raises("InvalidOption", dbos.set_workflows_attributes, {"attributes-1"}, nil, {merge = true})
  end)
end)

describe("cancel_children", function()
  it("cancels an id without children like any other", function()
    dbos.enqueue("rewind", "wf", nil, {workflow_id = "family-1"})
    dbos.cancel_workflow("family-1", {cancel_children = true})
    assert.equal("CANCELLED", status("family-1").status)
    assert.raises("NonExistentWorkflow", dbos.cancel_workflow, "family-none", {cancel_children = true})
    dbos.resume_workflow("family-1")
    assert.equal(1, dbos.cancel_workflows({"family-1"}, {cancel_children = true}).changed)
  end)
end)

t.finish()
