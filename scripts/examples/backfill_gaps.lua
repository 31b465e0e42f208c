-- Finds ticks of schedules that have no run, and starts the missing runs, the oldest first.
--
-- A gap begins after a tick that has a run: ticks from before a schedule existed are no gaps. Left
-- alone are paused schedules, and schedules that their application backfills itself. --dry-run
-- shows the runs that it would start. `dbos-script serve` runs it every hour with the defaults.

schedule.declare {cron = "5 * * * *", overlap = "skip", missed = "run_once"}

local p = args.declare {
  summary = "Starts the runs of ticks that schedules have missed.",
  since = {type = "duration", default = "24h", doc = "how far back to look; at least two ticks of a schedule"},
  settle = {type = "duration", default = "5m", doc = "leave out the newest ticks, whose run may still come"},
  schedules = {type = "list", doc = "only schedules with one of these names"},
  max = {type = "integer", default = 20, min = 1, doc = "start at most so many runs of one schedule"},
  max_total = {type = "integer", default = 200, min = 1, doc = "start at most so many runs of all schedules"},
}

-- Returns the ticks without a run that come after a tick with one.
local function gaps(ticks)
  local missing, began = {}, false
  for _, tick in ipairs(ticks) do
    if tick.state == "exists" then began = true end
    if began and tick.state == "new" then missing[#missing + 1] = tick.scheduled_time end
  end
  return missing
end

-- Returns the ticks to look at, or why a schedule is left alone.
local function ticks_of(schedule)
  if schedule.automatic_backfill then return nil, "its application backfills it" end
  local ok, ticks = pcall(dbos.plan_backfill, schedule.schedule_name, time.ago(p.since), time.ago(p.settle))
  if ok then return ticks end
  if ticks.code ~= "Unsupported" and ticks.code ~= "InvalidOption" then error(ticks) end
  return nil, ticks.message
end

local rows, rest, left = {}, p.max_total, 0
for _, schedule in ipairs(dbos.list_schedules {status = "ACTIVE", schedule_name = p.schedules}) do
  local row = {schedule = schedule.schedule_name, missing = 0, started = 0}
  local ticks, why = ticks_of(schedule)
  local missing = gaps(ticks or {})
  local count = math.min(#missing, p.max, rest)
  if count > 0 then
    row.from, row.to = missing[1], missing[count]
    dbos.backfill_schedule(schedule.schedule_name, row.from - "1ms", row.to + "1ms")
  end
  row.missing, row.started, row.note = #missing, dbos.dry_run and 0 or count, why
  rest, left = rest - count, left + #missing - count
  if #missing > 0 or why then rows[#rows + 1] = row end
end
emit(rows, {columns = {"schedule", "missing", "started", "from", "to", "note"}})
if left > 0 then log.warn("more ticks have no run, and are left for the next run", {left = left}) end
