-- Shows the executors: the open workflows of each, its last sign of life, and whether it lives.

local p = args.declare {
  summary = "Show the executors, their workflows and their last sign of life.",
  silent_for = {type = "duration", default = "5m", min = 0, doc = "after this time without a sign of life an executor is silent"},
  executor = {type = "list", doc = "only executors with one of these ids"},
  version = {type = "list", doc = "only executors of one of these application versions"},
}

local list = dbos.executors {silent_for = p.silent_for, executor_ids = p.executor, application_version = p.version}
emit(list, {columns = {"executor_id", "application_version", "application_name", "verdict", "open", "oldest_start", "seen_at", "reason"}})

local lost = {}
for _, e in ipairs(list) do
  if e.open > 0 and (e.verdict == "dead" or e.verdict == "silent") then lost[#lost + 1] = e.executor_id end
end
if #lost > 0 then
  log.info(("if you know that %s has died: dbos-script recover --executor %s"):format(lost[1], lost[1]))
end
