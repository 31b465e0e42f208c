-- Deletes finished workflows by age, or all but the newest of each name, in batches that make way for others.

local p = args.declare {
  summary = "Delete finished workflows that are old, or all but the newest of each name.",
  older_than = {type = "time", doc = "only workflows that ended before this time, such as 30d or 2026-11-23"},
  keep = {type = "integer", min = 1, doc = "keeps so many workflows of each name, the ones that ended last"},
  status = {
    short = "s", type = "list", values = {"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"},
    doc = "only workflows in one of these states; all of them when not given",
  },
  name = {short = "n", type = "list", doc = "only workflows with one of these names"},
  queue = {short = "q", type = "list", doc = "only workflows that are on one of these queues"},
  since = {type = "time", doc = "only workflows created at or after this time, such as 24h or 2026-11-23"},
  ["until"] = {type = "time", doc = "only workflows created at or before this time"},
  prefix = {type = "list", doc = "only workflows whose id starts with one of these texts"},
  version = {type = "list", doc = "only workflows of one of these application versions"},
  executor = {type = "list", doc = "only workflows that one of these executors ran"},
  batch = {type = "integer", default = 1000, min = 1, max = 100000, doc = "the most workflows of one transaction"},
  pause = {type = "duration", default = "0s", min = 0, doc = "the pause after each transaction"},
}

if not p.older_than and not p.keep then
  log.error("which workflows? give --older-than, such as 30d, or --keep, such as 1000, or both")
  exit(2)
end

-- A size as people read it.
local function size(bytes)
  if bytes < 1000 then return ("%d B"):format(bytes) end
  for _, unit in ipairs {"kB", "MB", "GB"} do
    bytes = bytes / 1000
    if bytes < 1000 then return (bytes < 10 and "%.1f %s" or "%.0f %s"):format(bytes, unit) end
  end
  return ("%.1f TB"):format(bytes / 1000)
end

local selection = {
  older_than = p.older_than, keep = p.keep,
  where = {
    status = p.status, name = p.name, queue_name = p.queue, start_time = p.since, end_time = p["until"],
    workflow_id_prefix = p.prefix, app_version = p.version, executor_ids = p.executor,
  },
}
local plan = dbos.plan_prune(selection)
local protected = plan.protected > 0 and ("; %d stay, because unfinished workflows need them"):format(plan.protected) or ""
if plan.count == 0 then
  log.info("nothing to delete" .. protected)
  exit(0)
end

local columns = {"name", "status", "count", "bytes", "oldest", "newest"}
if args.output == "table" then
  local rows = {}
  for i, group in ipairs(plan.groups) do
    rows[i] = {
      name = group.name, status = group.status, count = group.count, bytes = size(group.bytes), oldest = group.oldest, newest = group.newest,
    }
  end
  emit(rows, {columns = columns})
else
  for _, group in ipairs(plan.groups) do emit(group) end
end
log.info(("%d workflow%s would be deleted, of about %s%s"):format(plan.count, plan.count == 1 and "" or "s", size(plan.bytes), protected))

selection.batch_size, selection.pause = p.batch, p.pause
local bar, done
selection.each = function(deleted, total)
  if not bar then bar, done = progress.new {label = "workflows", total = total}, 0 end -- after the question
  bar:add(deleted - done)
  done = deleted
end
dbos.prune(selection) -- its outcome is the last line of the run
if bar then bar:done() end
