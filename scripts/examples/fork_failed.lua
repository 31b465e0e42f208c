-- Runs workflows again that ended in ERROR, from the step that failed, after what made it fail is
-- mended. Each is forked once: a second run passes over workflows that were forked before, and over
-- forks that failed again unless --forks asks for them. --dry-run shows what it would fork.

local p = args.declare {
  summary = "Forks failed workflows from the step that failed.",
  step = {type = "string", doc = "only workflows whose last failed step has this name"},
  message = {type = "string", doc = "only workflows whose error message contains this Lua pattern"},
  name = {type = "list", doc = "only workflows with one of these names"},
  since = {type = "duration", default = "7d", doc = "how far back"},
  queue = {type = "string", doc = "the queue to put the forks on; the internal queue when not given"},
  batch = {type = "integer", default = 100, min = 1, doc = "forks in one call"},
  forks = {type = "boolean", doc = "also workflows that are forks themselves"},
}

-- The last step that failed, or nil when the workflow failed between two steps.
local function last_failed(id)
  local found
  for _, step in ipairs(dbos.get_workflow_steps(id)) do
    if step.error then found = step end
  end
  return found
end

local function wanted(wf, step)
  if wf.forked_from and not p.forks then return false end
  if p.step and not (step and step.step_name == p.step) then return false end
  if p.message and not (wf.error and wf.error.message:find(p.message)) then return false end
  return true
end

local forks, rows, total = {}, {}, 0

local function flush()
  if #forks == 0 then return end
  local handles = dbos.fork_workflows(forks)
  if not dbos.dry_run then
    for i, handle in ipairs(handles) do rows[i].forked_as = handle.workflow_id end
  end
  emit(rows, {columns = {"workflow", "step", "error", "forked_as"}})
  total = total + #forks
  forks, rows = {}, {}
end

local failed = dbos.workflows {
  status = "ERROR", was_forked_from = false, name = p.name, start_time = time.ago(p.since), load_output = true,
}
for wf in failed do
  local step = last_failed(wf.id)
  if wanted(wf, step) and (step or not p.step) then
    local from = step and step.step_id or #dbos.get_workflow_steps(wf.id)
    forks[#forks + 1] = {original_workflow_id = wf.id, start_step = from, queue_name = p.queue}
    rows[#rows + 1] = {
      workflow = wf.id, step = step and step.step_name or "", error = wf.error and wf.error.message or "", forked_as = "",
    }
  end
  if #forks == p.batch then flush() end
end
flush()

log.info(dbos.dry_run and "would fork" or "forked", {workflows = total})
