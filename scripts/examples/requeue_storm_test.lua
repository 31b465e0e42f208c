-- How requeue_storm.lua goes through the workflows of a failure. That it waits for an approval and
-- goes on after a kill is shown by a test of the command, because it needs a durable run.

local function orders(count, message, when_run)
  for _ = 1, count do
    fleet.workflow {
      name = "process_order", queue_name = "orders", status = "ERROR", age = "2h",
      steps = {{name = "charge_card", error = message}}, when_run = when_run,
    }
  end
end

local function storm(parameters, flags)
  parameters.ask = false
  return runbook.run("requeue_storm.lua", parameters, {flags = flags})
end

describe("requeue_storm", function()
  it("runs the largest failure again, in waves with a pause", function()
    orders(5, "connection refused")
    orders(2, "no such card")
    local began = clock.now()
    local run = storm {wave = 2, pause = "5m"}
    assert.equal(0, run.status, run.log)
    assert.same({2, 2, 1}, seq.to_array(seq.map(run.rows, function(row) return row.started end)))
    assert.equal(600, clock.now() - began)
    assert.same({ERROR = 7, SUCCESS = 5}, fleet.counts())
  end)

  it("takes the failure with a text, and starts each workflow once", function()
    orders(3, "connection refused")
    orders(1, "no such card")
    storm {error = "card"}
    assert.same({ERROR = 4, SUCCESS = 1}, fleet.counts())
    local run = storm {error = "card"}
    assert.equal(0, run.status)
    assert.matches("no failure matches", run.log)
  end)

  it("stops when too many fail again", function()
    orders(4, "connection refused", {error = "connection refused"})
    local run = storm {wave = 2}
    assert.equal(4, run.status)
    assert.matches("stopped after wave 1", run.log)
    assert.same({ERROR = 6}, fleet.counts())
  end)

  it("shows a plan without a question", function()
    orders(3, "connection refused")
    local run = runbook.run("requeue_storm.lua", {wave = 2}, {flags = {"--dry-run"}})
    assert.equal(0, run.status, run.log)
    assert.same({ERROR = 3}, fleet.counts())
  end)

  it("does nothing without an approval", function()
    orders(3, "connection refused")
    local run = runbook.run("requeue_storm.lua")
    assert.equal("Unsupported", run.error.code)
    assert.same({ERROR = 3}, fleet.counts())
  end)
end)
