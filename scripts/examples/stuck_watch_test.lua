-- When stuck_watch.lua speaks. The state is a file, so these tests need two grants:
--
--   dbos-script test stuck_watch_test.lua --allow-read=/tmp --allow-write=/tmp

local folder, state

local function watch(parameters, flags)
  local all = {state = state}
  for key, value in pairs(parameters or {}) do all[key] = value end
  local run = runbook.run("stuck_watch.lua", all, {flags = flags})
  assert.equal(0, run.status, run.log)
  return run
end

local function spoke(run) return run.log:find("changed", 1, true) ~= nil or run.log:find("posted", 1, true) ~= nil end

describe("stuck_watch", function()
  before_each(function()
    folder = fs.temp_dir()
    state = folder .. "/state.json"
  end)

  after_each(function()
    if fs.exists(state) then fs.remove(state) end
    fs.remove(folder)
  end)

  it("says nothing while all is well", function()
    fleet.workflow {name = "process_order", status = "SUCCESS"}
    local run = watch()
    assert.same({}, run.rows)
    assert.falsy(spoke(run), run.log)
  end)

  it("says why workflows are stuck, once", function()
    for _ = 1, 3 do fleet.workflow {name = "process_order", status = "PENDING", age = "2h", executor_id = "gone"} end
    local run = watch()
    assert.equal(1, #run.rows)
    assert.equal(3, run.rows[1].workflows)
    assert.matches("/process_order/", run.rows[1].problem)
    assert.truthy(spoke(run), run.log)
    fleet.workflow {name = "process_order", status = "PENDING", age = "2h", executor_id = "gone"}
    assert.falsy(spoke(watch()), "one more of the same problem is no news")
  end)

  it("speaks again about another problem, and when all is well", function()
    fleet.workflow {id = "order-1", name = "process_order", status = "PENDING", age = "2h", executor_id = "gone"}
    assert.truthy(spoke(watch()))
    fleet.workflow {id = "mail-1", name = "send_mail", status = "PENDING", age = "2h", executor_id = "gone"}
    assert.truthy(spoke(watch()))
    dbos.cancel_workflows {"order-1", "mail-1"}
    assert.truthy(spoke(watch()))
    assert.falsy(spoke(watch()))
  end)

  it("leaves young workflows, other names and all beyond the limit out", function()
    fleet.workflow {name = "process_order", status = "PENDING", age = "5m", executor_id = "new"}
    fleet.workflow {name = "send_mail", status = "PENDING", age = "2h", executor_id = "gone"}
    assert.same({}, watch({name = "process_order"}).rows)
    for _ = 1, 3 do fleet.workflow {name = "ship", status = "PENDING", age = "1h", executor_id = "gone"} end
    assert.equal(1, #watch({max = 1}).rows)
  end)

  it("keeps no state in a dry run", function()
    fleet.workflow {name = "process_order", status = "PENDING", age = "2h", executor_id = "gone"}
    watch({}, {"--dry-run"})
    assert.truthy(spoke(watch()))
  end)

  it("keeps no state if the post was refused", function()
    fleet.workflow {name = "process_order", status = "PENDING", age = "2h", executor_id = "gone"}
    fake.http {method = "POST", url = "https://hooks.example.com/x", status = 403, times = 1}
    fake.http {method = "POST", url = "https://hooks.example.com/x"}
    local parameters = {state = state, webhook = "https://hooks.example.com/x"}
    assert.equal("UnexpectedStatus", runbook.run("stuck_watch.lua", parameters).error.code)
    assert.equal(0, runbook.run("stuck_watch.lua", parameters).status)
    assert.equal(0, runbook.run("stuck_watch.lua", parameters).status)
    assert.equal(2, #fake.requests())
    assert.matches("/process_order/", fake.requests()[2].json.problems[1].problem)
  end)
end)
