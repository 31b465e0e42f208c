-- What triage.lua shows of a fleet whose orders failed for two reasons, and what it does to a group.

describe("triage", function()
  -- How a declined order behaves when it runs again: as an application does whose provider is back, unless a test says otherwise.
  local provider

  before_each(function()
    provider = {output = "paid"}
    for i = 1, 12 do
      fleet.workflow {
        id = ("declined-%02d"):format(i), name = "process_order", queue_name = "orders", status = "ERROR",
        steps = {{name = "reserve", output = 1}, {name = "charge", error = "provider is down"}},
        when_run = {run = function() return provider.error and error(provider.error) or provider.output end},
      }
    end
    fleet.workflow {id = "sold-out", name = "process_order", status = "ERROR", steps = {{name = "reserve", error = "out of stock"}}}
  end)

  local function group(reason)
    return seq.find(runbook.run("triage.lua").rows, function(row) return row.reason == reason end).group
  end

  it("shows the groups, the largest first, and changes nothing", function()
    local run = runbook.run("triage.lua")
    assert.equal(0, run.status, run.log)
    assert.same({12, "charge", "provider is down"}, {run.rows[1].count, run.rows[1].step, run.rows[1].reason})
    assert.same({1, "reserve", "out of stock", "sold-out"}, {run.rows[2].count, run.rows[2].step, run.rows[2].reason, run.rows[2].example})
    assert.same({ERROR = 13}, fleet.counts())
    assert.same({}, runbook.run("triage.lua", {since = "1m"}).rows)
  end)

  it("runs a group again, and leaves the others alone", function()
    local name = group "provider is down"
    local run = runbook.run("triage.lua", {group = name})
    assert.equal(0, run.status, run.log)
    assert.same({
      {group = name, state = "done", succeeded = 12, failed = 0, unfinished = 0, untouched = 0, reason = ""},
    }, run.rows)
    assert.same({SUCCESS = 12, ERROR = 13}, fleet.counts())
    assert.same({"sold-out"}, seq.to_array(seq.map(runbook.run("triage.lua").rows, "example")))
  end)

  it("leaves the rest of a group alone if the canary fails again", function()
    provider.error = "still down"
    local run = runbook.run("triage.lua", {group = group "provider is down", canary = 3})
    assert.equal(4, run.status)
    assert.same({"stopped", 3, 9}, {run.rows[1].state, run.rows[1].failed, run.rows[1].untouched})
    assert.matches("canary", run.rows[1].reason)
    assert.same({ERROR = 16}, fleet.counts())
  end)

  it("stops with the reason if nothing runs the workflows, and waits no longer", function()
    local name, began = group "provider is down", clock.now()
    fleet.stop()
    local run = runbook.run("triage.lua", {group = name})
    assert.equal(4, run.status)
    assert.same({"stopped", 5, 7}, {run.rows[1].state, run.rows[1].unfinished, run.rows[1].untouched})
    assert.matches("%S", run.rows[1].reason)
    assert.near(35, clock.now() - began, 10)
  end)

  it("reports that some have not ended", function()
    fleet.workflow {id = "slow", name = "ship", status = "ERROR", steps = {{name = "pack", error = "jammed"}}, when_run = {takes = "2h"}}
    local run = runbook.run("triage.lua", {group = group "jammed", canary = 1, wait = "1h"})
    assert.equal(4, run.status, run.log)
    assert.same({"done", 0, 0, 1}, {run.rows[1].state, run.rows[1].succeeded, run.rows[1].failed, run.rows[1].unfinished})
  end)

  it("plans in a dry run", function()
    local run = runbook.run("triage.lua", {group = group "out of stock", verb = "fork"}, {flags = {"--dry-run"}})
    assert.equal(0, run.status, run.log)
    assert.matches("1 call would make 1 change", run.log)
    assert.same({ERROR = 13}, fleet.counts())
  end)

  it("refuses a group that is not there, before it runs another one", function()
    local run = runbook.run("triage.lua", {group = {group "out of stock", "nobody"}})
    assert.equal(1, run.status)
    assert.matches('there is no group "nobody" now', run.log)
    assert.same({ERROR = 13}, fleet.counts())
  end)
end)
