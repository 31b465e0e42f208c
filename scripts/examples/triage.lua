-- Shows failed workflows in groups of one reason, and runs the workflows of chosen groups again: a canary first, and the rest only if that
-- succeeds. Without --group it changes nothing.

local p = args.declare {
  summary = "Shows failed workflows by their reasons, and runs groups of them again.",
  since = {type = "duration", default = "24h", doc = "how far back"},
  name = {type = "list", doc = "only workflows with one of these names"},
  group = {type = "list", doc = "the groups to run again, as the first column names them"},
  verb = {default = "rerun", values = {"rerun", "fork", "rewind"}, doc = "how they run again: the method of dbos.bulk"},
  to_queue = {type = "string", doc = "the queue to put them on; when not given that of the verb"},
  canary = {type = "integer", default = 5, min = 1, doc = "how many of a group run first, before the rest"},
  max_failed = {type = "number", default = 0.1, min = 0, max = 1, doc = "leave the rest alone when more than this share fails again"},
  batch = {type = "integer", default = 100, min = 1, max = 10000, doc = "workflows in one batch, and the most that are unfinished at a time"},
  rate = {type = "integer", min = 1, doc = "at most so many workflows in a second"},
  wait = {type = "duration", default = "10m", min = 1, doc = "how long to wait for the end of the last batch, unless the run was stopped"},
}

-- The groups have no name of their own. This one stays the same from run to run, as long as the common part of the messages does.
local function name_of(group) return hash.sha256((group.step or "") .. "\n" .. group.error):sub(1, 6) end

local named, rows = {}, {}
for _, group in ipairs(dbos.failures({start_time = time.ago(p.since), name = p.name, was_forked_from = false}, {examples = 1})) do
  named[name_of(group)] = group
  rows[#rows + 1] = {
    group = name_of(group), count = group.count, last_at = group.last_at, step = group.step or "", reason = group.error, example = group.examples[1],
  }
end

if not p.group then
  emit(rows, {columns = {"group", "count", "last_at", "step", "reason", "example"}})
  exit("success", #rows == 0 and "no workflow has failed" or "--group NAME runs the workflows of a group again, and with --dry-run shows what that would change")
end
for _, name in ipairs(p.group) do
  if not named[name] then exit("error", ("there is no group %q now; without --group the script shows the groups"):format(name)) end
end

-- Runs the workflows of a group again, waits for their ends, and returns whether all is well.
local function run_again(name)
  local bulk = dbos.bulk(named[name], {
    canary = p.canary, max_failed_share = p.max_failed, batch_size = p.batch, concurrency = p.batch, rps = p.rate,
  })
  local run = bulk[p.verb](bulk, {queue_name = p.to_queue})
  if dbos.dry_run then return true end
  local ids = seq.to_array(seq.map(dbos.bulk_outcomes(run, "changed"), function(change) return change.forked_id or change.id end))
  local bar = progress.new {label = "ended", total = #ids}
  local timeout = run.state == "done" and p.wait or "1ms"
  local ends = seq.count_by(dbos.wait(ids, {timeout = timeout, partial = true, each = function() bar:add(1) end}), "status")
  bar:done()
  local succeeded, failed = ends.SUCCESS or 0, (ends.ERROR or 0) + (ends.MAX_RECOVERY_ATTEMPTS_EXCEEDED or 0)
  emit({
    group = name, state = run.state, succeeded = succeeded, failed = failed, unfinished = #ids - succeeded - failed, untouched = run.total - run.changed,
    reason = run.reason or "",
  }, {columns = {"group", "state", "succeeded", "failed", "unfinished", "untouched", "reason"}})
  return run.state == "done" and succeeded == #ids
end

local well = true
for _, name in ipairs(p.group) do well = run_again(name) and well end
exit(well and "success" or "partial")
