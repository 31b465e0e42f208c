-- Results, errors and steps of workflows that a worker runs beside the test.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local quick = {timeout = "20s", polling_interval = "10ms"}

describe("get_result", function()
  it("gives what the workflow returned", function()
    assert.same({n = 1, list = {1, 2}}, dbos.enqueue("work", "echo", {n = 1, list = {1, 2}}):get_result(quick))
    assert.equal(nil, dbos.enqueue("work", "echo", nil):get_result(quick))
    assert.equal("9223372036854775807", tostring(dbos.enqueue("work", "echo", json.decode "9223372036854775807"):get_result(quick)))
  end)

  it("raises the error that the workflow stored", function()
    local h = dbos.enqueue("work", "fail", "no stock")
    local err = assert.raises("WorkflowFailed", h.get_result, h, quick)
    assert.equal(h.workflow_id, err.workflow_id)
    assert.matches("no stock", tostring(err))
    assert.matches("no stock", err.cause.message)
  end)

  it("says when a workflow was given up", function()
    local h = dbos.retrieve_workflow("dead")
    assert.raises("DeadLetterQueue", h.get_result, h, quick)
    assert.equal("MAX_RECOVERY_ATTEMPTS_EXCEEDED", h:get_status().status)
  end)
end)

describe("a finished workflow", function()
  it("has output, error and steps", function()
    local h = dbos.enqueue("work", "steps", {fail_at = 2})
    assert.raises("WorkflowFailed", h.get_result, h, quick)
    local wf = dbos.list_workflows {workflow_ids = h.workflow_id, load_output = true}[1]
    assert.equal("ERROR", wf.status)
    assert.matches("step 2", wf.error.message)
    assert.truthy(wf.error:find("step 2"))
    assert.matches("^failed: ", "failed: " .. wf.error)
    assert.truthy(wf.completed_at >= wf.started_at)
    local steps = dbos.get_workflow_steps(h.workflow_id, {load_output = true})
    assert.equal(3, #steps)
    assert.equal(0, steps[1].step_id)
    assert.equal("step_0", steps[1].step_name)
    assert.equal(0, steps[1].output)
    assert.equal(nil, steps[1].error)
    assert.matches("step 2", steps[3].error)
    assert.equal("step_1", dbos.get_workflow_steps(h.workflow_id, {limit = 1, offset = 1})[1].step_name)
  end)

  it("runs on from the step it is forked from", function()
    local h = dbos.enqueue("work", "steps", {fail_once = 1})
    assert.raises("WorkflowFailed", h.get_result, h, quick)
    local fork = dbos.fork_workflow {original_workflow_id = h.workflow_id, start_step = 1, queue_name = "work"}
    assert.equal("done", fork:get_result(quick))
  end)
end)

describe("application versions", function()
  it("are registered by the worker", function()
    assert.equal("v1", dbos.get_latest_application_version().version_name)
    local v = dbos.list_application_versions()[1]
    assert.truthy(v.version_id)
    assert.truthy(v.version_timestamp >= v.created_at)
    dbos.set_latest_application_version("v1")
  end)
end)

t.finish()
