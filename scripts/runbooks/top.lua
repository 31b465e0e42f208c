-- Shows the queues and workflows of a database on the whole screen, again and again. Keys open a workflow and change it.

local states = {"PENDING", "ENQUEUED", "DELAYED", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "CANCELLED", "SUCCESS"}
local p = args.declare {
  summary = "Show queues, and running, waiting and failed workflows, on the whole screen; in a pipe, print one screen.",
  status = {short = "s", default = "PENDING", values = states, doc = "the state of the workflows in the list"},
  name = {short = "n", doc = "only workflows with this name"},
  queue = {short = "q", doc = "only workflows on this queue"},
  every = {type = "duration", default = "2s", min = "0.2s", doc = "the time between two screens"},
}

local columns, list, card = require "parts.columns", require "parts.top_list", require "parts.top_card"
local fit, short, add = columns.fit, columns.short, columns.add

local filter = {status = p.status, name = p.name, queue = p.queue}

-- In a pipe: once, as plain text.
if not screen.available() then
  local function plain(line)
    local words = type(line) == "string" and {line} or {}
    for i, part in ipairs(type(line) == "table" and line or {}) do words[i] = type(part) == "table" and part[1] or part end
    return table.concat(words)
  end
  local data = list.read(filter, 20)
  local given = env.get("COLUMNS") or ""
  local width = given:find("^%d%d?%d?$") and math.max(tonumber(given), 40) or 100
  for _, part in ipairs {list.head(data, width), list.queues(data, width, 1000), list.list(data, filter, width, 0)} do
    for _, line in ipairs(part) do print((short(plain(line), width):gsub(" +$", ""))) end
  end
  exit(0)
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
local view, data, opened, message, failure = "list", nil, nil, nil, nil
local selected, chosen, top, paused, typed, question = 1, nil, 0, false, nil, nil

local function room()
  local queues = math.min(#data.queues, math.max(math.floor(s.height / 6), 2))
  local above = 2 + 2 + math.max(queues, 1) + (#data.queues > queues and 1 or 0) + (#data.failing > 0 and 2 or 0) + 3
  return queues, math.max(s.height - above - 1, 1)
end

local function refresh()
  local in_card = view == "card"
  local ok, result
  if in_card then ok, result = pcall(card.read, chosen) else ok, result = pcall(list.read, filter, s.height) end
  failure = not ok and tostring(result) or nil
  if not ok then return end
  if in_card then
    result.why, opened = opened and opened.why, result
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
    local all = card.lines(opened, width)
    top = math.max(math.min(top, #all - (height - 1)), 0)
    for i = top + 1, math.min(top + height - 1, #all) do lines[#lines + 1] = all[i] end
  elseif data then
    local queues, rows = room()
    selected = math.max(math.min(selected, #data.list), 1)
    chosen = data.list[selected] and data.list[selected].id
    add(lines, list.head(data, width))
    add(lines, list.queues(data, width, queues))
    local all = list.list(data, filter, width, selected)
    local skip = math.max(selected - rows, 0)
    for i = 1, 3 do lines[#lines + 1] = all[i] end
    for i = 4 + skip, math.min(#all, 3 + skip + rows) do lines[#lines + 1] = all[i] end
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
  view, top, opened = "card", 0, nil
  refresh()
  if not opened then view = "list" return end
  local ok, result = pcall(why and dbos.explain or tostring, chosen)
  if ok then opened.why = why and result else failure = tostring(result) end
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
