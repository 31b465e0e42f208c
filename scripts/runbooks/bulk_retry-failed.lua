-- Tries again with the workflows that a bulk run has left.

local p = args.declare {
  summary = "Repeat a bulk run for the workflows that it left unchanged or that had drifted.",
  id = {positional = true, required = true, doc = "the run"},
}

local report = require "parts.bulk_run".report
local run = dbos.get_bulk(p.id)
if run.state ~= "done" then
  log.error(("%s is %s: let it end, or continue it, before its rest is tried again"):format(p.id, run.state))
  exit(2)
end
local left = {}
for change in dbos.bulk_outcomes(run) do
  if change.outcome == "unchanged" or change.outcome == "drifted" then left[#left + 1] = change.id end
end
if #left == 0 then
  log.info(("%s has left no workflow unchanged"):format(p.id))
  return
end
local limits = run.limits and json.decode(run.limits) or {}
limits.rps, limits.max_rps, limits.keep_until = run.rps, nil, nil
local bulk, options = dbos.bulk(left, limits), json.decode(run.options)
local verb = bulk[run.verb]
report(next(options) and verb(bulk, options) or verb(bulk))
