local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local from, to = "2026-01-01T00:00:00Z", "2026-01-01T03:00:00Z"

local function names(opts)
  local list = {}
  for _, s in ipairs(dbos.list_schedules(opts)) do list[#list + 1] = s.schedule_name end
  return list
end

describe("create_schedule", function()
  it("stores what every SDK reads", function()
    dbos.create_schedule {schedule_name = "bare", workflow_name = "report", schedule = "*/5 * * * *"}
    local s = dbos.get_schedule("bare")
    assert.equal("0 */5 * * * *", s.schedule)
    assert.equal("ACTIVE", s.status)
    assert.equal("_dbos_internal_queue", s.queue_name)
    assert.equal(false, s.automatic_backfill)
    assert.equal("UTC", s.cron_timezone)
    assert.equal(36, #s.schedule_id)
    for _, field in ipairs {"workflow_class_name", "context", "last_fired_at", "application_name"} do
      assert.equal(nil, s[field], field)
    end
  end)

  it("takes every option", function()
    dbos.create_schedule {
      schedule_name = "full", workflow_name = "report", workflow_class_name = "Reports", schedule = "@daily",
      context = {list = {1, json.null}, empty = json.array {}}, automatic_backfill = true, cron_timezone = "Europe/Berlin", queue_name = "slow",
    }
    local s = dbos.get_schedule("full")
    assert.equal("0 0 0 * * *", s.schedule)
    assert.equal("Reports", s.workflow_class_name)
    assert.equal('{"empty":[],"list":[1,null]}', json.encode(s.context))
    assert.equal(true, s.automatic_backfill)
    assert.equal("Europe/Berlin", s.cron_timezone)
    assert.equal("slow", s.queue_name)
  end)

  it("refuses what is there, and what is wrong", function()
    local again = {schedule_name = "bare", workflow_name = "report", schedule = "@daily"}
    assert.equal("bare", assert.raises("AlreadyExists", dbos.create_schedule, again).schedule_name)
    for schedule, why in pairs {
      ["@every 5m"] = "no fixed ticks", ["CRON_TZ=UTC * * * * *"] = "cron_timezone", ["* * * *"] = "4 fields", ["61 * * * *"] = "minute",
    } do
      local err = assert.raises("InvalidOption", dbos.create_schedule, {schedule_name = "bad", workflow_name = "w", schedule = schedule})
      assert.matches(why, err.message)
      assert.equal("bad", err.schedule_name)
    end
    local err = assert.raises("InvalidOption", dbos.create_schedule, {schedule_name = "bad", workflow_name = "w", schedule = "@daily", cron_timezone = "Nowhere"})
    assert.matches("Nowhere", err.message)
    assert.raises("InvalidArgument", dbos.create_schedule, {schedule_name = "bad", schedule = "@daily"})
    assert.matches("workflow_name", assert.raises("InvalidArgument", dbos.create_schedule, {schedule_name = "bad", workflow_nam = "w", schedule = "@daily"}).message)
    assert.equal(nil, dbos.get_schedule("bad"))
  end)
end)

describe("apply_schedules", function()
  it("changes definitions, and keeps id and state", function()
    dbos.pause_schedule("full")
    local before = dbos.get_schedule("full")
    dbos.apply_schedules {
      {schedule_name = "full", workflow_name = "digest", schedule = "@hourly"},
      {schedule_name = "applied", workflow_name = "digest", schedule = "0 30 9 * * MON-FRI"},
    }
    local after = dbos.get_schedule("full")
    assert.equal(before.schedule_id, after.schedule_id)
    assert.equal("PAUSED", after.status)
    assert.equal("digest", after.workflow_name)
    assert.equal(nil, after.context)
    assert.equal("ACTIVE", dbos.get_schedule("applied").status)
    dbos.apply_schedules {{
      schedule_name = "applied", workflow_name = "digest", schedule = "@hourly", workflow_class_name = "Reports", context = {1},
      automatic_backfill = true, cron_timezone = "Europe/Berlin", queue_name = "slow",
    }}
    local s = dbos.get_schedule("applied")
    assert.equal("Reports", s.workflow_class_name)
    assert.same({1}, s.context)
    assert.equal(true, s.automatic_backfill)
    assert.equal("Europe/Berlin", s.cron_timezone)
    assert.equal("slow", s.queue_name)
    dbos.apply_schedules {}
  end)

  it("does all or nothing, and names the one that is wrong", function()
    local err = assert.raises("InvalidOption", dbos.apply_schedules, {
      {schedule_name = "none-1", workflow_name = "w", schedule = "@daily"},
      {schedule_name = "none-2", workflow_name = "w", schedule = "never"},
    })
    assert.matches("schedule 2", err.message)
    assert.equal("none-2", err.schedule_name)
    assert.same({}, names {schedule_name_prefix = "none-"})
  end)
end)

describe("update_schedule", function()
  it("changes what is named, and keeps the rest", function()
    local before = dbos.get_schedule("applied")
    local after = dbos.update_schedule("applied", {schedule = "0 5 * * *", clear = {"queue_name"}})
    assert.equal("0 0 5 * * *", after.schedule)
    assert.equal("_dbos_internal_queue", after.queue_name)
    assert.same({1}, after.context)
    assert.equal(before.schedule_id, after.schedule_id)
    local all = dbos.update_schedule("applied", {
      workflow_name = "summary", workflow_class_name = "Summaries", schedule = "@daily", context = {2}, automatic_backfill = false,
      cron_timezone = "Asia/Tokyo", queue_name = "fast", sdk = "go",
    })
    assert.same({"summary", "Summaries", "0 0 0 * * *", "Asia/Tokyo", "fast"},
      {all.workflow_name, all.workflow_class_name, all.schedule, all.cron_timezone, all.queue_name})
    assert.same({2}, all.context)
    assert.equal(false, all.automatic_backfill)
    dbos.update_schedule("applied", {
      workflow_name = "digest", workflow_class_name = "Reports", schedule = "@hourly", context = {1}, automatic_backfill = true,
      cron_timezone = "Europe/Berlin", queue_name = "slow",
    })
    assert.raises("InvalidOption", dbos.update_schedule, "applied", {})
    assert.raises("InvalidOption", dbos.update_schedule, "applied", {schedule = "never"})
    local err = assert.raises("ScheduleNotFound", dbos.update_schedule, "aplied", {schedule = "@daily"})
    assert.matches('did you mean "applied"', err.message)
  end)
end)

describe("list_schedules", function()
  it("filters by all of its options", function()
    assert.same({"applied", "bare", "full"}, names())
    assert.same({"full"}, names {status = "PAUSED"})
    assert.same({"applied", "full"}, names {workflow_name = {"digest", "nobody"}})
    assert.same({"bare"}, names {schedule_name = "bare"})
    assert.same({"applied"}, names {schedule_name_prefix = "ap"})
    assert.same({}, names {application_name = "shop"})
    assert.same({"bare", "full"}, names {schedule_names = {"full", "bare"}})
    assert.same({"full"}, names {schedule_names = {"full", "bare"}, schedule_name = "full"})
    assert.same({}, names {application_names = "shop"})
    assert.same({}, names {status = {}})
    assert.raises("InvalidArgument", dbos.list_schedules, {status = "paused"})
    assert.matches("schedule_name_prefix", tostring(assert.raises("InvalidArgument", dbos.list_schedules, {schedule_name_prefx = "a"})))
  end)
end)

describe("pause, resume, delete", function()
  it("change the state, and know their schedules", function()
    dbos.pause_schedule("bare")
    assert.equal("PAUSED", dbos.get_schedule("bare").status)
    dbos.resume_schedule("bare")
    assert.equal("ACTIVE", dbos.get_schedule("bare").status)
    for _, err in ipairs {assert.raises("ScheduleNotFound", dbos.pause_schedule, "bear"), assert.raises("ScheduleNotFound", dbos.resume_schedule, "bear")} do
      assert.equal("bear", err.schedule_name)
      assert.matches('did you mean "bare"', err.message)
    end
    dbos.delete_schedule("applied")
    assert.matches('did you mean "bare"', assert.raises("ScheduleNotFound", dbos.delete_schedule, "bear").message)
    assert.equal(nil, dbos.get_schedule("applied"))
    assert.raises("InvalidOption", dbos.get_schedule, "")
  end)
end)

describe("backfill_schedule", function()
  it("plans, then starts each tick once", function()
    local planned = dbos.backfill_schedule("full", from, to, {dry_run = true})
    assert.equal(2, #planned)
    assert.equal("new", planned[1].state)
    assert.equal(nil, planned[1].status)
    assert.equal("2026-01-01T01:00:00Z", tostring(planned[1].scheduled_time))
    assert.same({}, dbos.list_workflows {name = "digest"})

    local ids = dbos.backfill_schedule("full", from, to)
    assert.same({"sched-full-2026-01-01T01:00:00Z", "sched-full-2026-01-01T02:00:00Z"}, ids)
    assert.same(ids, dbos.backfill_schedule("full", from, to))
    assert.equal(2, #dbos.list_workflows {schedule_name = "full"})
    local wf = dbos.list_workflows {workflow_ids = ids[1], load_input = true}[1]
    assert.equal("ENQUEUED", wf.status)
    assert.equal("2026-01-01T01:00:00Z", wf.input.scheduled_time)

    dbos.cancel_workflow(ids[2])
    local ticks = dbos.plan_backfill("full", from, to)
    assert.equal("exists", ticks[2].state)
    assert.equal("CANCELLED", ticks[2].status)
    assert.equal(ids[2], ticks[2].workflow_id)
  end)

  it("leaves out both ends, and takes times of every kind", function()
    local start = time.parse(from)
    assert.same({}, dbos.backfill_schedule("full", start, start + "1h"))
    assert.equal(1, #dbos.backfill_schedule("full", start:unix(), start:unix() + 3601))
    assert.same({}, dbos.backfill_schedule("full", to, from))
    assert.same({}, dbos.backfill_schedule("full", to, from, {dry_run = true}))
  end)

  it("refuses too much, and what is not there", function()
    assert.raises("ScheduleNotFound", dbos.backfill_schedule, "nobody", from, to)
    assert.raises("ScheduleNotFound", dbos.plan_backfill, "nobody", from, to)
    assert.raises("InvalidOption", dbos.backfill_schedule, "full", "1900-01-01", "2026-01-01")
    assert.raises("InvalidOption", dbos.plan_backfill, "full", "1900-01-01", "2026-01-01")
    assert.raises("InvalidArgument", dbos.backfill_schedule, "full", "soon", to)
    assert.raises("InvalidArgument", dbos.backfill_schedule, "full", from, to, {dryrun = true})
  end)
end)

describe("trigger_schedule", function()
  it("starts a run at once, of a paused schedule too", function()
    assert.equal("PAUSED", dbos.get_schedule("full").status)
    local h = dbos.trigger_schedule("full")
    assert.matches("^sched%-full%-trigger%-", h.workflow_id)
    local wf = h:get_status()
    assert.equal("digest", wf.name)
    assert.equal("full", wf.schedule_name)
    assert.raises("ScheduleNotFound", dbos.trigger_schedule, "nobody")
  end)
end)

t.finish()
