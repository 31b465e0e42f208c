-- Shows the queues and workflows of a database on the whole screen, again and again. Keys open a workflow and change it.

local states = {"PENDING", "ENQUEUED", "DELAYED", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED", "SUCCESS"}
local p = args.declare {
  summary = "Show queues, and running, waiting and failed workflows, on the whole screen; in a pipe, print one screen.",
  status = {short = "s", default = "PENDING", values = states, doc = "the state of the workflows in the list"},
  name = {short = "n", doc = "only workflows with this name"},
  queue = {short = "q", doc = "only workflows on this queue"},
  every = {type = "duration", default = "2s", min = "0.2s", doc = "the time between two screens"},
}

local open = {PENDING = true, ENQUEUED = true, DELAYED = true}
local filter = {status = p.status, name = p.name, queue = p.queue}

local span = time.span
local function ago(t) return t and span(time.now() - t) or "-" end

-- A whole number with its thousands apart.
local function grouped(n)
  return (("%d"):format(n):reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""))
end

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

local function readAll(limit)
  local data = {at = time.now()}
  readQueues(data)
  readRates(data)
  data.list = dbos.list_workflows {
    status = filter.status, name = filter.name, queue_name = filter.queue, sort_desc = not open[filter.status], limit = limit, load_progress = true,
    completed_after = filter.status == "SUCCESS" and time.ago("1h") or nil, -- no index leads to this state
  }
  return data
end

-- The lines of the screen.
local function fit(text, width, right) return screen.fit(text == nil and "-" or text, math.max(width, 0), {right = right}) end

-- A text that has at most so many columns.
local function short(text, width) return fit(text, math.min(screen.width(text), width)) end

local function head(data, width)
  local right = time.format(data.at, "%H:%M:%S ", {tz = time.zone}) .. time.zone .. (dbos.dry_run and "  dry run" or "")
  local left = "dbos-script top  " .. dbos.database
  local total = data.total
  return {
    {{fit(left, width - screen.width(right) - 1) .. " " .. right, "reverse"}},
    {{("%s running  %s waiting  %s delayed"):format(grouped(total.PENDING), grouped(total.ENQUEUED), grouped(total.DELAYED)), "bold"},
      ("  in the last minute %s ended, "):format(grouped(data.ended)), {("%s failed"):format(grouped(data.failed)), data.failed > 0 and "bold red" or "bold"}},
  }
end

local function queueLines(data, width, most)
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

local function title()
  return filter.status .. (filter.status == "SUCCESS" and " of the last hour" or "") .. (open[filter.status] and ", the oldest first" or ", the newest first") .. (filter.name and "; name " .. filter.name or "")
    .. (filter.queue and "; queue " .. filter.queue or "")
end

-- When a workflow came into its state, as far as its row says.
local function since(wf) return wf.status == "PENDING" and wf.started_at or wf.completed_at or wf.created_at end

