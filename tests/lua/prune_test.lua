-- Deletes finished workflows by age and number.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local ids = {}
for i = 1, 6 do
  ids[i] = "prune-" .. i
  dbos.enqueue("prune", i % 2 == 0 and "even" or "odd", i, {workflow_id = ids[i]})
end
dbos.cancel_workflows({ids[1], ids[2], ids[3], ids[4], ids[5]})
local own = {workflow_id_prefix = "prune-"}

describe("plan_prune", function()
  it("counts by name and state, and deletes nothing", function()
    local plan = dbos.plan_prune {older_than = "+1h", where = own}
    assert.same({5, 0, 2}, {plan.count, plan.protected, #plan.groups})
    assert.truthy(plan.bytes > 0 and plan.oldest <= plan.newest)
    local even = plan.groups[1]
    assert.same({"even", "CANCELLED", 2}, {even.name, even.status, even.count})
    assert.equal(2, dbos.plan_prune {keep = 1, older_than = "now", where = {workflow_id_prefix = "prune-", name = "odd"}}.count)
    local none = dbos.plan_prune {older_than = "1h", where = own}
    assert.same({0, 0, 0}, {none.count, none.bytes, #none.groups})
    assert.equal(nil, none.oldest)
    assert.raises("InvalidOption", dbos.plan_prune, {})
    assert.matches("no time", assert.raises("InvalidArgument", dbos.plan_prune, {older_than = "30"}).message)
    assert.raises("InvalidArgument", dbos.plan_prune, {older_than = "30d", where = {limit = 1}})
  end)
end)

describe("prune", function()
  it("refuses what is too much", function()
    assert.matches("older_than or keep is needed", assert.raises("InvalidOption", dbos.prune, {}).message)
    assert.matches("only finished workflows", assert.raises("InvalidOption", dbos.prune, {keep = 1, where = {status = "PENDING"}}).message)
    assert.equal(6, dbos.count(own))
  end)

  it("keeps the newest of each name", function()
    local seen = {}
    local result = dbos.prune {keep = 1, where = own, batch_size = 1, pause = 0, each = function(deleted, total)
      seen[#seen + 1] = deleted .. "/" .. total
      assert.raises("Conflict", dbos.prune, {keep = 1})
      assert.raises("Conflict", dbos.cancel_workflow, ids[6])
    end}
    assert.same({"1/3", "2/3", "3/3"}, seen)
    assert.same({3, 3, 0, 0}, {result.deleted, result.batches, result.protected, result.changed})
    assert.equal("prune: 3 deleted in 3 batches", tostring(result))
    assert.truthy(result.bytes > 0 and result.duration >= 0 and result.paused >= 0 and #result.groups == 2)
    assert.equal(3, dbos.count(own))
  end)

  it("leaves what has not ended", function()
    assert.equal(2, dbos.prune {older_than = "+1h", where = own}.deleted)
    assert.equal("ENQUEUED", dbos.list_workflows(own)[1].status)
    assert.equal(0, dbos.prune {older_than = "now", where = own}.deleted)
  end)
end)

t.finish()
