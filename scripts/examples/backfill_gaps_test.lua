-- Which ticks of an hourly schedule backfill_gaps.lua starts. The clock begins at 10:00 UTC.

local function schedule(options)
  dbos.create_schedule {
    schedule_name = options.name or "hourly", workflow_name = "report", schedule = options.cron or "0 0 * * * *", cron_timezone = "UTC",
    automatic_backfill = options.automatic, sdk = "go",
  }
end

-- Leaves the runs of some hours behind.
local function ran(hours, name)
  for _, hour in ipairs(hours) do
    local id = ("sched-%s-2026-03-02T%02d:00:00Z"):format(name or "hourly", hour)
    fleet.workflow {id = id, name = "report", status = "SUCCESS", age = (10 - hour) .. "h"}
  end
end

local function hours(status)
  local found = {}
  for _, wf in ipairs(dbos.list_workflows {status = status, name = "report"}) do found[#found + 1] = tonumber(wf.id:match("T(%d+)")) end
  table.sort(found)
  return found
end

describe("backfill_gaps", function()
  before_each(function() clock.advance("10m") end)

  it("starts the missing runs, and none twice", function()
    schedule {}
    ran {3, 4, 7}
    local run = runbook.run("backfill_gaps.lua")
    assert.equal(0, run.status, run.log)
    assert.same({5, 6, 8, 9, 10}, hours "ENQUEUED")
    assert.equal(5, run.rows[1].started)
    assert.equal(0, #runbook.run("backfill_gaps.lua").rows)
  end)

  it("leaves alone what comes before the first run, and the newest ticks", function()
    schedule {}
    ran {8}
    runbook.run("backfill_gaps.lua", {settle = "30m"})
    assert.same({9}, hours "ENQUEUED")
  end)

  it("leaves alone a schedule without runs, a paused one, and one that backfills itself", function()
    schedule {name = "new"}
    schedule {name = "paused"}
    schedule {name = "auto", automatic = true}
    ran({6}, "paused")
    ran({6}, "auto")
    dbos.pause_schedule("paused")
    local run = runbook.run("backfill_gaps.lua")
    assert.same({}, hours "ENQUEUED")
    assert.equal(1, #run.rows)
    assert.same({"auto", "its application backfills it"}, {run.rows[1].schedule, run.rows[1].note})
  end)

  it("starts the oldest first, up to both limits", function()
    schedule {name = "a"}
    schedule {name = "b"}
    ran({4}, "a")
    ran({4}, "b")
    local run = runbook.run("backfill_gaps.lua", {max = 3, max_total = 4})
    assert.same({5, 5, 6, 7}, hours "ENQUEUED")
    assert.matches("left for the next run.*left=8", run.log)
    runbook.run("backfill_gaps.lua", {schedules = "b"})
    assert.same({5, 5, 6, 6, 7, 7, 8, 9, 10}, hours "ENQUEUED")
  end)

  it("says which schedules it cannot read", function()
    schedule {name = "busy", cron = "* * * * * *"}
    local run = runbook.run("backfill_gaps.lua", {since = "30d"})
    assert.equal(0, run.status, run.log)
    assert.matches("100,?000", run.rows[1].note)
  end)

  it("starts nothing in a dry run", function()
    schedule {}
    ran {8}
    local run = runbook.run("backfill_gaps.lua", {}, {flags = {"--dry-run"}})
    assert.same({}, hours "ENQUEUED")
    assert.same({2, 0}, {run.rows[1].missing, run.rows[1].started})
  end)
end)
