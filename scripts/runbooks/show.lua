-- Shows one workflow: its row, its steps on an axis of time, and the workflows that belong to it.

local p = args.declare {
  summary = "Show a workflow: its row, its steps, its children and its forks.",
  id = {positional = true, required = true, doc = "the workflow"},
  steps = {type = "integer", default = 50, min = 1, doc = "at most so many steps"},
  width = {type = "integer", default = 30, min = 5, max = 200, doc = "how many columns the axis of time has"},
}

local wf = dbos.list_workflows {workflow_ids = {p.id}, load_input = true, load_output = true}[1]
if not wf then
  log.error(("there is no workflow %q"):format(p.id))
  exit(1)
end
local steps = dbos.get_workflow_steps(p.id, {limit = p.steps + 1})
local more = #steps > p.steps
local children = dbos.list_workflows {parent_workflow_id = p.id, limit = 20}
local forks = dbos.list_workflows {forked_from = p.id, limit = 20}

if args.output ~= "table" then
  emit {workflow = wf, steps = steps, children = children, forks = forks}
  exit(0)
end

-- A number of seconds in its largest unit.
local function span(seconds)
  if seconds >= 86400 then return ("%.1fd"):format(seconds / 86400) end
  if seconds >= 3600 then return ("%.1fh"):format(seconds / 3600) end
  if seconds >= 60 then return ("%.1fm"):format(seconds / 60) end
  if seconds >= 1 then return ("%.1fs"):format(seconds) end
  return ("%dms"):format(seconds * 1000)
end

local function line(label, text)
  if text ~= nil then print(("  %-12s %s"):format(label, tostring(text))) end
end

-- A value on one line, cut where it is long.
local function value(v)
  if v == nil then return nil end
  local ok, text = pcall(json.encode, v)
  if not ok then text = tostring(v) end
  if #text > 200 then text = text:sub(1, 200) .. "…" end
  return text
end

local function moment(t)
  if t then return ("%s  (%s ago)"):format(t:format("%Y-%m-%d %H:%M:%SZ"), span(time.now() - t)) end
end

print(("%s  %s  %s"):format(wf.id, wf.name or "(no name)", wf.status))
line("queue", wf.queue_name)
line("application", wf.application_name)
line("version", wf.application_version)
line("executor", wf.executor_id)
line("attempts", wf.attempts > 1 and wf.attempts or nil)
line("created", moment(wf.created_at))
line("started", moment(wf.started_at))
line("delayed", wf.status == "DELAYED" and wf.delay_until and wf.delay_until:format("until %Y-%m-%d %H:%M:%SZ") or nil)
line("ended", moment(wf.completed_at))
line("took", wf.started_at and wf.completed_at and span(wf.completed_at - wf.started_at) or nil)
line("forked from", wf.forked_from)
line("parent", wf.parent_workflow_id)
line("schedule", wf.schedule_name)
line("attributes", value(wf.attributes))
line("input", value(wf.input))
line("output", value(wf.output))
line("error", wf.error)

-- The axis of time reaches from the first step to the last one.
local first, last
for _, step in ipairs(steps) do
  if step.started_at and (not first or step.started_at < first) then first = step.started_at end
  if step.completed_at and (not last or step.completed_at > last) then last = step.completed_at end
end
local length = first and last and math.max(last - first, 0.001)

local function bar(step)
  if not length or not step.started_at or not step.completed_at then return (" "):rep(p.width) end
  local from = math.min(math.floor((step.started_at - first) / length * p.width), p.width - 1)
  local to = math.min(math.max(math.ceil((step.completed_at - first) / length * p.width), from + 1), p.width)
  return (" "):rep(from) .. ("█"):rep(to - from) .. (" "):rep(p.width - to)
end

if #steps > 0 then print(("\n  steps%s"):format(length and " (the axis is " .. span(length) .. " long)" or "")) end
for i, step in ipairs(steps) do
  if i > p.steps then break end
  local took = step.started_at and step.completed_at and span(step.completed_at - step.started_at) or ""
  local note = step.error and "  " .. tostring(step.error) or step.child_workflow_id and "  " .. step.child_workflow_id or ""
  print(("  %4d  %s  %7s  %s%s"):format(step.step_id, bar(step), took, step.step_name, note))
end
if more then print(("  … --steps %d shows more"):format(p.steps * 10)) end

local function others(label, list)
  if #list == 0 then return end
  print("\n  " .. label)
  for _, other in ipairs(list) do print(("    %-10s %s  %s"):format(other.status, other.id, other.name or "")) end
  if #list == 20 then print("    … `dbos-script list` shows more") end
end
others("children", children)
others("forks", forks)
if wf.status ~= "SUCCESS" then print(("\n  dbos-script why %s  says why it is %s"):format(wf.id, wf.status)) end
