-- Deletes workflows by ids, or by a filter, in batches.

local p = args.declare {
  summary = "Delete workflows with their steps, messages, events and streams.",
  ids = {
    type = "list", positional = true,
    doc = "the workflows; on a terminal a question comes first, even for one, and elsewhere more than --confirm-above need --yes",
  },
  status = {
    short = "s", type = "list", values = {"DELAYED", "ENQUEUED", "PENDING", "SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"},
    doc = "only workflows in one of these states",
  },
  name = {short = "n", type = "list", doc = "only workflows with one of these names"},
  queue = {short = "q", type = "list", doc = "only workflows that are on one of these queues"},
  since = {type = "time", doc = "only workflows created at or after this time, such as 24h or 2026-11-23"},
  ["until"] = {type = "time", doc = "only workflows created at or before this time"},
  prefix = {type = "list", doc = "only workflows whose id starts with one of these texts"},
  version = {type = "list", doc = "only workflows of one of these application versions"},
  executor = {type = "list", doc = "only workflows that one of these executors ran"},
  limit = {type = "integer", min = 1, doc = "at most so many workflows"},
  batch = {type = "integer", default = 500, min = 1, doc = "workflows in one call"},
}

local filtered = p.status or p.name or p.queue or p.since or p["until"] or p.prefix or p.version or p.executor
if not p.ids and not filtered then
  log.error("which workflows? name their ids, or a filter such as --status or --since")
  exit(2)
end

-- Ids alone are taken as they are, so that unknown ones are reported.
local selection = p.ids
if filtered then
  selection = {
    workflow_ids = p.ids, status = p.status,
    name = p.name, queue_name = p.queue, start_time = p.since, end_time = p["until"],
    workflow_id_prefix = p.prefix, app_version = p.version, executor_ids = p.executor, limit = p.limit,
  }
end

local total = {changed = 0, unchanged = 0, unknown = 0}
local bar = progress.new {label = "workflows"}
for ids in dbos.batches(selection, p.batch) do
  local result = dbos.delete_workflows(ids)
  for outcome, count in pairs(total) do total[outcome] = count + result[outcome] end
  bar:add(#ids)
end
bar:done()

if not dbos.dry_run then
  log.info(("%d deleted, %d unchanged, %d unknown"):format(total.changed, total.unchanged, total.unknown))
end
if total.unknown > 0 then exit(total.changed + total.unchanged > 0 and 4 or 1) end
