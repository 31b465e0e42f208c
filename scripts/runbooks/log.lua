-- Shows the changes that runs of dbos-script made, from the audit log, together with the workflows that began and ended.

local p = args.declare {
  summary = "Show what changed: the changes in the audit log, and the workflows that began and ended, the newest last.",
  workflow = {type = "list", positional = true, doc = "only these workflows"},
  since = {type = "time", doc = "only events at or after this time, such as 2h or yesterday; 24h when no workflow and no run is named"},
  ["until"] = {type = "time", doc = "only events at or before this time"},
  queue = {short = "q", type = "list", doc = "only these queues, and workflows that were on them"},
  run = {doc = "only the changes of this run: its id, the end or the beginning of it, or last"},
  user = {doc = "only changes of this person"},
  operation = {type = "list", doc = "only changes by one of these functions, such as cancel_workflows"},
  only = {values = {"audit", "database"}, doc = "one of the two sources"},
  limit = {type = "integer", default = 50, min = 1, doc = "at most so many lines, the newest"},
  follow = {type = "boolean", short = "f", doc = "goes on with what happens from now on, until it is interrupted"},
  every = {type = "duration", default = "1s", min = "0.1s", doc = "how long to pause between two looks of --follow"},
}
if p.follow and p["until"] then
  log.error("--follow and --until: one at a time, because --follow has no end")
  exit(2)
end

local since = p.since or not p.workflow and not p.run and time.ago("24h") or nil
local events = {}

local function add(event)
  if event.time and (not since or event.time >= since) and (not p["until"] or event.time <= p["until"]) then events[#events + 1] = event end
end

-- The ids of a change on one line.
local function named(ids, count)
  local few = {}
  for i = 1, math.min(3, #ids) do few[i] = ids[i] end
  return table.concat(few, ", ") .. (count > #few and #few > 0 and ", …" or "")
end

local function audited()
  local found = audit.changes {
    run_id = p.run, start_time = since, end_time = p["until"], user = p.user, operation = p.operation, workflow_id = p.workflow, queue_name = p.queue,
    limit = p.limit + 1,
  }
  for _, c in ipairs(found) do
    add {
      time = c.time, source = "audit", event = c.operation, count = c.count, changed = c.changed, outcome = c.outcome, ids = c.ids,
      to = c.to, user = c.user, script = c.script, run = c.run_id, reason = c.reason, error = c.error,
    }
  end
end

-- The life of a workflow as its row shows it.
local function life(wf)
  local from = wf.forked_from and "a fork of " .. wf.forked_from or wf.parent_workflow_id and "a child of " .. wf.parent_workflow_id
    or wf.schedule_name and "by schedule " .. wf.schedule_name or nil
  add {time = wf.created_at, source = "database", event = "created", ids = {wf.id}, name = wf.name, to = wf.queue_name, origin = from}
  if p.workflow and wf.started_at then
    add {time = wf.started_at, source = "database", event = "started", ids = {wf.id}, name = wf.name, to = wf.executor_id}
  end
  if wf.completed_at then
    add {time = wf.completed_at, source = "database", event = "ended in " .. wf.status, ids = {wf.id}, name = wf.name}
  end
end

local function stored()
  local seen, lists = {}, {}
  local common = {queue_name = p.queue, limit = p.limit + 1, sort_desc = true, load_input = false, load_output = false}
  local function list(more)
    for key, value in pairs(common) do more[key] = value end
    lists[#lists + 1] = dbos.list_workflows(more)
  end
  if p.workflow then
    list {workflow_ids = p.workflow}
    list {forked_from = p.workflow}
    list {parent_workflow_id = p.workflow}
  else
    list {start_time = since, end_time = p["until"]}
    list {completed_after = since, completed_before = p["until"]}
  end
  for _, found in ipairs(lists) do
    for _, wf in ipairs(found) do
      if not seen[wf.id] then
        seen[wf.id] = true
        life(wf)
      end
    end
  end
  return seen
end

-- collect fills events, in their order, and returns the workflows that there are. The database records neither runs nor persons.
local function collect()
  events = {}
  if p.only ~= "database" then audited() end
  local seen = p.only ~= "audit" and not p.run and not p.user and not p.operation and stored() or nil
  for i, event in ipairs(events) do event.place = i end -- events of one moment stay in the order in which they were found
  table.sort(events, function(a, b)
    if a.time == b.time then return a.place < b.place end
    return a.time < b.time
  end)
  return seen
end

local seen = collect()
if p.workflow and seen then
  for _, id in ipairs(p.workflow) do
    if not seen[id] then log.warn(("there is no workflow %q now"):format(id)) end
  end
end

-- What makes an event the same at the next look. A change that ends is another event than its beginning.
local function key(event)
  return table.concat({event.source, event.event, tostring(event.time), event.run or "", event.outcome or "", event.ids[1] or "", tostring(event.count)}, " ")
end

local told, shown = {}, {}
for _, event in ipairs(events) do told[key(event)] = event.time end
for i = math.max(1, #events - p.limit + 1), #events do
  local event = events[i]
  event.place = nil
  if args.output == "table" then
    event.age = time.span(time.now() - event.time)
    event.what = table.concat({named(event.ids, event.count or 1), event.to and "→ " .. event.to or nil}, " ")
    event.changed = event.changed and ("%d of %d"):format(event.changed, event.count) or nil
    event.run = event.run and event.run:sub(-6) or nil
    if event.outcome and event.outcome ~= "done" then event.event = event.event .. " (" .. event.outcome .. ")" end
  end
  shown[#shown + 1] = event
end
local columns = {
  table = {"age", "event", "changed", "what", "name", "user", "run"},
  csv = {"time", "source", "event", "ids", "name", "to", "count", "changed", "outcome", "user", "run", "script", "reason", "error", "origin"},
}
emit(shown, {columns = columns[args.output]})
if #shown == 0 and not p.follow then log.info("nothing changed" .. (since and (" since %s"):format(since) or "")) end
if #events > #shown then log.warn(("these are the newest %d; there is more: --limit N shows it"):format(p.limit)) end

-- A new event, as a line of its own.
local function tell(event)
  event.place = nil
  if args.output ~= "table" then return emit(event, {columns = columns[args.output]}) end
  local words = {time.format(event.time, time.zone == "UTC" and "%H:%M:%SZ" or "%H:%M:%S ", {tz = time.zone}), event.event}
  if event.outcome and event.outcome ~= "done" then words[#words + 1] = "(" .. event.outcome .. ")" end
  if event.changed then words[#words + 1] = ("%d of %d"):format(event.changed, event.count) end
  words[#words + 1] = named(event.ids, event.count or 1)
  for _, word in ipairs {event.to and "→ " .. event.to or false, event.name or false, event.user or false} do
    if word then words[#words + 1] = word end
  end
  print(table.concat(words, "  "))
end

-- An event may become visible some time after its moment, when its transaction ends.
local overlap = 60
while p.follow do
  time.sleep(p.every)
  since = time.now() - overlap - p.every
  collect()
  for _, event in ipairs(events) do
    if not told[key(event)] then tell(event) end
    told[key(event)] = event.time
  end
  for known, at in pairs(told) do
    if at < since then told[known] = nil end
  end
end
