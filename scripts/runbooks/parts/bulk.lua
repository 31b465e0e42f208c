-- Changes of workflows by ids or by a filter, in batches.

local M = {}

-- Returns the workflows that the parameters select: ids alone as they are, so that unknown ones are reported, and else a filter with
-- more conditions, whose status counts if --status is not given. Without ids and filter the command ends with an error, which
-- names a flag as an example.
function M.selection(p, flag, more)
  if not (p.status or p.name or p.queue or p.since or p["until"] or p.prefix or p.version or more.executor_ids) then
    if p.ids then return p.ids end
    log.error(("which workflows? name their ids, or a filter such as %s or --since"):format(flag))
    exit(2)
  end
  local filter = {
    workflow_ids = p.ids, name = p.name, queue_name = p.queue, start_time = p.since, end_time = p["until"],
    workflow_id_prefix = p.prefix, app_version = p.version, limit = p.limit,
  }
  for key, value in pairs(more) do filter[key] = value end
  filter.status = p.status or more.status
  return filter
end

-- Calls change with the ids of each batch, and ends with one line: how many are changed, such as "cancelled". The exit code is 4 if
-- some ids are unknown, and 1 if all are.
function M.run(selection, size, changed, change)
  local total = {changed = 0, unchanged = 0, unknown = 0}
  local bar = progress.new {label = "workflows", total = #selection > 0 and #selection or nil}
  for ids in dbos.batches(selection, size) do
    local result = change(ids)
    for outcome, count in pairs(total) do total[outcome] = count + result[outcome] end
    bar:add(#ids)
  end
  bar:done()
  if not dbos.dry_run then
    log.info(("%d %s, %d unchanged, %d unknown"):format(total.changed, changed, total.unchanged, total.unknown))
  end
  if total.unknown > 0 then exit(total.changed + total.unchanged > 0 and 4 or 1) end
end

return M
