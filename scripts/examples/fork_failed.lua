-- Forks workflows that ended in ERROR from the step that failed, after what made it fail is mended. Each is forked once: a second run
-- passes over workflows that were forked, and over forks that failed again unless --forks asks for them. --dry-run shows them.

local p = args.declare {
  summary = "Forks failed workflows from the step that failed.",
  step = {type = "string", doc = "only workflows whose last failed step has this name"},
  message = {type = "string", doc = "only workflows whose error message contains this Lua pattern"},
  name = {type = "list", doc = "only workflows with one of these names"},
  since = {type = "duration", default = "7d", doc = "how far back"},
  queue = {type = "string", doc = "the queue to put the forks on; the internal queue when not given"},
  batch = {type = "integer", default = 100, min = 1, max = 10000, doc = "forks in one batch"},
  rate = {type = "integer", min = 1, doc = "at most so many forks in a second"},
  canary = {type = "integer", min = 1, doc = "so many first, and the rest only if all of them succeed"},
  forks = {type = "boolean", doc = "also workflows that are forks themselves"},
}

local chosen, about = {}, {}
local failed = {status = "ERROR", was_forked_from = false, name = p.name, start_time = time.ago(p.since)}
if not p.forks then failed.is_fork = false end
for _, group in ipairs(dbos.failures(failed, {by = "step"})) do
  if not p.step or group.step == p.step then
    for wf in dbos.workflows {workflow_ids = group.workflow_ids, load_output = true} do
      if not p.message or wf.error and wf.error.message:find(p.message) then
        chosen[#chosen + 1] = wf.id
        about[wf.id] = {workflow = wf.id, step = group.step or "", error = wf.error and wf.error.message or ""}
      end
    end
  end
end

local run = dbos.bulk(chosen, {batch_size = p.batch, rps = p.rate, canary = p.canary}):fork {queue_name = p.queue}
for change in dbos.bulk_outcomes(run) do
  local row = about[change.id]
  row.outcome, row.forked_as = change.outcome, not dbos.dry_run and change.forked_id or ""
  emit(row, {columns = {"workflow", "step", "error", "outcome", "forked_as"}})
end
if run.state ~= "done" then exit("partial", tostring(run)) end
if #chosen == 0 then exit("success", "no failed workflow matches") end
