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

-- Calls f with the ids of each batch, and shows the progress.
function M.each(selection, size, f)
  local count = 0
  local bar = progress.new {label = "workflows", total = #selection > 0 and #selection or nil}
  for ids in dbos.batches(selection, size) do
    f(ids)
    count = count + #ids
    bar:add(#ids)
  end
  bar:done()
  if count == 0 then log.info("no workflow matches") end
end

-- Calls change with the ids of each batch. The exit code is 4 if some ids are unknown, and 1 if all are. The command itself
-- ends with a line of the outcomes.
function M.run(selection, size, change)
  local known, unknown = 0, 0
  M.each(selection, size, function(ids)
    local result = change(ids)
    known, unknown = known + result.changed + result.unchanged, unknown + result.unknown
  end)
  if unknown > 0 then exit(known > 0 and 4 or 1) end
end

return M
