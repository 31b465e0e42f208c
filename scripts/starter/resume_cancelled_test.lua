-- Each test has an empty database, a fleet that plays the application, and a clock of its own.

local function cancelled(id, age)
  fleet.workflow {id = id, name = "process_order", queue_name = "orders", status = "CANCELLED", age = age}
end

local function status(id) return dbos.retrieve_workflow(id):get_status().status end

describe("resume_cancelled", function()
  it("lets cancelled workflows run on", function()
    cancelled("order-1", "2h")
    local run = runbook.run("resume_cancelled.lua")
    assert.equal(0, run.status, run.log)
    assert.same({{resumed = 1}}, run.rows)
    fleet.run()
    assert.equal("SUCCESS", status "order-1")
  end)

  it("leaves alone what is older", function()
    cancelled("order-1", "2h")
    clock.advance("1h")
    assert.same({{resumed = 0}}, runbook.run("resume_cancelled.lua", {since = "2h"}).rows)
    assert.equal("CANCELLED", status "order-1")
  end)
end)
