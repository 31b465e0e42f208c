local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local function enqueue(id)
  return dbos.enqueue("rerun", "wf", {id = id}, {workflow_id = id})
end

local function status(id) return dbos.retrieve_workflow(id):get_status() end

describe("rerun_workflows", function()
  it("resumes what was cancelled, and says why it left the others", function()
    enqueue("rerun-1")
    enqueue("rerun-2")
    dbos.cancel_workflow("rerun-1")
    local again = dbos.rerun_workflows({"rerun-1", "rerun-2", "rerun-none"}, {queue_name = "slow", from = "last"})
    assert.equal('rerun_workflows: 1 of 3 changed; 1 unchanged (ENQUEUED); 1 unknown ("rerun-none")', tostring(again))
    assert.equal("slow", status("rerun-1").queue_name)
    assert.equal("it is ENQUEUED, and has not ended", again.outcomes[2].reason)
    assert.equal(2, #again)
    assert.equal("rerun-1", again[1].workflow_id)
  end)

  it("takes one id, and a filter", function()
    dbos.cancel_workflow("rerun-1")
    assert.equal(1, dbos.rerun_workflows("rerun-1").changed)
    dbos.cancel_workflows {"rerun-1", "rerun-2"}
    assert.equal(2, dbos.rerun_workflows({workflow_id_prefix = "rerun-"}, {from = "start"}).changed)
    assert.equal(0, dbos.rerun_workflows({workflow_id_prefix = "rerun-"}).changed)
  end)

  it("takes {} for no ids, and never for all", function()
    dbos.cancel_workflow("rerun-1")
    local nothing = dbos.rerun_workflows {}
    assert.same({0, 0}, {#nothing, #nothing.outcomes})
    assert.equal("CANCELLED", status("rerun-1").status)
  end)

  it("says what is wrong with a selection", function()
    local err = assert.raises("InvalidArgument", dbos.rerun_workflows, {staus = "ERROR"})
    assert.matches('did you mean "status"', tostring(err))
    assert.raises("InvalidArgument", dbos.rerun_workflows, {"rerun-1", 2})
    assert.raises("InvalidArgument", dbos.rerun_workflows, 7)
    assert.raises("InvalidArgument", dbos.rerun_workflows, {"rerun-1"}, {from = "middle"})
  end)
end)

describe("a workflow that was deleted", function()
  it("is not waited for", function()
    local h = enqueue("gone-1")
    dbos.delete_workflows {"gone-1"}
    assert.raises("NonExistentWorkflow", h.get_result, h)
    assert.raises("NonExistentWorkflow", dbos.wait, {h})
    assert.raises("NonExistentWorkflow", dbos.wait, {"gone-1"})
    assert.raises("NonExistentWorkflow", dbos.wait, {h}, {timeout = 60})
    assert.raises("NonExistentWorkflow", dbos.wait, {"gone-1"}, {timeout = 0}) -- as without one
    assert.raises("NonExistentWorkflow", dbos.get_event, "gone-1", "key", 0)
    assert.raises("NonExistentWorkflow", dbos.read_stream, "gone-1", "key")
  end)
end)

t.finish()
