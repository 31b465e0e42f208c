-- Rewinds workflows by ids, in batches.

local p = args.declare {
  summary = "Rewind ended workflows: run them again from a step on, under the same ids.",
  ids = {type = "list", positional = true, required = true, doc = "the workflows"},
  from = {type = "integer", required = true, min = 0, doc = "the number of the first step to run again, as `dbos-script show ID` lists them; 0 for all"},
  batch = {type = "integer", default = 500, min = 1, doc = "workflows in one call"},
  to_queue = {doc = "the queue to put them on; the internal queue when not given"},
  to_version = {doc = "the application version that must run them; the one they have when not given"},
}

local bulk = require "parts.bulk"
bulk.run(p.ids, p.batch, "rewound", function(ids)
  local result = dbos.rewind_workflows(ids, {start_step = {step_id = p.from}, queue_name = p.to_queue, application_version = p.to_version})
  for _, outcome in ipairs(result.outcomes) do
    if outcome.outcome ~= "changed" then log.warn(("%s: %s"):format(outcome.id, outcome.reason)) end
  end
  return result
end)
