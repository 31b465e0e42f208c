-- Groups failed workflows by the common part of their messages.

local p = args.declare {
  summary = "Group failed workflows by their error and the step that failed.",
  by = {values = {"error", "step", "name", "version"}, default = "error", doc = "the common value of a group's workflows"},
  new_since = {type = "time", doc = "marks groups in which no workflow failed before this time, such as 1h"},
  status = {
    short = "s", type = "list", values = {"ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED"},
    doc = "only workflows in one of these states; ERROR and MAX_RECOVERY_ATTEMPTS_EXCEEDED when not given",
  },
  name = {short = "n", type = "list", doc = "only workflows with one of these names"},
  queue = {short = "q", type = "list", doc = "only workflows that are on one of these queues"},
  since = {type = "time", doc = "only workflows created at or after this time, such as 24h or 2026-11-23"},
  ["until"] = {type = "time", doc = "only workflows created at or before this time"},
  prefix = {type = "list", doc = "only workflows whose id starts with one of these texts"},
  version = {type = "list", doc = "only workflows of one of these application versions"},
  executor = {type = "list", doc = "only workflows that one of these executors ran"},
  limit = {type = "integer", default = 20, min = 1, doc = "at most so many groups, the largest"},
  rerun = {doc = "runs the workflows again whose group has this error, word by word"},
}

local groups = dbos.failures({
  status = p.status, name = p.name, queue_name = p.queue, start_time = p.since, end_time = p["until"],
  workflow_id_prefix = p.prefix, app_version = p.version, executor_ids = p.executor,
}, {by = p.by, new_since = p.new_since})

local bulk = require "parts.bulk"

-- Runs the workflows of some groups again.
local function rerun(chosen)
  local ids = {}
  for _, group in ipairs(chosen) do
    for _, id in ipairs(group.workflow_ids) do ids[#ids + 1] = id end
  end
  bulk.each(ids, 500, function(batch) dbos.rerun_workflows(batch) end)
end

if p.rerun then
  local chosen = seq.to_array(seq.filter(groups, function(group) return group.error == p.rerun end))
  if #chosen == 0 then
    log.error(("there is no group with the error %q; without --rerun the command lists them"):format(p.rerun))
    exit(1)
  end
  rerun(chosen)
  exit(0)
end

local common = ({error = "step", step = "step", name = "name", version = "application_version"})[p.by]
local shown = {}
for i, group in ipairs(groups) do
  if i > p.limit then break end
  shown[i] = {
    count = group.count, last_at = group.last_at, per_hour = group.per_hour, new = p.new_since and group.new,
    [common] = group[common], error = group.error, example = group.examples[1],
  }
end
if args.output == "table" then
  local columns = {"count", "per_hour", "last_at", common, "error", "example"}
  if p.new_since then table.insert(columns, 2, "new") end
  for _, row in ipairs(shown) do row.per_hour = ("%.1f"):format(row.per_hour) end
  emit(shown, {columns = columns})
else
  for i, group in ipairs(groups) do
    if i > p.limit then break end
    emit(group)
  end
end
if #groups > p.limit then log.warn(("there are %d groups: --limit N shows more of them"):format(#groups)) end
