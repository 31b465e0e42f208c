-- Lets failed workflows run again in batches, and stops if too many of them fail again. What was cancelled or given up is
-- resumed; what ended in ERROR is forked from the step that failed, once. --dry-run shows what it would do.

local p = args.declare {
  summary = "Lets failed workflows run again, a batch at a time.",
  status = {
    type = "list", default = {"MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ERROR"},
    values = {"CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ERROR"}, doc = "which states",
  },
  since = {type = "duration", default = "24h", doc = "how far back"},
  name = {type = "list", doc = "only workflows with one of these names"},
  queue = {type = "list", doc = "only workflows that are on one of these queues"},
  to_queue = {type = "string", doc = "the queue to put them on; when not given the queue that each was on, else the internal queue"},
  limit = {type = "integer", min = 1, doc = "at most so many workflows"},
  batch = {type = "integer", default = 200, min = 1, max = 10000, doc = "workflows in one batch, and the most that are unfinished at a time"},
  rate = {type = "integer", min = 1, doc = "at most so many workflows in a second"},
  canary = {type = "integer", min = 1, doc = "so many first, and the rest if no more of them fail than max_failed"},
  max_failed = {type = "number", default = 0.5, min = 0, max = 1, doc = "stop when more than this share fails again"},
  wait = {type = "duration", default = "10m", min = 1, doc = "how long to wait for the end of the last batch, unless the run was stopped"},
}

local run = dbos.bulk(
  {status = p.status, start_time = time.ago(p.since), name = p.name, queue_name = p.queue, was_forked_from = false, limit = p.limit},
  {batch_size = p.batch, concurrency = p.batch, rps = p.rate, canary = p.canary, max_failed_share = p.max_failed}
):rerun {queue_name = p.to_queue}
if run.total == 0 then exit("success", "nothing to resume") end
if dbos.dry_run then exit() end

local ids = seq.to_array(seq.map(dbos.bulk_outcomes(run, "changed"), function(change) return change.forked_id or change.id end))
local bar = progress.new {label = "ended", total = #ids}
local ended = dbos.wait(ids, {timeout = run.state == "done" and p.wait or "1ms", partial = true, each = function() bar:add(1) end})
bar:done()
local counts = seq.count_by(ended, "status")
local rows = seq.to_array(seq.map(seq.entries(counts), function(entry) return {status = entry.key, count = entry.value} end))
emit(seq.to_array(seq.sort_by(rows, "count", {desc = true})), {columns = {"status", "count"}})
if run.state ~= "done" or (counts.SUCCESS or 0) < #ids then exit("partial", tostring(run)) end
log.info(tostring(run))
