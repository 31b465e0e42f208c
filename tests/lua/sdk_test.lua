-- The SDK of the application: nothing in this database shows one, and --sdk does not say it.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local url, schema = args.raw[1], args.raw[2]
if schema == "" then schema = nil end

local from, to = "2026-01-01T00:00:00Z", "2026-01-01T03:00:00Z"

-- How an input is stored, and what it is.
local function stored(id)
  local wf = dbos.list_workflows {workflow_ids = id, load_input = true}[1]
  return wf.serialization, wf.input
end

describe("a database that shows no SDK", function()
  it("gets no schedule without one", function()
    local tick = {schedule_name = "tick", workflow_name = "report", schedule = "@hourly", context = {region = "eu"}}
    local err = assert.raises("Unsupported", dbos.create_schedule, tick)
    assert.matches('workflow "report"', err.message)
    assert.matches('sdk = "go"', err.hint)
    assert.raises("Unsupported", dbos.apply_schedules, {tick})
    assert.equal(nil, dbos.get_schedule("tick"))
  end)

  it("gets one with its context in the form of the SDK that the call names", function()
    dbos.create_schedule {schedule_name = "made", workflow_name = "made", schedule = "@hourly", context = {1}, sdk = "typescript"}
    dbos.apply_schedules {{schedule_name = "applied", workflow_name = "applied", schedule = "@hourly", context = {2}, sdk = "python"}}
    assert.same({1}, dbos.get_schedule("made").context)
    assert.same({2}, dbos.get_schedule("applied").context)
    local err = assert.raises("InvalidArgument", dbos.create_schedule, {schedule_name = "bad", workflow_name = "w", schedule = "@hourly", sdk = "rust"})
    assert.matches("rust", err.message)
    assert.equal(nil, dbos.get_schedule("bad"))
  end)
end)

describe("runs of a schedule whose SDK nothing shows", function()
  -- Another connection made it, so that this one was told nothing.
  local c = dbos.connect {database_url = url, database_schema = schema, sdk = "go"}
  c:create_schedule {schedule_name = "blind", workflow_name = "blind", schedule = "@hourly"}
  c:shutdown()

  it("are refused, planned, backfilled or triggered", function()
    assert.matches('workflow "blind"', assert.raises("Unsupported", dbos.trigger_schedule, "blind").message)
    assert.raises("Unsupported", dbos.backfill_schedule, "blind", from, to)
    assert.raises("Unsupported", dbos.update_schedule, "blind", {context = {1}})
    assert.equal(true, dbos.update_schedule("blind", {automatic_backfill = true}).automatic_backfill) -- in the form of no SDK
    assert.raises("Unsupported", dbos.plan_backfill, "blind", from, to)
    assert.same({}, dbos.list_workflows {schedule_name = "blind"})
  end)

  it("are spelled and written as the SDK that the call names does", function()
    local planned = dbos.plan_backfill("blind", from, to, {sdk = "typescript"})
    assert.equal("sched-blind-2026-01-01T01:00:00.000Z", planned[1].workflow_id)
    local ids = dbos.backfill_schedule("blind", from, to, {sdk = "python"})
    assert.same({"sched-blind-2026-01-01T01:00:00+00:00", "sched-blind-2026-01-01T02:00:00+00:00"}, ids)
    assert.equal("py_pickle", (stored(ids[1])))
    local form, input = stored(dbos.trigger_schedule("blind", {sdk = "go"}).workflow_id)
    assert.equal("DBOS_JSON", form)
    assert.truthy(input.scheduled_time)
  end)
end)

describe("a plain input", function()
  it("is written so that the SDK that the call names can read it", function()
    local form, input = stored(dbos.enqueue("q", "plain", {order = 1}, {sdk = "python"}).workflow_id)
    assert.equal("portable_json", form)
    assert.equal(1, input.positionalArgs[1].order)
    for _, handle in ipairs(dbos.enqueue_many("q", "plain", {1, 2}, {sdk = "typescript"})) do
      assert.equal("portable_json", (stored(handle.workflow_id)))
    end
    assert.equal("DBOS_JSON", (stored(dbos.enqueue("q", "plain", 1, {sdk = "go"}).workflow_id)))
  end)

  it("is debounced under the key that the SDK spells", function()
    local plain = dbos.debouncer("count", {sdk = "go"}):debounce("key", "1h", 1)
    local same = dbos.debouncer("count", {sdk = "go"}):debounce("key", "1h", 2)
    assert.equal(plain.workflow_id, same.workflow_id)
    local portable = dbos.debouncer("count", {sdk = "typescript"}):debounce("other", "1h", 1)
    assert.equal("portable_json", (stored(portable.workflow_id)))
    assert.equal("DBOS_JSON", (stored(plain.workflow_id)))
  end)
end)

t.finish()