local function listLines(data, width, selected)
  local free = math.max(width - 2 - 8 - 7, 30)
  local id, name, queue = math.floor(free * 0.34), math.floor(free * 0.26), math.floor(free * 0.16)
  local step = free - id - name - queue - 4
  local lines = {"", {{title(), "bold"}}, {{
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

local function add(lines, more) for _, line in ipairs(more) do lines[#lines + 1] = line end end
-- In a pipe: once, as plain text.
if not screen.available() then
  local function plain(line)
    local words = type(line) == "string" and {line} or {}
    for i, part in ipairs(type(line) == "table" and line or {}) do words[i] = type(part) == "table" and part[1] or part end
    return table.concat(words)
  end
  local data = readAll(20)
  for _, lines in ipairs {head(data, 100), queueLines(data, 100, 1000), listLines(data, 100, 0)} do
    for _, line in ipairs(lines) do print((plain(line):gsub(" +$", ""))) end
  end
  exit(0)
end

-- One workflow, with its steps on an axis of time.
local function readCard(id)
  local wf = dbos.list_workflows {workflow_ids = {id}, load_input = true, load_output = true}[1]
  return {wf = wf, steps = wf and dbos.get_workflow_steps(id, {limit = 200})}
end

local function value(v)
  local ok, text = pcall(json.encode, v)
  return v ~= nil and (ok and text or tostring(v)) or nil
end

local function cardLines(card, width)
  local wf = card.wf
  if not wf then return {"it is gone"} end
  local name, state = wf.id .. "  " .. (wf.name or "(no name)"), "  " .. wf.status
  local lines = {{{fit(short(name, width - #state) .. state, width), "reverse"}}} -- the state is seen in any case
  local function fact(label, text)
    if text ~= nil then lines[#lines + 1] = {{fit(label, 10), "dim"}, fit(text, width - 10)} end
  end
  fact("queue", wf.queue_name)
  fact("version", wf.application_version)
  fact("executor", wf.executor_id)
  fact("created", wf.created_at and ("%s, %s ago"):format(time.format(wf.created_at, "%Y-%m-%d %H:%M:%S ", {tz = time.zone}) .. time.zone, ago(wf.created_at)))
  for _, field in ipairs {"started", "completed"} do fact(field, wf[field .. "_at"] and ago(wf[field .. "_at"]) .. " ago") end
  fact("attempts", wf.attempts > 1 and wf.attempts or nil)
  fact("input", value(wf.input))
  fact("output", value(wf.output))
  fact("error", wf.error and tostring(wf.error) or nil)
  if card.why then
    lines[#lines + 1] = ""
    for i, reason in ipairs(card.why.reasons) do
      add(lines, screen.wrap(("%d. %s"):format(i, reason.text), width, {indent = 3}))
      for _, evidence in ipairs(reason.evidence or {}) do
        for _, part in ipairs(screen.wrap("   " .. evidence, width, {indent = 5})) do lines[#lines + 1] = {{part, "dim"}} end
      end
      if reason.command then add(lines, screen.wrap("   try: " .. reason.command, width, {indent = 5})) end
    end
  end
  local first, last
  for _, step in ipairs(card.steps) do
    if step.started_at and (not first or step.started_at < first) then first = step.started_at end
    if step.completed_at and (not last or step.completed_at > last) then last = step.completed_at end
  end
  local length = first and last and math.max(last - first, 0.001)
  local columns = math.max(math.floor(width * 0.4), 10)
  lines[#lines + 1] = ""
  lines[#lines + 1] = {{#card.steps == 0 and "no step has ended yet" or "steps" .. (length and ", an axis of " .. span(length) or ""), "dim"}}
  for _, step in ipairs(card.steps) do
    local bar = ""
    if length and step.started_at and step.completed_at then
      local from = math.min(math.floor((step.started_at - first) / length * columns), columns - 1)
      local to = math.min(math.max(math.ceil((step.completed_at - first) / length * columns), from + 1), columns)
      bar = (" "):rep(from) .. ("█"):rep(to - from)
    end
    local took = step.started_at and step.completed_at and span(step.completed_at - step.started_at) or ""
    local note = step.error and "  ✗ " .. tostring(step.error) or step.child_workflow_id and "  ↳ " .. step.child_workflow_id or ""
    lines[#lines + 1] = {
      fit(step.step_id, 4, true) .. "  ", {fit(bar, columns), step.error and "red" or "green"},
      fit(took, 8, true) .. "  " .. fit(step.step_name .. note, width - columns - 16),
    }
  end
  return lines
end

local help = {
  {{"Keys", "bold"}}, "",
  "  up, down, k, j        choose a workflow; pageup, pagedown, home and end too",
  "  enter                 show it: its row and its steps, input and error",
  "  w                     say why it moves, or does not",
  "  s                     the next state in the list; S the one before",
  "  /                     filter by a name, or by name:NAME and queue:QUEUE",
  "  c, r                  cancel it, resume it; a question comes first",
  "  p, ctrl-l             hold this screen still; read everything again now",
  "  esc, q                back; on the first screen q ends", "",
  "Each change passes the limits, the dry run and the audit log of the command.", "", "any key goes back",
}

-- The state of the screen, and its loop.
local s = screen.new()
local view, data, card, message, failure = "list", nil, nil, nil, nil
local selected, chosen, top, paused, typed, question = 1, nil, 0, false, nil, nil

local function room()
  local queues = math.min(#data.queues, math.max(math.floor(s.height / 6), 2))
  local above = 2 + 2 + math.max(queues, 1) + (#data.queues > queues and 1 or 0) + (#data.failing > 0 and 2 or 0) + 3
  return queues, math.max(s.height - above - 1, 1)
end

local function refresh()
  local in_card = view == "card"
  local ok, result = pcall(in_card and readCard or readAll, in_card and chosen or s.height)
  failure = not ok and tostring(result) or nil
  if not ok then return end
  if in_card then
    result.why, card = card and card.why, result
  else
    data = result
    for i, wf in ipairs(data.list) do
      if wf.id == chosen then selected = i end
    end
  end
end

local function change(what, id)
  local call = what == "cancel" and dbos.cancel_workflows or dbos.resume_workflows
  local ok, result = pcall(call, {id})
  if ok then
    local done = result.changed > 0 and (what == "cancel" and "cancelled" or "resumed") or result.unknown > 0 and "it is gone" or "unchanged"
    message = ("%s: %s"):format(short(id, s.width - 30), dbos.dry_run and "the plan at the end has it" or done)
  else
    message = tostring(result)
  end
end

local function foot(width)
  if question then return {{fit(("%s %s? y/N"):format(question.what, short(question.id, width - 14)), width), "bold"}} end
  if typed then return {{"filter: ", "bold"}, typed, {" ", "reverse"}, "  name, name:NAME, queue:QUEUE; enter"} end
  if failure or message then return {{fit(failure or message, width), failure and "bold red" or "bold"}} end
  local keys = view == "card" and "w why  c cancel  r resume  up down scroll  esc back  q back" or
    "enter show  s state  / filter  c cancel  r resume  p pause  ? help  q quit"
  return {{fit((paused and "paused  " or "") .. keys, width), "dim"}}
end

local function draw()
  local width, height = s.width, s.height
  local lines = {}
  if view == "help" then
    add(lines, help)
  elseif view == "card" then
    local all = cardLines(card, width)
    top = math.max(math.min(top, #all - (height - 1)), 0)
    for i = top + 1, math.min(top + height - 1, #all) do lines[#lines + 1] = all[i] end
  elseif data then
    local queues, rows = room()
    selected = math.max(math.min(selected, #data.list), 1)
    chosen = data.list[selected] and data.list[selected].id
    add(lines, head(data, width))
    add(lines, queueLines(data, width, queues))
    local list = listLines(data, width, selected)
    local skip = math.max(selected - rows, 0)
    for i = 1, 3 do lines[#lines + 1] = list[i] end
    for i = 4 + skip, math.min(#list, 3 + skip + rows) do lines[#lines + 1] = list[i] end
  end
  for i = #lines + 1, height - 1 do lines[i] = "" end
  lines[height] = foot(width)
  s:draw(lines)
end

local function setFilter(text)
  filter.name, filter.queue = nil, nil
  for word in text:gmatch("%S+") do
    local field, rest = word:match("^(%a+):(.+)$")
    if field and field ~= "queue" and field ~= "name" then
      message = ("filter: there is no %q, only name and queue"):format(field)
    else
      filter[field or "name"] = rest or word
    end
  end
end

local moves = {up = -1, k = -1, down = 1, j = 1, pageup = -10, pagedown = 10, home = -1e6, ["end"] = 1e6}

local function move(by)
  if view == "card" then top = top + by else selected = math.max(math.min(selected + by, #data.list), 1) end
end

local place = {}
for i, state in ipairs(states) do place[state] = i end
local function nextState(by)
  filter.status, selected = states[(place[filter.status] - 1 + by) % #states + 1], 1
  return true
end

local function openCard(why)
  view, top, card = "card", 0, nil
  refresh()
  if not card then view = "list" return end
  local ok, result = pcall(why and dbos.explain or tostring, chosen)
  if ok then card.why = why and result else failure = tostring(result) end
end

-- typing handles a key of the filter, and returns true if it is complete.
local function typing(key)
  if key == "enter" then
    setFilter(typed)
    typed, selected = nil, 1
    return true
  end
  if key == "esc" then typed = nil return false end
  if key == "backspace" then typed = typed:gsub("[^\128-\191][\128-\191]*$", "") end
  if key == "ctrl-u" then typed = "" end
  if screen.width(key) <= 2 and not key:match("^%a%a") then typed = typed .. key end
end

-- press handles a key, and returns true if all is to be read again.
local function press(key)
  message = nil
  if question then
    local id, what = question.id, question.what
    question = nil
    if key == "y" or key == "Y" then
      change(what, id)
      return true
    end
    message = "nothing was changed"
  elseif typed then
    return typing(key)
  elseif view == "help" then
    view = "list"
  elseif key == "q" or key == "esc" then
    local quit = view == "list" and key == "q"
    view = "list"
    return not quit, quit
  elseif moves[key] then
    move(moves[key])
  elseif key == "ctrl-l" then
    return true
  elseif key == "p" then
    paused = not paused
  elseif (key == "c" or key == "r") and chosen then
    local what = key == "c" and "cancel" or "resume"
    question = {what = what, id = chosen}
  elseif key == "w" and chosen then
    openCard(true)
  elseif view == "list" then
    if key == "?" then
      view = "help"
    elseif key == "enter" and chosen then
      openCard(false)
    elseif key == "s" or key == "S" then
      return nextState(key == "s" and 1 or -1)
    elseif key == "/" then
      typed = (filter.name and "name:" .. filter.name .. " " or "") .. (filter.queue and "queue:" .. filter.queue or "")
    end
  end
end

local due, asked = time.now(), false
while true do
  if time.now() >= due then
    if asked or not paused and view ~= "help" or not data then refresh() end
    due, asked = time.now() + p.every, false
  end
  draw()
  local key = s:key(math.max(due - time.now(), 0))
  if key then
    local again, quit = press(key)
    if quit then break end
    if again then due, asked = time.now(), true end
  end
end
s:close()
