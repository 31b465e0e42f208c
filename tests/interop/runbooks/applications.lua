-- Schedules, triggers, backfills and plain inputs for an application of the Go or the Python SDK, whose rows show which.
local dbos = require "dbos"
local json = require "json"
local time = require "time"

local args = require "args"

local p = args.declare {
  summary = "Drive schedules and plain inputs of an application of any SDK",
  class = {type = "string", default = "", doc = "the class of its workflows"},
  language = {type = "string", required = true, doc = "its SDK's language"},
}
local class = p.class ~= "" and p.class or nil

local soon = {timeout = 20, polling_interval = 0.05}

-- The finished runs of a schedule, each for a tick of its own; a failed one is an error.
local function finished(name)
  local done, seen = {}, {}
  for _, wf in ipairs(dbos.list_workflows{workflow_id_prefix = "sched-" .. name .. "-2", load_output = true}) do
    assert(wf.status ~= "ERROR", wf.id .. ": " .. tostring(wf.error))
    if wf.status == "SUCCESS" then
      local at = time.parse(wf.output.at):unix_ms()
      assert(not seen[at], wf.id .. " and " .. tostring(seen[at]) .. " are one tick")
      assert(at % 1000 == 0, wf.output.at)
      seen[at], done[#done + 1] = wf.id, wf
    end
  end
  return done
end

local function await(name, count)
  for _ = 1, 200 do
    local done = finished(name)
    if #done >= count then return done end
    time.sleep(0.1)
  end
  error(name .. ": " .. #finished(name) .. " runs, not " .. count)
end

-- The application runs the schedules that we make, once at each tick, with our context.
dbos.create_schedule{schedule_name = "ours", workflow_name = "tick", workflow_class_name = class, schedule = "* * * * * *", context = {shop = "north", list = {1, {2}}}}
dbos.create_schedule{schedule_name = "zoned", workflow_name = "tick", workflow_class_name = class, schedule = "* * * * * *", cron_timezone = "America/New_York"}
local first_runs = await("ours", 3)
for _, wf in ipairs(first_runs) do
  assert(json.encode(wf.output.context) == '{"list":[1,[2]],"shop":"north"}', json.encode(wf.output))
end
for _, wf in ipairs(await("zoned", 2)) do assert(wf.output.context == json.null or wf.output.context == nil, json.encode(wf.output)) end

-- A run that we start is told what its own runs are told.
local told = dbos.trigger_schedule("ours"):get_result(soon)
assert(told.context.shop == "north" and told.year == time.now().year and time.parse(told.at) > time.ago("1m"), json.encode(told))
told = dbos.trigger_schedule("own"):get_result(soon)
assert(told.context.shop == "own", json.encode(told))

-- A backfill over ticks that the application has run adds only the missing ones, in every spelling.
for _, name in ipairs{"ours", "zoned", "own"} do
  local done = await(name, 3)
  local first, last = time.parse(done[1].output.at):unix(), time.parse(done[#done].output.at):unix()
  local ids = dbos.backfill_schedule(name, first - 3, last + 1)
  assert(#ids == last - first + 3, name .. ": " .. #ids .. " ticks")
  for _, id in ipairs(ids) do dbos.retrieve_workflow(id):get_result(soon) end
  await(name, #ids)
end

-- No application runs a tick again that we have started ahead of time, because the run has the id that it would use: in
-- the zone of the schedule, and in Java, at a full minute, without seconds. In Go the id is in the zone of the machine,
-- which no row shows, so that such a backfill is refused.
local at = math.floor(time.now():unix()) + 5
if p.language == "java" then at = (math.floor((time.now():unix() + 3) / 60) + 1) * 60 end
if p.language == "go" then
  local started, problem = pcall(dbos.backfill_schedule, "ours", at - 1, at + 1)
  assert(not started and problem.code == "Unsupported", tostring(problem))
else
  for _, name in ipairs{"ours", "zoned"} do
    local ahead = dbos.backfill_schedule(name, at - 1, at + 1)
    assert(#ahead == 1, name .. " has " .. #ahead .. " ticks ahead of time")
    dbos.retrieve_workflow(ahead[1]):get_result(soon)
  end
  for _, name in ipairs{"ours", "zoned"} do
    local function passed()
      for _, wf in ipairs(finished(name)) do
        if time.parse(wf.output.at):unix() > at + 1 then return true end
      end
    end
    for _ = 1, 700 do
      if passed() then break end
      time.sleep(0.1)
    end
    assert(passed(), "the application runs no more ticks")
  end
end

-- A schedule of another year, for the application to backfill too.
dbos.create_schedule{schedule_name = "quarter", workflow_name = "tick", workflow_class_name = class, schedule = "0 */15 * * * *", context = {shop = "past"}}
for i, id in ipairs(dbos.backfill_schedule("quarter", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z")) do
  local out = dbos.retrieve_workflow(id):get_result(soon)
  assert(time.parse(out.at):unix() == time.parse("2026-01-01T00:00:00Z"):unix() + i * 900 and out.context.shop == "past", json.encode(out))
end

-- The application's own schedule keeps the form of its context through every change.
dbos.pause_schedule("own")
dbos.apply_schedules{{schedule_name = "own", workflow_name = "tick", workflow_class_name = class, schedule = "* * * * * *", context = {shop = "own", again = true}}}
dbos.resume_schedule("own")
local function renewed()
  for _, wf in ipairs(finished("own")) do
    if wf.output.context.again then return true end
  end
end
for _ = 1, 200 do
  if renewed() then break end
  time.sleep(0.1)
end
assert(renewed(), "the application still runs its own schedule as it was")

-- A plain input arrives as the one argument.
assert(dbos.enqueue("ordinary", "echo", {order = 1}, {class_name = class}):get_result(soon).order == 1)
for i, handle in ipairs(dbos.enqueue_many("ordinary", "echo", {{n = 1}, {n = 2}}, {class_name = class})) do assert(handle:get_result(soon).n == i) end
assert(dbos.enqueue("ordinary", "echo", dbos.portable_args{positional = {{order = 2}}}, {class_name = class}):get_result(soon).order == 2)

emit{done = "applications"}
