-- Shows every queue that is registered, or that has workflows: its limits, and how many wait and run.

args.declare {summary = "Show the queues, their limits, and how many workflows wait and run."}

local rows, index = {}, {}

local function row(name)
  if not index[name] then
    index[name] = {queue = name, registered = false, waiting = 0, delayed = 0, running = 0}
    rows[#rows + 1] = index[name]
  end
  return index[name]
end

for _, q in ipairs(dbos.list_queues {}) do
  local r = row(q.name)
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

table.sort(rows, function(a, b) return a.queue < b.queue end)
emit(rows, {columns = {
  "queue", "waiting", "running", "delayed", "oldest_waiting", "concurrency", "worker_concurrency", "rate_limit", "registered",
}})
