-- Rewinds workflows by ids, in batches.

local p = args.declare {
  summary = "Rewind ended workflows: run them again from a step on, under the same ids.",
  ids = {type = "list", positional = true, required = true, doc = "the workflows"},
  from = {type = "integer", required = true, min = 0, doc = "the number of the first step to run again, as `dbos-script show ID` lists them; 0 for all"},
  batch = {type = "integer", default = 500, min = 1, doc = "workflows in one call"},
  to_queue = {doc = "the queue to put them on; the internal queue when not given"},
  to_version = {doc = "the application version that must run them; the one they have when not given"},
}

local total = {changed = 0, unchanged = 0, unknown = 0}
local bar = progress.new {label = "workflows", total = #p.ids}
for ids in dbos.batches(p.ids, p.batch) do
  local result = dbos.rewind_workflows(ids, {start_step = p.from, queue_name = p.to_queue, application_version = p.to_version})
  for outcome, count in pairs(total) do total[outcome] = count + result[outcome] end
  for _, outcome in ipairs(result.outcomes) do
    if outcome.outcome ~= "changed" then log.warn(("%s: %s"):format(outcome.id, outcome.reason)) end
  end
  bar:add(#ids)
end
bar:done()

if not dbos.dry_run then
  log.info(("%d rewound, %d unchanged, %d unknown"):format(total.changed, total.unchanged, total.unknown))
end
if total.unknown > 0 then exit(total.changed + total.unchanged > 0 and 4 or 1) end
