-- Runs the workflows of one failure again after an outage, in waves, when somebody has approved it.
--
--   dbos-script run requeue_storm.lua --durable --run-id storm-1 --error "connection refused"
--   dbos-script approve storm-1
--
-- It asks once, and stops if too many of a wave fail again. After a kill `run --continue storm-1`
-- goes on in the wave where it was, on any machine: it neither asks again nor starts any twice.

local p = args.declare {
  summary = "Runs the workflows of one failure again, in waves, with an approval.",
  error = {type = "string", doc = "a text of the failure's message; the failure with the most workflows when not given"},
  since = {type = "duration", default = "24h", doc = "how far back"},
  name = {type = "list", doc = "only workflows with one of these names"},
  to_queue = {type = "string", doc = "the queue to put them on; when not given the queue that each was on"},
  wave = {type = "integer", default = 100, min = 1, doc = "workflows in one wave"},
  pause = {type = "duration", default = "30s", doc = "how long to wait between two waves"},
  wait = {type = "duration", default = "10m", doc = "how long to wait for a wave to end"},
  max_failed = {type = "number", default = 0.2, min = 0, max = 1, doc = "stop when more than this share of a wave fails again"},
  ask = {type = "boolean", default = true, doc = "ask for an approval"},
  answer_within = {type = "duration", default = "8h", doc = "how long to wait for the approval"},
}

-- Returns the largest group of failures with the text, or nil.
local function group()
  for _, found in ipairs(dbos.failures {start_time = time.ago(p.since), name = p.name, was_forked_from = false}) do
    if not p.error or found.message:find(p.error, 1, true) then return found end
  end
end

-- Starts a wave, waits for its end, and returns how many were started and have failed again.
local function run(wave)
  local started, failed = {}, 0
  for _, outcome in ipairs(dbos.rerun_workflows(wave, {queue_name = p.to_queue}).outcomes) do
    if outcome.outcome == "changed" then started[#started + 1] = outcome.forked_id or outcome.id end
  end
  if dbos.dry_run then return #started, 0 end
  for _, outcome in ipairs(dbos.wait(started, {timeout = p.wait, partial = true})) do
    if outcome.status == "ERROR" or outcome.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED" then failed = failed + 1 end
  end
  return #started, failed
end

local storm = group()
if not storm then exit(0, "no failure matches") end
local ids = storm.workflow_ids
log.info("found", {workflows = #ids, error = storm.error, step = storm.step})
if p.ask and not dbos.dry_run then
  durable.approval(("Run %d workflows again that failed with %q?"):format(#ids, storm.error), {count = #ids, wave = p.wave, examples = storm.examples}, {timeout = p.answer_within})
end

for wave, batch in ipairs(seq.to_array(seq.chunk(ids, p.wave))) do
  if wave > 1 and not dbos.dry_run then durable.sleep(p.pause) end
  local started, failed = run(batch)
  emit({wave = wave, started = started, failed = failed}, {columns = {"wave", "started", "failed"}})
  if failed > started * p.max_failed then exit("partial", ("stopped after wave %d, because too many failed again"):format(wave)) end
end
