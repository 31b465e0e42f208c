-- Shows every queue that is registered or has workflows: how many workflows wait and run, how fast they end, and its limits.
-- Or pauses or resumes queues.

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
  local change = p.pause and dbos.pause_queue or dbos.resume_queue
  for _, name in ipairs(p.names) do change(name) end
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

for _, q in ipairs(dbos.list_queues {unregistered = true}) do
  local r = q.name ~= "" and row(q.name) or {} -- without a name: the workflows that are on no queue
  for _, field in ipairs {"waiting", "running", "delayed", "held", "oldest_waiting", "ended_per_minute", "paused", "concurrency", "worker_concurrency"} do
    r[field] = q[field]
  end
  r.registered = not q.unregistered
  if q.rate_limit then r.rate_limit = ("%d in %gs"):format(q.rate_limit.limit, q.rate_limit.period) end
end

if p.names then
  local named = {}
  for _, name in ipairs(p.names) do
    if index[name] then
      named[#named + 1] = index[name]
    else
      local known = {}
      for queue in pairs(index) do known[#known + 1] = queue end
      table.sort(known)
      log.error(("there is no queue %q%s"):format(name, args.did_you_mean(name, known)))
      exit(1)
    end
  end
  rows = named
end

table.sort(rows, function(a, b) return a.queue < b.queue end)
emit(rows, {columns = {
  "queue", "waiting", "running", "delayed", "held", "oldest_waiting", "ended_per_minute", "paused", "concurrency", "worker_concurrency", "rate_limit", "registered",
}})
