-- Groups of failed workflows. Only an application fails workflows, so most of it is tested in Go.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

describe("failures", function()
  it("groups the workflows of a filter", function()
    for i = 1, 3 do dbos.enqueue("failing", "fails", i, {workflow_id = "failing-" .. i}) end
    dbos.cancel_workflows {"failing-1", "failing-2"}
    local groups = dbos.failures({status = "CANCELLED", queue_name = "failing"}, {by = "name", new_since = "-1h", examples = 1})
    assert.same({}, groups) -- a cancelled workflow is on no queue
    groups = dbos.failures({status = "CANCELLED", name = "fails"}, {by = "name", new_since = "-1h", examples = 1})
    assert.equal(1, #groups)
    local group = groups[1]
    assert.same({"fails", 2, 0, true, 1}, {group.name, group.count, group.dead_letters, group.new, #group.examples})
    assert.same({"failing-1", "failing-2"}, group.workflow_ids)

    assert.equal(2, dbos.resume_workflows(group.workflow_ids).changed)
    assert.equal(2, dbos.set_priority(group, 3).changed)
    local ids = {}
    for batch in dbos.batches(group, 1) do ids[#ids + 1] = batch[1] end
    assert.same({"failing-1", "failing-2"}, ids)
  end)

  it("takes every failure without a filter", function()
    for _, arguments in ipairs {{}, {{}}, {nil, {by = "error"}}, {{}, {by = "step"}}, {"failing-1", {by = "version"}}, {{"failing-1"}}} do
      assert.equal("table", type(dbos.failures(arguments[1], arguments[2])))
    end
  end)

  it("raises errors", function()
    assert.raises("InvalidArgument", dbos.failures, {statsu = "ERROR"})
    assert.raises("InvalidOption", dbos.failures, {}, {examples = 21})
    assert.raises("InvalidArgument", dbos.failures, {}, {by = "nam"})
  end)
end)

describe("count", function()
  it("counts the workflows of a filter", function()
    dbos.enqueue_many("counting", "counted", {1, 2, 3})
    assert.equal(3, dbos.count {name = "counted"})
    assert.equal(0, dbos.count {name = "counted", status = "ERROR"})
    assert.equal(3, dbos.count {queue_name = {"counting"}, start_time = "-1h"})
    local err = assert.raises("InvalidArgument", dbos.count, {limit = 3})
    assert.matches('takes no option "limit"', err.message)
  end)
end)

t.finish()
