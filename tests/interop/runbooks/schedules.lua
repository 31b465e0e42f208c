-- Schedules that we write, and whose runs the application starts.
local dbos = require "dbos"
local json = require "json"
local time = require "time"
local args = require "args"

local p = args.declare {
  summary = "Create, change, pause, trigger, backfill and delete schedules of a running application",
  prefix = {type = "string", default = "schedules", doc = "what the schedule names start with"},
  owner = {type = "string", doc = "the owner of the schedules; without it, tables without owners"},
}

local soon = {timeout = 20, polling_interval = 0.05}

local function name(which) return p.prefix .. "-" .. which end

-- Returns a schedule of the application. Where another application works beside it, one that may be of either is refused.
local function owned(schedule)
  schedule.application_name = p.owner
  return schedule
end

local function create(schedule) dbos.create_schedule(owned(schedule)) end

-- The runs that the application has started for a schedule, oldest first.
local function runs(which)
  return dbos.list_workflows{workflow_id_prefix = "sched-" .. name(which) .. "-2", load_output = true}
end

local function finished(which)
  local done = {}
  for _, wf in ipairs(runs(which)) do
    if wf.status == "SUCCESS" then done[#done + 1] = wf end
  end
  return done
end

-- Waits until the schedule has so many finished runs, for at most twenty seconds, and returns all of them.
local function await(which, count)
  for _ = 1, 200 do
    local done = finished(which)
    if #done >= count then return done end
    time.sleep(0.1)
  end
  error(name(which) .. ": " .. #finished(which) .. " runs, not " .. count)
end

-- The time of the tick that the workflow received, whatever type it came as.
local function instant(wf) return time.parse(wf.output.at) end

-- It starts a run at each whole second, with its context, on its queue.
create{
  schedule_name = name("every"), workflow_name = "tick", schedule = "* * * * * *",
  context = {shop = "north", list = {1, {2}}}, queue_name = "ordinary", cron_timezone = "America/New_York",
}
-- A cron text for this hour in Kathmandu and the next one. Hours there begin at a quarter past ours, so none is the same
-- as in UTC.
local there = math.floor((time.now():unix() + 20700) / 3600) % 24
local hours = "* * " .. there .. "," .. (there + 1) % 24 .. " * * *"
create{schedule_name = name("zoned"), workflow_name = "tick", schedule = hours, cron_timezone = "Asia/Kathmandu"}
create{schedule_name = name("elsewhere"), workflow_name = "tick", schedule = hours, cron_timezone = "UTC"}
create{schedule_name = name("class"), workflow_name = "total", workflow_class_name = "Orders", schedule = "* * * * * *"}
create{schedule_name = name("steady"), workflow_name = "tick", schedule = "* * * * * *"}
local first_runs = await("every", 3)
local seen = {}
for _, wf in ipairs(first_runs) do
  assert(wf.output.type == "date" and wf.queue_name == "ordinary" and wf.name == "tick", json.encode(wf))
  assert(wf.output.context.shop == "north" and wf.output.context.list[2][1] == 2)
  assert(instant(wf):unix_ms() % 1000 == 0 and not seen[wf.output.at])
  assert(wf.created_at - instant(wf) > -1 and wf.created_at - instant(wf) < 10, tostring(wf.created_at) .. " for " .. wf.output.at)
  seen[wf.output.at] = true
end
assert(await("class", 1)[1].class_name == "Orders")
assert(await("steady", 1)[1].output.context == json.null)
assert(await("zoned", 1)[1].output.type == "date" and #runs("elsewhere") == 0)
local ok, err = pcall(create, {schedule_name = name("every"), workflow_name = "tick", schedule = "* * * * * *"})
assert(not ok and err.schedule_name == name("every"))

-- Our record of it, which the application updates.
local record = dbos.get_schedule(name("every"))
assert(record.status == "ACTIVE" and record.context.shop == "north" and record.cron_timezone == "America/New_York")
assert(record.last_fired_at >= instant(first_runs[1]))
assert(dbos.get_schedule(name("nobody")) == nil)
assert(#dbos.list_schedules{schedule_name_prefix = p.prefix} == 5 and #dbos.list_schedules{status = "PAUSED"} == 0)

-- A paused schedule starts no run while others go on. The application has noticed the pause when it starts a run of a
-- schedule that was created after it.
dbos.pause_schedule(name("every"))
create{schedule_name = name("later"), workflow_name = "tick", schedule = "* * * * * *"}
await("later", 1)
await("steady", #finished("steady") + 1)
local silent = #runs("every")
await("steady", #finished("steady") + 2)
assert(#runs("every") == silent and dbos.get_schedule(name("every")).status == "PAUSED")

-- A trigger works in the pause, and its run receives the context too.
local triggered = dbos.trigger_schedule(name("every")):get_result(soon)
assert(triggered.context.list[1] == 1 and time.parse(triggered.at) > time.ago("1m"))

-- A workflow that is registered as portable receives the same, with the time as text, because the SDK converts it.
create{schedule_name = name("portable"), workflow_name = "tickPortable", schedule = "0 0 1 1 *", context = {shop = "east"}}
local told = dbos.trigger_schedule(name("portable")):get_result(soon)
assert(told.type == "string" and time.parse(told.at) > time.ago("1m") and told.context.shop == "east", json.encode(told))

-- A backfill over ticks that the application has run itself adds only the missing ones.
local done = finished("every")
local from, to = instant(done[1]):unix() - 3, instant(done[#done]):unix() + 3
local ids = dbos.backfill_schedule(name("every"), from, to)
local span = to - from
assert(#ids == span - 1, #ids .. " ticks in " .. span .. " seconds")
local outcomes = await("every", span - 1)
local ticks = {}
for _, wf in ipairs(outcomes) do
  assert(not ticks[instant(wf):unix()], "two runs of one tick: " .. wf.id)
  ticks[instant(wf):unix()] = true
end
assert(#outcomes == span - 1)
local rows = #runs("every")
dbos.backfill_schedule(name("every"), from, to)
assert(#runs("every") == rows)

-- A backfill of the past: every fifteen minutes between two times, both of which are left out.
create{schedule_name = name("quarter"), workflow_name = "tick", schedule = "*/15 * * * *", context = json.null}
ids = dbos.backfill_schedule(name("quarter"), "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z")
assert(#ids == 3)
for i, id in ipairs(ids) do
  local out = dbos.retrieve_workflow(id):get_result(soon)
  assert(time.parse(out.at):unix() == time.parse("2026-01-01T00:00:00Z"):unix() + i * 900)
end

-- A schedule that is applied again keeps id, state and last run, and takes the new definition. Others stay as they are.
local before = dbos.get_schedule(name("every"))
dbos.apply_schedules{
  owned{schedule_name = name("every"), workflow_name = "tick", schedule = "* * * * * *", context = {shop = "south"}},
  owned{schedule_name = name("new"), workflow_name = "tick", schedule = "0 0 1 1 *"},
}
local after = dbos.get_schedule(name("every"))
assert(after.status == "PAUSED" and after.last_fired_at == before.last_fired_at and after.context.shop == "south")
assert(dbos.get_schedule(name("new")).status == "ACTIVE" and dbos.get_schedule(name("steady")).status == "ACTIVE")

-- Once resumed it starts runs again, by its new definition.
local last = #finished("every")
dbos.resume_schedule(name("every"))
local renewed = await("every", last + 2)
assert(renewed[#renewed].output.context.shop == "south", json.encode(renewed[#renewed].output))

-- An active schedule takes a new definition too.
dbos.apply_schedules{owned{schedule_name = name("steady"), workflow_name = "tick", schedule = "* * * * * *", context = {new = true}}}
local function renamed()
  local all = finished("steady")
  local context = all[#all].output.context
  return context ~= json.null and context.new == true
end
for _ = 1, 200 do
  if renamed() then break end
  time.sleep(0.1)
end
assert(renamed(), "the application still runs the old definition")

-- A deleted schedule is gone; its runs stay.
for _, which in ipairs{"every", "class", "steady", "zoned", "elsewhere", "later", "portable", "quarter", "new"} do
  if dbos.get_schedule(name(which)) then dbos.delete_schedule(name(which)) end
end
assert(#dbos.list_schedules{schedule_name_prefix = p.prefix} == 0 and #runs("every") >= last)
ok, err = pcall(dbos.pause_schedule, name("every"))
assert(not ok and err.code == "ScheduleNotFound")

emit{done = "schedules", kept_id = after.schedule_id == before.schedule_id}
