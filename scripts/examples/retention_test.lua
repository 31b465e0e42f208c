-- What retention.lua deletes of old orders, and what it keeps.

local function orders(count, status, age)
  for _ = 1, count do
    fleet.workflow {name = "process_order", status = status, age = age, error = status == "ERROR" and "no stock" or nil}
  end
end

describe("retention", function()
  it("deletes what is old, and keeps failed ones longer", function()
    orders(3, "SUCCESS", "40d")
    orders(2, "SUCCESS", "20d")
    orders(2, "ERROR", "40d")
    orders(1, "ERROR", "100d")
    local run = runbook.run("retention.lua", {keep = 1})
    assert.equal(0, run.status, run.log)
    assert.same({SUCCESS = 2, ERROR = 2}, fleet.counts())
    assert.same({3, 1}, {run.rows[1].deleted, run.rows[2].deleted})
  end)

  it("deletes the oldest first, and at most so many in a run", function()
    for day = 31, 60 do orders(1, "SUCCESS", day .. "d") end
    orders(2, "ERROR", "100d")
    local run = runbook.run("retention.lua", {keep = 1, max = 10})
    assert.matches("left for the next run", run.log)
    assert.same({SUCCESS = 20, ERROR = 2}, fleet.counts())
    local oldest = dbos.list_workflows {status = "SUCCESS", limit = 1}[1]
    assert.equal(50, math.floor((clock.now() - oldest.created_at) / 86400 + 0.5))
    for _ = 1, 3 do run = runbook.run("retention.lua", {keep = 1, max = 10}) end
    assert.falsy(run.log:find("left", 1, true), run.log)
    assert.same({SUCCESS = 1, ERROR = 1}, fleet.counts())
  end)

  it("keeps the newest of each name, and other names", function()
    orders(5, "SUCCESS", "40d")
    fleet.workflow {name = "send_mail", status = "SUCCESS", age = "40d"}
    runbook.run("retention.lua", {name = "process_order", keep = 2})
    assert.same({SUCCESS = 3}, fleet.counts())
  end)

  it("leaves unfinished workflows and their ancestors alone", function()
    fleet.workflow {id = "parent", name = "process_order", status = "SUCCESS", age = "50d"}
    fleet.workflow {name = "ship", status = "PENDING", age = "50d", parent_workflow_id = "parent"}
    orders(1, "SUCCESS", "40d")
    runbook.run("retention.lua", {keep = 1})
    assert.same({SUCCESS = 2, PENDING = 1}, fleet.counts())
  end)

  it("deletes nothing in a dry run", function()
    orders(3, "SUCCESS", "40d")
    assert.equal(0, runbook.run("retention.lua", {keep = 1}, {flags = {"--dry-run"}}).status)
    assert.same({SUCCESS = 3}, fleet.counts())
  end)
end)
