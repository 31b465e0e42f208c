-- Lists schedules, or pauses, resumes, triggers or backfills some.

local p = args.declare {
  summary = "List the schedules, or pause, resume, trigger or backfill some.",
  names = {type = "list", positional = true, doc = "the schedules; all when not given, but only for the list"},
  pause = {type = "boolean", doc = "pauses them: no runs start until they are resumed"},
  resume = {type = "boolean", doc = "resumes them"},
  trigger = {type = "boolean", short = "t", doc = "starts a run of each for this very moment"},
  backfill = {type = "boolean", doc = "starts the runs that they have missed between --since and --until; with --dry-run lists them only"},
  since = {type = "time", doc = "where a backfill begins"},
  ["until"] = {type = "time", default = "now", doc = "where a backfill ends"},
}

local actions = {}
for _, name in ipairs {"pause", "resume", "trigger", "backfill"} do
  if p[name] then actions[#actions + 1] = name end
end
if #actions > 1 then
  log.error(("--%s and --%s: one at a time"):format(actions[1], actions[2]))
  exit(2)
end
local action = actions[1]
if action and not p.names then
  log.error(("which schedules? name the schedules to %s"):format(action))
  exit(2)
end
if action == "backfill" and not p.since then
  log.error("--backfill needs --since, the time where it begins")
  exit(2)
end

local function has(list, word)
  for _, other in ipairs(list) do
    if other == word then return true end
  end
  return false
end

-- A name that does not exist is an error before anything happens.
local all, known = dbos.list_schedules {}, {}
for i, schedule in ipairs(all) do known[i] = schedule.schedule_name end
for _, name in ipairs(p.names or {}) do
  if not has(known, name) then
    log.error(("there is no schedule %q%s"):format(name, args.did_you_mean(name, known)))
    exit(1)
  end
end

if not action then
  local found = {}
  for _, schedule in ipairs(all) do
    if not p.names or has(p.names, schedule.schedule_name) then found[#found + 1] = schedule end
  end
  local columns = {"schedule_name", "status", "schedule", "cron_timezone", "workflow_name", "queue_name", "last_fired_at"}
  emit(found, args.output == "table" and {columns = columns} or nil)
  exit(0)
end

local function backfill(name)
  local plan = dbos.plan_backfill(name, p.since, p["until"])
  emit(plan, args.output == "table" and {columns = {"scheduled_time", "state", "status", "workflow_id"}} or nil)
  if dbos.dry_run then return end
  dbos.backfill_schedule(name, p.since, p["until"])
end

for _, name in ipairs(p.names) do
  if action == "pause" then
    dbos.pause_schedule(name)
  elseif action == "resume" then
    dbos.resume_schedule(name)
  elseif action == "trigger" then
    emit {schedule_name = name, workflow_id = dbos.trigger_schedule(name).workflow_id}
  else
    backfill(name)
  end
end
