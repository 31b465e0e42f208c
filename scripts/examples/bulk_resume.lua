-- Lets failed workflows run again, a batch at a time, and stops when too many of them fail again.
--
-- A workflow that was cancelled or exceeded its recovery attempts is resumed: it runs on from its
-- last completed step. One that ended in ERROR cannot be resumed; it is forked from the step that
-- failed, once: a second run of this script passes over workflows that were forked before.
-- With --dry-run it counts the workflows that it would resume, and does not wait.

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
  batch = {type = "integer", default = 200, min = 1, doc = "workflows in one batch"},
  pause = {type = "duration", default = "1s", min = 0, doc = "how long to wait between two batches"},
  wait = {type = "duration", default = "10m", min = 0, doc = "how long to wait for a batch to end"},
  max_failed = {type = "number", default = 0.5, min = 0, max = 1, doc = "stop when more than this share fails again"},
}

local resumable = {CANCELLED = true, MAX_RECOVERY_ATTEMPTS_EXCEEDED = true}

local function selection()
  return {
    status = p.status, start_time = time.ago(p.since), name = p.name, queue_name = p.queue,
    was_forked_from = false, limit = p.limit,
  }
end

-- Counts the workflows to resume, by state and name, the most first.
local function plan()
  local rows, index, total = {}, {}, 0
  for wf in dbos.workflows(selection()) do
    local key = wf.status .. "/" .. tostring(wf.name)
    if not index[key] then
      local how = resumable[wf.status] and "resume" or "fork from the failed step"
      index[key] = {status = wf.status, name = wf.name or "", count = 0, oldest = wf.created_at, how = how}
      rows[#rows + 1] = index[key]
    end
    index[key].count = index[key].count + 1
    total = total + 1
  end
  local named = seq.sort_by(rows, function(row) return row.name .. " " .. row.status end)
  return seq.to_array(seq.sort_by(named, "count", {desc = true})), total
end

-- Starts a batch, and returns the handles of what runs now.
local function start(batch)
  local handles = {}
  for _, outcome in ipairs(dbos.rerun_workflows(batch, {queue_name = p.to_queue}).outcomes) do
    if outcome.outcome == "changed" then handles[#handles + 1] = outcome.forked_id or outcome.id end
  end
  return handles
end

local counts, done, failed = {}, 0, 0

-- Waits for a batch to end, and counts how. In a dry run nothing runs, so that nothing would end.
local function finish(handles, bar)
  if dbos.dry_run then return end
  for _, outcome in ipairs(dbos.wait(handles, {timeout = p.wait, partial = true, each = function() bar:add(1) end})) do
    counts[outcome.status] = (counts[outcome.status] or 0) + 1
    done = done + 1
    if outcome.status == "ERROR" or outcome.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED" then failed = failed + 1 end
  end
end

-- Shows the final counts, and returns them as one line.
local function report(left)
  local rows, words = {}, {}
  for status, count in pairs(counts) do rows[#rows + 1] = {outcome = status, count = count} end
  table.sort(rows, function(a, b) return a.count > b.count end)
  for _, row in ipairs(rows) do words[#words + 1] = row.count .. " " .. row.outcome end
  if left > 0 then rows[#rows + 1] = {outcome = "(not started)", count = left} end
  emit(rows, {columns = {"outcome", "count"}})
  return ("%d workflows resumed: %s"):format(done, table.concat(words, ", "))
end

local rows, total = plan()
if total == 0 then
  log.info("nothing to resume")
  exit()
end
emit(rows, {columns = {"status", "name", "count", "oldest", "how"}})

local bar = not dbos.dry_run and progress.new {total = total, label = "workflows"}
local batch, stopped = {}, false

local function run_batch()
  if #batch == 0 then return end
  if done > 0 then time.sleep(p.pause) end
  finish(start(batch), bar)
  batch = {}
  stopped = failed > done * p.max_failed
end

for wf in dbos.workflows(selection()) do
  batch[#batch + 1] = wf.id
  if #batch == p.batch then run_batch() end
  if stopped then break end
end
if not stopped then run_batch() end
if dbos.dry_run then exit() end
bar:done()

local summary = report(stopped and total - done or 0)
if stopped then
  exit("partial", summary .. "; stopped, because too many failed again")
elseif failed > 0 then
  exit("partial", summary)
end
log.info(summary)
