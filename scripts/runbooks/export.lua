-- Writes workflows to a file, by ids or by a filter. A copy of this script needs --allow-write for the file.

local p = args.declare {
  summary = "Export workflows with their steps, events, streams, messages and children to a file.",
  ids = {type = "list", positional = true, doc = "the workflows"},
  to = {type = "string", required = true, doc = "the file; one that ends in .gz is compressed, and - is standard output"},
  overwrite = {type = "boolean", default = false, doc = "replace a file that exists"},
  mask = {type = "list", doc = "mask values: a key such as password, a path such as input.card, error.* for all of each error, @secrets for the usual names"},
  alone = {type = "boolean", default = false, doc = "leave out the workflows that they started"},
  forks = {type = "boolean", default = false, doc = "their forks too"},
  status = {short = "s", type = "list", doc = "only workflows in one of these states"},
  name = {short = "n", type = "list", doc = "only workflows with one of these names"},
  queue = {short = "q", type = "list", doc = "only workflows that are on one of these queues"},
  since = {type = "time", doc = "only workflows created at or after this time, such as 24h or 2026-11-23"},
  ["until"] = {type = "time", doc = "only workflows created at or before this time"},
  prefix = {type = "list", doc = "only workflows whose id starts with one of these texts"},
  version = {type = "list", doc = "only workflows of one of these application versions"},
  limit = {type = "integer", min = 1, doc = "at most so many workflows, and the workflows that they started"},
}

local filtered = p.status or p.name or p.queue or p.since or p["until"] or p.prefix or p.version or p.limit
if not p.ids and not filtered then
  log.error("which workflows? name their ids, or a filter such as --name or --since")
  exit(2)
end

if p.mask and #p.mask == 0 then
  log.error("--mask has no rule; without --mask nothing is masked")
  exit(2)
end

-- Ids alone are taken as they are, so that unknown ones are reported.
local selection = p.ids
if filtered then
  selection = {
    workflow_ids = p.ids, status = p.status, name = p.name, queue_name = p.queue, start_time = p.since, end_time = p["until"],
    workflow_id_prefix = p.prefix, app_version = p.version, limit = p.limit,
  }
end

local bar
local report = dbos.export(selection, {
  to = p.to, overwrite = p.overwrite, mask = p.mask, children = not p.alone, forks = p.forks,
  progress = function(done, total)
    bar = bar or progress.new {label = "workflows", total = total}
    bar:add(done - bar.count)
  end,
})
if bar then bar:done() end

-- Names in their order, each with its number.
local function listed(counts)
  local names = {}
  for name, count in pairs(counts) do names[#names + 1] = ("%s (%d)"):format(name, count) end
  table.sort(names)
  return table.concat(names, ", ")
end

log.info(("%d workflows with %d rows exported, %d of them children or forks that were not named; %d unknown"):format(
  report.workflows, report.rows, report.added, #report.unknown))
if next(report.masked) then log.info("masked: " .. listed(report.masked)) end
for rule, count in pairs(report.masked) do
  if count == 0 and report.masked_whole == 0 then log.warn(("the rule %s has masked nothing"):format(rule)) end
end
if report.masked_whole > 0 then
  log.info(("%d payloads are masked as a whole, because their format has no fields that can be masked one by one"):format(report.masked_whole))
end
if next(report.secrets) then
  log.warn(("values with the usual names of secrets stay as they are: %s; --mask @secrets masks them"):format(listed(report.secrets)))
end
if #report.left_out > 0 then log.warn("columns of a newer SDK are left out: " .. table.concat(report.left_out, ", ")) end
if #report.unknown > 0 then exit(report.workflows > 0 and 4 or 1) end
