-- Forks workflows by ids, or by a filter, in batches.

local p = args.declare {
  summary = "Fork workflows: run them again from a step on, under new ids.",
  ids = {type = "list", positional = true, doc = "the workflows"},
  from = {
    short = "f", doc = "the first step to run again: failed, last, its number, or its name; when not given the step that failed, or the first "
      .. "one of a workflow that succeeded",
  },
  status = {
    short = "s", type = "list", values = {"DELAYED", "ENQUEUED", "PENDING", "SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"},
    doc = "only workflows in one of these states; ERROR when not given",
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
  to_queue = {doc = "the queue to put the forks on; the internal queue when not given"},
  to_version = {doc = "the application version that must run the forks; the original's when not given"},
}

local bulk = require "parts.bulk"
local selection = bulk.selection(p, "--status", {status = {"ERROR"}, executor_ids = p.executor})

local step = p.from
if step and step ~= "failed" and step ~= "last" then step = tonumber(step) and {step_id = tonumber(step)} or {step_name = step} end

-- startOf returns the first step for each of the ids. After the last step of a workflow that succeeded there is nothing to run again.
local function startOf(ids)
  local start = {}
  for _, id in ipairs(ids) do start[id] = step or "failed" end
  if not step then
    for _, wf in ipairs(dbos.list_workflows {workflow_ids = ids, status = "SUCCESS"}) do start[wf.id] = 0 end
  end
  return start
end

bulk.each(selection, p.batch, function(ids)
  local forks, start = {}, startOf(ids)
  for i, id in ipairs(ids) do
    forks[i] = {original_workflow_id = id, start_step = start[id], queue_name = p.to_queue, application_version = p.to_version}
  end
  for i, handle in ipairs(dbos.fork_workflows(forks)) do
    emit {workflow_id = ids[i], forked_id = handle.workflow_id}
  end
end)
