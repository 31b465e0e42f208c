-- What fork_failed.lua does to orders that failed in different steps.

describe("fork_failed", function()
  before_each(function()
    fleet.workflow {
      id = "declined", name = "process_order", status = "ERROR",
      steps = {{name = "reserve", output = 1}, {name = "charge", error = "card declined"}},
    }
    fleet.workflow {id = "sold-out", name = "process_order", status = "ERROR", steps = {{name = "reserve", error = "out of stock"}}}
    fleet.workflow {
      id = "between", name = "process_order", status = "ERROR", error = "no address",
      steps = {{name = "reserve", output = 1}},
    }
  end)

  local function forked(id) return #dbos.list_workflows {forked_from = id} end

  it("forks each from the step that failed", function()
    local run = runbook.run("fork_failed.lua")
    assert.equal(0, run.status, run.log)
    assert.equal(3, #run.rows)
    fleet.run()
    assert.same({ERROR = 3, SUCCESS = 3}, fleet.counts())
  end)

  it("forks those of a step only", function()
    runbook.run("fork_failed.lua", {step = "charge"})
    assert.equal(1, forked "declined")
    assert.equal(0, forked "sold-out")
    assert.equal(0, forked "between")
  end)

  it("forks those with a message only", function()
    runbook.run("fork_failed.lua", {message = "stock"})
    assert.equal(1, forked "sold-out")
    assert.equal(0, forked "declined")
  end)

  it("forks each once", function()
    runbook.run("fork_failed.lua", {batch = 2, queue = "default"})
    local again = runbook.run("fork_failed.lua")
    assert.equal(0, #again.rows)
    assert.matches("no failed workflow matches", again.log)
    assert.equal(1, forked "declined")
  end)

  it("forks a canary first, and the rest if it succeeds", function()
    assert.equal(0, runbook.run("fork_failed.lua", {canary = 1, rate = 10}).status)
    assert.equal(3, forked {"declined", "sold-out", "between"})
  end)

  it("leaves the rest alone if the canary fails", function()
    for i = 1, 2 do fleet.workflow {id = "broken-" .. i, name = "process_order", status = "ERROR", when_run = {error = "still broken"}} end
    local run = runbook.run("fork_failed.lua", {canary = 1, message = "failed"})
    assert.equal(4, run.status)
    assert.matches("stopped after 1 of 2", run.log)
    assert.equal(1, #run.rows)
  end)

  it("shows what it would fork in a dry run", function()
    local run = runbook.run("fork_failed.lua", nil, {flags = {"--dry-run"}})
    assert.contains({workflow = "declined", step = "charge", error = "card declined", outcome = "changed", forked_as = ""}, run.rows)
    assert.same({ERROR = 3}, fleet.counts())
    assert.matches("would make 3 changes", run.log)
  end)
end)
