-- Counts workflows in groups.

local p = args.declare {
  summary = "Count workflows in groups.",
  by = {
    type = "list", default = "status,name",
    values = {"status", "name", "queue_name", "executor_id", "application_version", "application_name"}, doc = "the columns that make a group",
  },
  every = {type = "duration", doc = "groups by the time of creation too, in windows of this length"},
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
}

local groups = dbos.get_workflow_aggregates {
  group_by = p.by, time_bucket = p.every, select = {"count", "min_created_at"},
  status = p.status, name = p.name, queue_name = p.queue, start_time = p.since, end_time = p["until"],
    workflow_id_prefix = p.prefix, app_version = p.version, executor_ids = p.executor,
}
if not p.every then table.sort(groups, function(a, b) return a.count > b.count end) end
local columns = p.every and {"time_bucket"} or {}
for _, column in ipairs(p.by) do columns[#columns + 1] = column end
columns[#columns + 1] = "count"
columns[#columns + 1] = "min_created_at"
emit(groups, {columns = columns})
