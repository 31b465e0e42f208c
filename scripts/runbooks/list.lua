-- Lists workflows by filters, the newest first.

local p = args.declare {
  summary = "List workflows, the newest first.",
  ids = {type = "list", positional = true, doc = "only these workflows"},
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
  limit = {type = "integer", default = 50, min = 1, doc = "at most so many workflows"},
  oldest = {type = "boolean", doc = "the oldest first"},
  columns = {type = "list", doc = "the fields to show; in a table id,status,name,queue_name,created_at when not given, elsewhere all"},
}

local found = dbos.list_workflows {
  workflow_ids = p.ids, status = p.status, name = p.name, queue_name = p.queue, start_time = p.since, end_time = p["until"],
    workflow_id_prefix = p.prefix, app_version = p.version, executor_ids = p.executor,
  limit = p.limit, sort_desc = not p.oldest,
}
local columns = p.columns
if not columns and args.output == "table" then columns = {"id", "status", "name", "queue_name", "created_at"} end
emit(found, {columns = columns})
if #found == p.limit then log.warn(("these are %d workflows, and there may be more: --limit N shows them"):format(#found)) end
