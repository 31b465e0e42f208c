-- Executors, and the workflows of those that have died.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

describe("executors", function()
  it("returns what each has open, with a verdict and its reason", function()
    dbos.enqueue("work", "echo", 1, {workflow_id = "executors-1"}):get_result{timeout = 30}
    local wf = dbos.retrieve_workflow("executors-1"):get_status()
    local own = dbos.executors {executor_ids = wf.executor_id, application_version = wf.application_version}
    assert.equal(1, #own)
    assert.equal(wf.executor_id, own[1].executor_id)
    assert.equal("alive", own[1].verdict)
    assert.matches("ended", own[1].reason)
    assert.same({}, dbos.executors {executor_ids = "nobody", silent_for = "1h"})
    assert.same({}, dbos.executors {application_name = "nobody"})
    assert.raises("InvalidOption", dbos.executors, {silent_for = -1})
  end)
end)

describe("orphans", function()
  it("returns nothing while every executor may live", function()
    assert.same({}, dbos.orphans {executor_ids = "nobody"})
    assert.same({}, dbos.orphans {silent_for = "1000d", name = "echo"})
    assert.same({}, dbos.orphans())
    assert.raises("InvalidOption", dbos.orphans, {app_version = "v1", application_version = "v1"})
    assert.raises("InvalidOption", dbos.orphans, {silent_for = -1})
  end)
end)

t.finish()
