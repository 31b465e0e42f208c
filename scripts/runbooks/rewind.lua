-- Rewinds workflows by ids, or by a filter, in batches.

local p = args.declare {
  summary = "Rewind ended workflows: run them again from a step on, under the same ids.",
  ids = {type = "list", positional = true, doc = "the workflows"},
  from = {type = "integer", required = true, min = 0, doc = "the number of the first step to run again, as `dbos-script show ID` lists them; 0 for all"},
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
  limit = {type = "integer", min = 1, doc = "at most so many workflows"},
  batch = {type = "integer", default = 500, min = 1, doc = "workflows in one call"},
  to_queue = {doc = "the queue to put them on; the internal queue when not given"},
  to_version = {doc = "the application version that must run them; the one they have when not given"},
}

local bulk = require "parts.bulk"
local selection = bulk.selection(p, "--status", {status = {"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}, executor_ids = p.executor})
bulk.run(selection, p.batch, function(ids)
  local result = dbos.rewind_workflows(ids, {start_step = {step_id = p.from}, queue_name = p.to_queue, application_version = p.to_version})
  for _, outcome in ipairs(result.outcomes) do
    if outcome.outcome ~= "changed" then log.warn(("%s: %s"):format(outcome.id, outcome.reason)) end
  end
  return result
end)
