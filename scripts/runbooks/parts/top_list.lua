-- The first screen of top: totals, queues, and a list of workflows.

local columns = require "parts.columns"
local fit, grouped, ago = columns.fit, columns.grouped, columns.ago

local M = {open = {PENDING = true, ENQUEUED = true, DELAYED = true}}

-- The limits of a queue in a few words: at once, in a worker, and in a time.
local function limitsOf(q)
  local rate = q.rate_limit
  local text = ((q.paused and "paused " or "") .. (q.held > 0 and grouped(q.held) .. " held " or "") .. (q.concurrency and q.concurrency .. " " or "")
    .. (q.worker_concurrency and q.worker_concurrency .. "/worker " or "") .. (rate and ("%d/%gs"):format(rate.limit, rate.period) or "")):gsub(" $", "")
  return text
end

-- The statements: one for the queues, one for what ended in the last minute, one for the list.
local function readQueues(data)
  data.total, data.queues = {PENDING = 0, ENQUEUED = 0, DELAYED = 0}, {}
  for i, q in ipairs(dbos.list_queues {unregistered = true}) do
    data.queues[i] = {
      name = q.name ~= "" and q.name or "(no queue)", ENQUEUED = q.waiting, PENDING = q.running, DELAYED = q.delayed, oldest = q.oldest_waiting,
      rate = q.ended_per_minute, limits = limitsOf(q), paused = q.paused,
    }
    local t = data.total
    t.ENQUEUED, t.PENDING, t.DELAYED = t.ENQUEUED + q.waiting, t.PENDING + q.running, t.DELAYED + q.delayed + q.held
  end
  local function open(q) return q.ENQUEUED + q.PENDING end
  table.sort(data.queues, function(a, b) return open(a) > open(b) or open(a) == open(b) and a.name < b.name end)
end

local function readRates(data)
  data.ended, data.failed, data.failing = 0, 0, {}
  for _, group in ipairs(dbos.get_workflow_aggregates {group_by = {"status", "name"}, completed_after = time.ago("1m")}) do
    data.ended = data.ended + group.count
    if group.status ~= "SUCCESS" and group.status ~= "CANCELLED" then
      data.failed = data.failed + group.count
      data.failing[#data.failing + 1] = {name = group.name or "(no name)", count = group.count}
    end
  end
  table.sort(data.failing, function(a, b) return a.count > b.count or a.count == b.count and a.name < b.name end)
end

-- Reads all that the screen shows, with at most so many workflows.
function M.read(filter, limit)
  local data = {at = time.now()}
  readQueues(data)
  readRates(data)
  data.list = dbos.list_workflows {
    status = filter.status, name = filter.name, queue_name = filter.queue, sort_desc = not M.open[filter.status], limit = limit, load_progress = true,
    completed_after = filter.status == "SUCCESS" and time.ago("1h") or nil, -- no index leads to this state
  }
  return data
end

-- The lines above all: the database, the time, and how much there is.
function M.head(data, width)
  local right = time.format(data.at, "%H:%M:%S ", {tz = time.zone}) .. time.zone .. (dbos.dry_run and "  dry run" or "")
  local left = "dbos-script top  " .. dbos.database
  local total = data.total
  return {
    {{fit(left, width - screen.width(right) - 1) .. " " .. right, "reverse"}},
    {{("%s running  %s waiting  %s delayed"):format(grouped(total.PENDING), grouped(total.ENQUEUED), grouped(total.DELAYED)), "bold"},
      ("  in the last minute %s ended, "):format(grouped(data.ended)), {("%s failed"):format(grouped(data.failed)), data.failed > 0 and "bold red" or "bold"}},
  }
end

-- The lines of the queues, of which at most so many are shown, and what failed in the last minute.
function M.queues(data, width, most)
  local limits = width >= 120 and 40 or 20
  local name = math.min(math.max(width - 42 - limits, 12), 60)
  local lines = {"", {{fit("QUEUE", name) .. fit("WAITING", 9, true) .. fit("RUNNING", 9, true) .. fit("DELAYED", 9, true) .. fit("OLDEST", 7, true)
    .. fit("/MIN", 6, true) .. "  " .. fit("LIMITS", limits), "dim"}}}
  for i = 1, math.min(#data.queues, most) do
    local q = data.queues[i]
    lines[#lines + 1] = {fit(q.name, name) .. fit(grouped(q.ENQUEUED), 9, true) .. fit(grouped(q.PENDING), 9, true) .. fit(grouped(q.DELAYED), 9, true)
      .. fit(q.oldest and ago(q.oldest) or "-", 7, true) .. fit(q.rate and ("%.3g"):format(q.rate) or "-", 6, true) .. "  ",
      {fit(q.limits, limits), q.paused and "bold red" or ""}}
  end
  if #data.queues == 0 then lines[#lines + 1] = "nothing waits and nothing runs" end
  if #data.queues > most then lines[#lines + 1] = ("… and %d more: dbos-script queues shows all"):format(#data.queues - most) end
  if #data.failing > 0 then
    local words = {}
    for i = 1, math.min(#data.failing, 8) do words[i] = ("%s %s"):format(data.failing[i].name, grouped(data.failing[i].count)) end
    lines[#lines + 1] = ""
    lines[#lines + 1] = {{"failed in the last minute: ", "red"}, table.concat(words, ", ")}
  end
  return lines
end

-- Which workflows the list has.
local function title(filter)
  return filter.status .. (filter.status == "SUCCESS" and " of the last hour" or "") .. (M.open[filter.status] and ", the oldest first" or ", the newest first") .. (filter.name and "; name " .. filter.name or "")
    .. (filter.queue and "; queue " .. filter.queue or "")
end

-- When a workflow came into its state, as far as its row says.
local function since(wf) return wf.status == "PENDING" and wf.started_at or wf.completed_at or wf.created_at end

-- The lines of the workflows, below three lines of titles.
function M.list(data, filter, width, selected)
  local free = math.max(width - 2 - 8 - 7, 30)
  local id, name, queue = math.floor(free * 0.34), math.floor(free * 0.26), math.floor(free * 0.16)
  local step = free - id - name - queue - 4
  local lines = {"", {{title(filter), "bold"}}, {{
    "  " .. fit("WORKFLOW", id) .. " " .. fit("NAME", name) .. " " .. fit("QUEUE", queue) .. fit("FOR", 8, true) .. fit("STEPS", 7, true) .. "  " .. fit("LAST STEP", step), "dim",
  }}}
  for i, wf in ipairs(data.list) do
    local text = (i == selected and "▸ " or "  ") .. fit(wf.id, id) .. " " .. fit(wf.name, name) .. " " .. fit(wf.queue_name, queue)
      .. fit(ago(since(wf)), 8, true) .. fit(wf.steps_done or 0, 7, true) .. "  " .. fit(wf.last_step, step)
    lines[#lines + 1] = {{text, i == selected and "reverse" or ""}}
  end
  if #data.list == 0 then lines[#lines + 1] = "  none" end
  return lines
end

return M
