-- Puts workflows of dead executors back on their queues, by executor, by ids, or all orphans.

local p = args.declare {
  summary = "Recover the workflows of executors that have died.",
  ids = {type = "list", positional = true, doc = "the workflows"},
  executor = {type = "list", doc = "workflows of these executors, which you know have died"},
  version = {type = "list", doc = "only workflows of one of these application versions"},
  queue = {short = "q", type = "list", doc = "only workflows that came off one of these queues"},
  name = {short = "n", type = "list", doc = "only workflows with one of these names"},
  silent_for = {type = "duration", doc = "workflows of executors that have shown no sign of life for so long"},
  limit = {type = "integer", min = 1, doc = "at most so many workflows"},
  batch = {type = "integer", default = 500, min = 1, doc = "workflows in one call"},
}

-- Ids alone are taken as they are, so that unknown ones are reported.
local ids, rows = p.ids, nil
if not ids or p.executor or p.silent_for or p.version or p.queue or p.name then
  local filter = {
    workflow_ids = p.ids, executor_ids = p.executor, app_version = p.version, queue_name = p.queue, name = p.name, limit = p.limit,
  }
  if p.silent_for or not (p.executor or p.ids) then
    filter.silent_for = p.silent_for
    rows = dbos.orphans(filter)
  else
    filter.status = "PENDING"
    rows = dbos.list_workflows(filter)
  end
  ids = {}
  for _, wf in ipairs(rows) do ids[#ids + 1] = wf.id end
end
if #ids == 0 and p.executor then
  log.info(("no workflow is PENDING on %s; `dbos-script executors` shows the executors"):format(table.concat(p.executor, ", ")))
elseif #ids == 0 then
  log.info("no workflow is PENDING on an executor that has died, as far as the database shows; `dbos-script executors` shows each, " ..
    "and --executor or --silent-for says which have died")
end

local total, twice = {changed = 0, unchanged = 0, unknown = 0, fenced = 0}, 0
local bar = progress.new {label = "workflows"}
for batch in dbos.batches(ids, p.batch) do
  local result = dbos.recover(batch)
  for outcome, count in pairs(total) do total[outcome] = count + result[outcome] end
  twice = twice + #result.may_run_twice
  bar:add(#batch)
end
bar:done()

if not dbos.dry_run and #ids > 0 then
  if total.fenced > 0 then log.info(("the old runs of %d can write nothing any more"):format(total.fenced)) end
  if twice > 0 then log.warn(("%d may run twice if their old executors still live"):format(twice)) end
end
if total.unknown > 0 then exit(total.changed + total.unchanged > 0 and 4 or 1) end
