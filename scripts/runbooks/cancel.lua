-- Cancels workflows by ids, or by a filter, in batches.

local p = args.declare {
  summary = "Cancel workflows.",
  ids = {type = "list", positional = true, doc = "the workflows"},
  status = {
    short = "s", type = "list", values = {"DELAYED", "ENQUEUED", "PENDING", "SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"},
    doc = "only workflows in one of these states; all that can be cancelled when not given",
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
  children = {type = "boolean", doc = "the workflows that they started too, and theirs"},
}

local bulk = require "parts.bulk"
local selection = bulk.selection(p, "--status", {status = {"DELAYED", "ENQUEUED", "PENDING", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}, executor_ids = p.executor})
bulk.run(selection, p.batch, function(ids) return dbos.cancel_workflows(ids, {cancel_children = p.children}) end)
