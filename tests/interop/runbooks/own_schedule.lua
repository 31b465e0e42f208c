-- Takes over a schedule that the application made and runs itself.
local dbos = require "dbos"
local json = require "json"
local time = require "time"
local args = require "args"

local p = args.declare {
  summary = "Read, pause, backfill, trigger, apply, resume and delete a schedule of the application's own",
  name = {type = "string", default = "own", doc = "the schedule, which starts tick each second with the context {shop = \"own\"}"},
}

local soon = {timeout = 20, polling_interval = 0.05}

-- Its finished runs, oldest first.
local function finished()
  return dbos.list_workflows{workflow_id_prefix = "sched-" .. p.name .. "-2", status = "SUCCESS", load_output = true}
end

-- Looks until so many runs are finished, for at most twenty seconds.
local function await(count)
  for _ = 1, 200 do
    local done = finished()
    if #done >= count then return done end
    time.sleep(0.1)
  end
  error(p.name .. ": " .. #finished() .. " runs, not " .. count)
end

local function instant(wf) return time.parse(wf.output.at):unix() end

-- What the application wrote is read.
local first_runs = await(2)
assert(first_runs[1].output.type == "date" and first_runs[1].output.context.shop == "own", json.encode(first_runs[1].output))
local made = dbos.get_schedule(p.name)
assert(made.status == "ACTIVE" and made.workflow_name == "tick" and made.context.shop == "own" and made.last_fired_at)

-- A backfill from the first runs of the application to ticks that are still to come: each tick runs once, whoever of us
-- came first.
dbos.pause_schedule(p.name)
local from, to = instant(first_runs[1]), instant(first_runs[1]) + 8
local ids = dbos.backfill_schedule(p.name, from, to)
assert(#ids == 7, #ids .. " ticks in eight seconds")
local ticks = {}
for _, id in ipairs(ids) do dbos.retrieve_workflow(id):get_result(soon) end
for _, wf in ipairs(finished()) do
  local at = instant(wf)
  assert(not ticks[at], "two runs of one tick: " .. wf.id)
  ticks[at] = wf.output.context.shop
end
for at = from, to - 1 do assert(ticks[at] == "own", "no run at " .. at) end

-- A trigger in the pause.
assert(dbos.trigger_schedule(p.name):get_result(soon).context.shop == "own")

-- After we have applied it, it is the same schedule, still paused, with another context. The application runs it once it
-- is resumed.
local before = dbos.get_schedule(p.name)
dbos.apply_schedules{{schedule_name = p.name, workflow_name = "tick", schedule = "* * * * * *", context = {shop = "ours"}}}
local after = dbos.get_schedule(p.name)
assert(after.status == "PAUSED" and after.last_fired_at == before.last_fired_at and after.context.shop == "ours")
assert(after.application_name == before.application_name)
local last = #finished()
dbos.resume_schedule(p.name)
local renewed = await(last + 1)
assert(renewed[#renewed].output.context.shop == "ours", json.encode(renewed[#renewed].output))

dbos.delete_schedule(p.name)
assert(dbos.get_schedule(p.name) == nil)
emit{done = "own_schedule", kept_id = after.schedule_id == made.schedule_id}
