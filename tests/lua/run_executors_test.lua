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

describe("the filters of orphans", function()
  it("are those of lists", function()
    assert.same({}, dbos.orphans {
      workflow_ids = "x", workflow_id_prefix = "x", status = "PENDING", name = "echo", start_time = "-1h", end_time = "-1s",
      created_after = "-1h", created_before = "-1s", app_version = "v1", user = "u", queue_name = "work", queues_only = true,
      executor_ids = "nobody", forked_from = "x", is_fork = false, was_forked_from = false, parent_workflow_id = "x", has_parent = true,
      deduplication_id = "d", completed_after = "-1h", completed_before = "-1s", dequeued_after = "-1h", dequeued_before = "-1s",
      attributes = {a = 1}, schedule_name = "s", is_debounced = false, held = false, limit = 1, offset = 0, sort_desc = true, load_input = false,
      load_output = false,
    })
    assert.same({}, dbos.orphans {application_version = "v1", application_name = "nobody", silent_for = "1h"})
    assert.same({}, dbos.orphans {status = "SUCCESS"})
  end)
end)

describe("recover", function()
  it("changes only what is PENDING, and says what became of each", function()
    dbos.enqueue("executors-nowhere", "echo", 1, {workflow_id = "recover-1"})
    local result = dbos.recover {"recover-1", "recover-never"}
    assert.same({0, 1, 1, 0, 0}, {result.changed, result.unchanged, result.unknown, result.fenced, #result.may_run_twice})
    assert.equal("ENQUEUED", result.outcomes[1].status)
    assert.matches("only PENDING", result.outcomes[1].reason)
    assert.matches("^recover: 0 of 2 changed", tostring(result))
    assert.equal(1, dbos.recover("recover-1").unchanged)
  end)

  it("takes the filters of orphans", function()
    assert.equal(0, #dbos.recover {executor_ids = "nobody", application_version = "v1", queue_name = "work"}.outcomes)
    assert.equal(0, #dbos.recover {queue_name = "work"}.outcomes)
    assert.equal(0, #dbos.recover {silent_for = "1000d"}.outcomes)
    assert.equal(0, #dbos.recover {}.outcomes)
    assert.raises("InvalidOption", dbos.recover, {app_version = "v1", application_version = "v1"})
    assert.raises("InvalidArgument", dbos.recover, {executors = "nobody"})
  end)
end)

t.finish()
