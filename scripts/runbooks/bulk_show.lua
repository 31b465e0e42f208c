-- Shows a bulk run, or the outcomes of its workflows.

local p = args.declare {
  summary = "Show a bulk run, or the outcomes of its workflows.",
  id = {positional = true, required = true, doc = "the run"},
  outcome = {values = {"changed", "unchanged", "unknown", "drifted", "all"}, doc = "list the workflows with this outcome instead"},
}

local run = dbos.get_bulk(p.id)
if not p.outcome then
  emit(run)
  return
end
for change in dbos.bulk_outcomes(run, p.outcome ~= "all" and p.outcome or nil) do emit(change) end
