-- Schedules for one of several applications on a database.
local dbos = require "dbos"
local json = require "json"
local time = require "time"
local args = require "args"

local p = args.declare {
  summary = "Make schedules for one of several applications",
  app = {type = "string", required = true, doc = "the application"},
  queue = {type = "string", required = true, doc = "its queue"},
  language = {type = "string", required = true, doc = "its SDK"},
}

local name = p.app .. "-schedule"

-- Workflow "tick" is in several applications here, so that only the caller knows which of them is meant.
dbos.create_schedule{
  schedule_name = name, workflow_name = "tick", schedule = "* * * * * *", context = {shop = p.app}, queue_name = p.queue, sdk = p.language,
}

local function finished(which)
  local done, seen = {}, {}
  for _, wf in ipairs(dbos.list_workflows{workflow_id_prefix = "sched-" .. which .. "-2", load_output = true}) do
    assert(wf.status ~= "ERROR", wf.id .. ": " .. tostring(wf.error))
    if wf.status == "SUCCESS" then
      local at = time.parse(wf.output.at):unix_ms()
      assert(not seen[at], wf.id .. " and " .. tostring(seen[at]) .. " are one tick")
      assert(wf.executor_id == p.app .. "-1", wf.id .. " ran in " .. tostring(wf.executor_id))
      seen[at], done[#done + 1] = wf.id, wf
    end
  end
  return done
end

for _, which in ipairs{name, p.app .. "-own"} do
  for _ = 1, 200 do
    if #finished(which) >= 2 then break end
    time.sleep(0.1)
  end
  local done = finished(which)
  assert(#done >= 2, which .. " has " .. #done .. " runs")
  for _, wf in ipairs(done) do assert(wf.output.context.shop == p.app, json.encode(wf.output)) end
end

-- A trigger and a backfill go where the schedule's own runs go.
local soon = {timeout = 20, polling_interval = 0.05}
assert(dbos.trigger_schedule(name):get_result(soon).context.shop == p.app)
for _, id in ipairs(dbos.backfill_schedule(name, "2026-01-01T00:00:00Z", "2026-01-01T00:00:03Z")) do
  assert(dbos.retrieve_workflow(id):get_result(soon).context.shop == p.app)
end
dbos.delete_schedule(name)
dbos.delete_schedule(p.app .. "-own")

emit{done = "schedules"}
