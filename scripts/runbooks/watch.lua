-- Follows workflows until they end: a line for each on a terminal, drawn again and again, and elsewhere a line for each change.

local p = args.declare {
  summary = "Follow workflows until they end.",
  ids = {type = "list", positional = true, required = true, doc = "the workflows"},
  every = {type = "duration", default = "1s", min = "0.1s", doc = "the pause between two reads"},
}

local ended = {SUCCESS = true, ERROR = true, CANCELLED = true, MAX_RECOVERY_ATTEMPTS_EXCEEDED = true}

local span = time.span

-- The time of day in the zone of the run.
local function clock(t) return time.format(t, time.zone == "UTC" and "%H:%M:%SZ" or "%H:%M:%S ", {tz = time.zone}) end

local ids, rows, open = {}, {}, {}
for _, id in ipairs(p.ids) do
  if not rows[id] then
    ids[#ids + 1], open[#open + 1], rows[id] = id, id, {}
  end
end

-- look reads all that have not ended with one statement, and returns the ids of those that have changed.
local function look()
  local found, changed, rest = {}, {}, {}
  for _, wf in ipairs(dbos.list_workflows {workflow_ids = open, load_progress = true}) do found[wf.id] = wf end
  for _, id in ipairs(open) do
    local wf, row = found[id], rows[id]
    local state, steps = wf and wf.status or "GONE", wf and wf.steps_done or 0
    if state ~= row.state or steps ~= row.steps then changed[#changed + 1] = id end
    row.wf, row.state, row.steps = wf or row.wf, state, steps
    if wf and not ended[state] then rest[#rest + 1] = id end
  end
  open = rest
  return changed
end

-- How long a workflow waits or runs, or took.
local function age(wf)
  local from = wf.status == "PENDING" and wf.started_at or wf.created_at
  if ended[wf.status] then from = wf.started_at or wf.created_at end
  return from and span((wf.completed_at or time.now()) - from) or "-"
end

local function last(wf)
  if not wf.last_step then return "" end
  return ("%s%s"):format(wf.last_step, not ended[wf.status] and wf.last_step_at and (", %s ago"):format(span(time.now() - wf.last_step_at)) or "")
end

-- The lines of a terminal, with the open ones first if there is no room for all.
local function lines(width, height)
  local done, failed = 0, 0
  for _, id in ipairs(ids) do
    if rows[id].state == "GONE" or ended[rows[id].state] then done = done + 1 end
    if rows[id].state ~= "SUCCESS" and (rows[id].state == "GONE" or ended[rows[id].state]) then failed = failed + 1 end
  end
  local free = math.max(width - 10 - 8 - 6 - 4, 30)
  local id_width, name = math.floor(free * 0.4), math.floor(free * 0.25)
  local step = free - id_width - name
  local all = {{{screen.fit(("%d of %d have ended, %d without success"):format(done, #ids, failed), width - 9) .. clock(time.now()), "reverse"}}}
  local order = {}
  for _, id in ipairs(ids) do if not ended[rows[id].state] then order[#order + 1] = id end end
  if #ids <= height - 1 then order = ids end
  for i, id in ipairs(order) do
    if i > height - 2 and #order > height - 1 then
      all[#all + 1] = ("… and %d more"):format(#order - i + 1)
      break
    end
    local wf, state = rows[id].wf, rows[id].state
    local colour = state == "SUCCESS" and "green" or (ended[state] or state == "GONE") and "bold red" or ""
    all[#all + 1] = wf and {
      screen.fit(id, id_width) .. " ", {screen.fit(state == "MAX_RECOVERY_ATTEMPTS_EXCEEDED" and "DEAD" or state, 10), colour},
      screen.fit(age(wf), 8, {right = true}) .. screen.fit(wf.steps_done or 0, 6, {right = true}) .. "  " .. screen.fit(wf.name or "", name) .. " " .. screen.fit(last(wf), step),
    } or {screen.fit(id, id_width) .. " ", {"there is no such workflow", colour}}
  end
  return all
end

local function record(id)
  local wf, row = rows[id].wf, rows[id]
  return {
    at = time.now(), id = id, status = row.state, steps_done = row.steps, last_step = wf and wf.last_step, name = wf and wf.name, age = wf and age(wf) or nil,
  }
end

local columns = {"at", "id", "status", "age", "steps_done", "last_step", "name"}
local s = args.output == "table" and screen.available() and screen.new()
local quit
while true do
  local changed = look()
  if not s then
    for _, id in ipairs(changed) do
      if args.output == "table" then
        local r = record(id)
        print(("%s  %s  %s  %s  %d steps%s"):format(clock(r.at), id, r.status, r.age or "-", r.steps_done, r.last_step and ", the last one " .. r.last_step or ""))
      else
        emit(record(id), {columns = columns})
      end
    end
  end
  if #open == 0 or quit then break end
  if not s then
    time.sleep(p.every)
  else
    local due = time.now() + p.every
    repeat
      s:draw(lines(s.width, s.height))
      local key = s:key(math.max(due - time.now(), 0))
      quit = quit or key == "q" or key == "esc"
    until quit or time.now() >= due
    if quit then break end
  end
end
if s then s:close() end

-- What became of each, for the terminal and its scrolling back; and the exit code.
local succeeded = 0
for _, id in ipairs(ids) do
  local row = rows[id]
  if row.state == "SUCCESS" then succeeded = succeeded + 1 end
  if s then print(("%-10s %s%s"):format(row.state, id, row.wf and row.wf.name and "  " .. row.wf.name or "")) end
end
for _, id in ipairs(ids) do
  local row = rows[id]
  if row.state == "GONE" then log.error(row.wf and ("%s was deleted meanwhile"):format(id) or ("there is no workflow %q"):format(id)) end
end
if #open > 0 then exit("error", ("%d of %d have not ended"):format(#open, #ids)) end
if succeeded == #ids then exit(0) end
exit(succeeded > 0 and "partial" or "error", ("%d of %d succeeded"):format(succeeded, #ids))
