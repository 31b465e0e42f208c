-- What bulk_resume.lua does to a fleet of orders, some of which failed.

local function order(id, status, more)
  local wf = {id = id, name = "process_order", queue_name = "orders", status = status, age = "2h"}
  for key, value in pairs(more or {}) do wf[key] = value end
  return fleet.workflow(wf)
end

local function status(id) return dbos.retrieve_workflow(id):get_status().status end

describe("bulk_resume", function()
  it("resumes what was given up", function()
    order("order-1", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
    order("order-2", "SUCCESS")
    local run = runbook.run("bulk_resume.lua", {since = "3h"})
    assert.equal(0, run.status, run.log)
    assert.same({{status = "SUCCESS", count = 1}}, run.rows)
    assert.equal("SUCCESS", status "order-1")
  end)

  it("forks what ended in an error, from the step that failed", function()
    order("order-1", "ERROR", {
      steps = {{name = "reserve", output = "shelf 7"}, {name = "charge", error = "card declined"}}, output = "paid",
    })
    runbook.run("bulk_resume.lua", {since = "3h"})
    assert.equal("ERROR", status "order-1")
    local fork = dbos.list_workflows({forked_from = "order-1", load_output = true})[1]
    assert.equal("paid", fork.output)
    assert.equal(2, #dbos.get_workflow_steps(fork.id))
  end)

  it("leaves alone what is older, has another name or was forked before", function()
    order("old", "ERROR", {age = "2d"})
    order("other", "ERROR", {name = "send_mail"})
    order("forked", "ERROR", {was_forked_from = true})
    local run = runbook.run("bulk_resume.lua", {since = "1d", name = "process_order"})
    assert.equal(0, run.status)
    assert.matches("nothing to resume", run.log)
    assert.same({ERROR = 3}, fleet.counts())
  end)

  it("plans in a dry run, and waits for nothing", function()
    order("order-1", "CANCELLED")
    local run = runbook.run("bulk_resume.lua", {status = "CANCELLED"}, {flags = {"--dry-run"}})
    assert.equal(0, run.status, run.log)
    assert.matches("1 call would make 1 change", run.log)
    assert.same({CANCELLED = 1}, fleet.counts())
  end)

  it("keeps to a rate", function()
    for i = 1, 3 do order("order-" .. i, "CANCELLED") end
    local began = clock.now()
    runbook.run("bulk_resume.lua", {status = "CANCELLED", batch = 1, rate = 1})
    assert.same({SUCCESS = 3}, fleet.counts())
    assert.near(2, clock.now() - began, 0.5)
  end)

  it("has no more than a batch unfinished", function()
    for i = 1, 3 do order("order-" .. i, "CANCELLED", {when_run = {takes = "5m"}}) end
    local began = clock.now()
    runbook.run("bulk_resume.lua", {status = "CANCELLED", batch = 1})
    assert.same({SUCCESS = 3}, fleet.counts())
    assert.near(900, clock.now() - began, 5)
  end)

  it("stops if too many fail again", function()
    for i = 1, 3 do order("order-" .. i, "MAX_RECOVERY_ATTEMPTS_EXCEEDED", {when_run = {error = "no stock"}}) end
    local run = runbook.run("bulk_resume.lua", {batch = 1, max_failed = 0})
    assert.equal(4, run.status)
    assert.matches("stopped after 1 of 3, .*1 of 1 workflows that ended failed", run.log)
    assert.same({{status = "ERROR", count = 1}}, run.rows)
    assert.same({ERROR = 1, MAX_RECOVERY_ATTEMPTS_EXCEEDED = 2}, fleet.counts())
  end)

  it("leaves the rest alone if the canary fails", function()
    for i = 1, 3 do order("order-" .. i, "CANCELLED", {when_run = {error = "no stock"}}) end
    local run = runbook.run("bulk_resume.lua", {status = "CANCELLED", canary = 2})
    assert.equal(4, run.status)
    assert.matches("stopped after 2 of 3", run.log)
    assert.same({ERROR = 2, CANCELLED = 1}, fleet.counts())
  end)

  it("stops if nothing runs the workflows, and waits no longer", function()
    for i = 1, 3 do order("order-" .. i, "CANCELLED") end
    local began = clock.now()
    fleet.stop()
    local run = runbook.run("bulk_resume.lua", {status = "CANCELLED", batch = 1})
    assert.equal(4, run.status)
    assert.same({{status = "ENQUEUED", count = 1}}, run.rows)
    assert.near(35, clock.now() - began, 10)
  end)

  it("reports that some fail again", function()
    order("order-1", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", {when_run = {error = "no stock"}})
    order("order-2", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
    local run = runbook.run("bulk_resume.lua")
    assert.equal(4, run.status)
    assert.matches("done, 2 of 2 changed", run.log)
    assert.contains({status = "ERROR", count = 1}, run.rows)
  end)

  it("gives up waiting for a batch that does not end", function()
    order("order-1", "CANCELLED", {when_run = {takes = "2h"}})
    local began = clock.now()
    local run = runbook.run("bulk_resume.lua", {status = "CANCELLED", wait = "1h"})
    assert.equal(4, run.status, run.log)
    assert.same({{status = "PENDING", count = 1}}, run.rows)
    assert.near(3600, clock.now() - began, 1)
  end)
end)
