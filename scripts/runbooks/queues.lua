-- Shows every queue that is registered or has workflows, with its limits and how many workflows wait and run; or pauses or
-- resumes queues.

local p = args.declare {
  summary = "Show the queues, their limits, and how many workflows wait and run; pause or resume some.",
  names = {type = "list", positional = true, doc = "the queues; all when not given, but only to show them"},
  pause = {type = "boolean", doc = "pauses them: no workflow of them starts until they are resumed"},
  resume = {type = "boolean", doc = "resumes them, with the limits that they had"},
}

if p.pause and p.resume then
  log.error("--pause and --resume: one at a time")
  exit(2)
end
if p.pause or p.resume then
  if not p.names then
    log.error(("which queues? name the queues to %s"):format(p.pause and "pause" or "resume"))
    exit(2)
  end
  for _, name in ipairs(p.names) do
    local change = p.pause and dbos.pause_queue or dbos.resume_queue
    change(name)
    if not dbos.dry_run then log.info(("%s: %s"):format(name, p.pause and "paused" or "resumed")) end
  end
  exit(0)
end

local rows, index = {}, {}

local function row(name)
  if not index[name] then
    index[name] = {queue = name, registered = false, paused = false, waiting = 0, delayed = 0, held = 0, running = 0}
    rows[#rows + 1] = index[name]
  end
  return index[name]
end

for _, q in ipairs(dbos.list_queues {}) do
  local r = row(q.name)
  r.paused = q.paused
  r.registered, r.concurrency, r.worker_concurrency = true, q.concurrency, q.worker_concurrency
  if q.rate_limit then r.rate_limit = ("%d in %gs"):format(q.rate_limit.limit, q.rate_limit.period) end
end

local field = {ENQUEUED = "waiting", DELAYED = "delayed", PENDING = "running"}
for _, group in ipairs(dbos.get_workflow_aggregates {
  group_by = {"queue_name", "status"}, select = {"count", "min_created_at"}, status = {"ENQUEUED", "DELAYED", "PENDING"},
}) do
  if group.queue_name then
    local r = row(group.queue_name)
    r[field[group.status]] = group.count
    if group.status == "ENQUEUED" then r.oldest_waiting = group.min_created_at end
  end
end

-- A held workflow is DELAYED for ever, and counts as held only.
for _, group in ipairs(dbos.get_workflow_aggregates {group_by = "queue_name", held = true}) do
  if group.queue_name then
    local r = row(group.queue_name)
    r.held, r.delayed = group.count, r.delayed - group.count
  end
end

if p.names then
  local named = {}
  for _, name in ipairs(p.names) do
    if index[name] then
      named[#named + 1] = index[name]
    else
      log.error(("there is no queue %q"):format(name))
      exit(1)
    end
  end
  rows = named
end

table.sort(rows, function(a, b) return a.queue < b.queue end)
emit(rows, {columns = {
  "queue", "waiting", "running", "delayed", "held", "paused", "oldest_waiting", "concurrency", "worker_concurrency", "rate_limit", "registered",
}})
