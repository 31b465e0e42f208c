-- Shows one workflow: its row, its steps on an axis of time, and the workflows that belong to it.

local p = args.declare {
  summary = "Show a workflow: its row, its steps, its children and its forks.",
  id = {positional = true, required = true, doc = "the workflow"},
  steps = {type = "integer", default = 50, min = 1, doc = "at most so many steps"},
  width = {type = "integer", default = 30, min = 5, max = 200, doc = "how many columns the axis of time has"},
  svg = {doc = "writes a picture of it to this file instead, below a folder of --allow-write; - is standard output"},
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

local axis, columns = require "parts.axis", require "parts.columns"
local span = time.span

-- The picture: each row has its name on the left, and its bar on an axis of time.

local picture = {width = 960, left = 320, right = 170, top = 104, row = 24}

-- Text on one line. A byte that is not UTF-8, and a character that XML refuses or that turns text around, becomes its number.
local function clean(text)
  text = tostring(text)
  local out, at = {}, 1
  while at <= #text do
    local first = text:byte(at)
    local size = first < 0x80 and 1 or first >= 0xC2 and first < 0xE0 and 2 or first >= 0xE0 and first < 0xF0 and 3
      or first >= 0xF0 and first < 0xF5 and 4 or 0
    local bytes = text:sub(at, at + size - 1)
    local code = size == 1 and first or size > 1 and first % 2 ^ (7 - size) or -1
    for i = 2, size do
      local next = bytes:byte(i)
      if not next or next < 0x80 or next > 0xBF then code = -1 break end
      code = code * 64 + next % 64
    end
    local least = ({0, 0x80, 0x800, 0x10000})[size] or 0
    if code < least or code > 0x10FFFF or code >= 0xD800 and code <= 0xDFFF then
      out[#out + 1] = ("\\x%02x"):format(first)
      size = 1
    elseif code < 32 or code >= 0x7F and code < 0xA0 or code == 0x61C or code >= 0x200E and code <= 0x200F or code >= 0x2028 and code <= 0x202E
      or code >= 0x2066 and code <= 0x2069 or code >= 0xFFF9 and code <= 0xFFFB or code == 0xFEFF or code % 0x10000 >= 0xFFFE then
      out[#out + 1] = ("\\u%04x"):format(code)
    else
      out[#out + 1] = bytes
    end
    at = at + size
  end
  return table.concat(out)
end

local function xml(text)
  return (clean(text):gsub("[&<>\"']", {["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;"}))
end

-- At most so many columns of a text, with … in place of the rest. A wide character takes two.
local function cut(text, most) return columns.short(clean(text), most) end

-- The bars of the picture: a kind of bar, and from when to when.
local function bars(of, now)
  local list = {}
  if of.created_at and of.started_at and of.started_at > of.created_at then
    list[1] = {kind = "waits", from = of.created_at, to = of.started_at}
  elseif of.created_at and not of.started_at and not of.completed_at then
    list[1] = {kind = "waits", from = of.created_at, to = now}
  end
  local from, to = of.started_at, of.completed_at
  if not from and not of.created_at then return list end
  from = from or to and of.created_at
  if from then
    local failed = of.error or of.status == "ERROR" or of.status == "CANCELLED" or of.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
    list[#list + 1] = {kind = failed and "failed" or not to and "runs" or "done", from = from, to = to or now}
  end
  return list
end

-- The rows: the workflow, its steps, and below a step the child that it started.
local function pictureRows(now)
  local rows, children_of = {{name = wf.name or "(no name)", note = wf.status, bars = bars(wf, now), bold = true}}, {}
  for _, child in ipairs(children) do children_of[child.id] = child end
  local function child(of, depth)
    rows[#rows + 1] = {name = "↳ " .. (of.name or "(no name)"), depth = depth, note = of.status, detail = of.id, bars = bars(of, now)}
    children_of[of.id] = nil
  end
  for i = 1, math.min(#steps, p.steps) do
    local step = steps[i]
    local began = step.started_at or step.completed_at
    local copied = wf.forked_from and began and wf.created_at and began < wf.created_at
    rows[#rows + 1] = {
      name = ("%d  %s"):format(step.step_id, step.step_name), detail = step.error and tostring(step.error) or nil, failed = step.error ~= nil,
      bars = not copied and began and {{kind = step.error and "failed" or "done", from = began, to = step.completed_at or began}} or {},
      note = copied and "copied from " .. wf.forked_from or nil,
    }
    if step.child_workflow_id and children_of[step.child_workflow_id] then child(children_of[step.child_workflow_id], 1) end
  end
  for _, other in ipairs(children) do
    if children_of[other.id] then child(other, 0) end
  end
  return rows
end

-- The axis of the picture: from when, how many seconds, and whether a long wait before the start was left out.
local function pictureAxis(rows)
  local from, to
  local function include(row, first)
    for i = first, #row.bars do
      local b = row.bars[i]
      if not from or b.from < from then from = b.from end
      if not to or b.to > to then to = b.to end
    end
  end
  for _, row in ipairs(rows) do include(row, 1) end
  if not from then return nil end
  local waited = rows[1].bars[1]
  local omitted = waited and waited.kind == "waits" and #rows[1].bars > 1 and waited.to - waited.from > (to - from) / 2
  if omitted then from = waited.to end
  return {from = from, length = math.max(to - from, 0.001), omitted = omitted and waited.to - waited.from or nil}
end

-- Round distances of at most so many marks.
local function marks(length, most)
  for _, unit in ipairs {0.001, 1, 60, 3600, 86400} do
    for _, times in ipairs(unit == 0.001 and {1, 2, 5, 10, 20, 50, 100, 200, 500} or unit == 1 and {1, 2, 5, 10, 15, 30}
      or unit == 60 and {1, 2, 5, 10, 15, 30} or unit == 3600 and {1, 2, 3, 6, 12} or {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}) do
      if length / (unit * times) <= most then return unit * times end
    end
  end
  return length
end

local function stylesheet()
  return [[
<style>
  text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; white-space: pre }
  .head { font-size: 16px; font-weight: bold } .bold { font-weight: bold } .quiet { fill: #59636e } .bad { fill: #a40e26 }
  .page { fill: #ffffff } .stripe { fill: #f3f5f7 } .line { stroke: #d1d9e0 }
  .done { fill: #1a7f37 } .runs { fill: #0969da } .failed { fill: #cf222e } .waits { fill: #d1d9e0; stroke: #818b98 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .bad { fill: #ff8182 }
    .page { fill: #0d1117 } .stripe { fill: #151b23 } .line { stroke: #3d444d }
    .done { fill: #2ea043 } .runs { fill: #4493f8 } .failed { fill: #f85149 } .waits { fill: #3d444d; stroke: #9198a1 }
  }
</style>]]
end

local words = {waits = "waits", runs = "runs", done = "ran", failed = "failed"}

-- One row: its stripe, its name, its bars, and behind them how long they took.
local function drawRow(add, row, i, scale, x)
  local y = picture.top + (i - 1) * picture.row
  local title = row.name .. (row.note and ", " .. row.note or "")
  for _, b in ipairs(row.bars) do title = ("%s, %s %s"):format(title, words[b.kind], span(b.to - b.from)) end
  if row.detail then title = title .. ": " .. row.detail end
  add('<g><title>%s</title>', xml(title))
  if i % 2 == 0 then add('<rect class="stripe" x="0" y="%d" width="%d" height="%d"/>', y, picture.width, picture.row) end
  add('<text class="%s" x="%d" y="%d">%s</text>', row.bold and "bold" or row.failed and "bad" or "plain", 16 + 16 * (row.depth or 0), y + 16, xml(cut(row.name, 36)))
  local behind = picture.left
  for _, b in ipairs(row.bars) do
    local from, to = math.max(x(b.from), picture.left), math.max(x(b.to), picture.left)
    if b.to > scale.from or b.from >= scale.from then
      local wide = math.max(to - from, 2)
      add('<rect class="%s" x="%.1f" y="%d" width="%.1f" height="12" rx="2"/>', b.kind, from, y + 6, wide)
      behind = math.max(behind, from + wide)
    end
  end
  local last = row.bars[#row.bars]
  local label = last and last.to > last.from and span(last.to - last.from) or ""
  if row.failed then label = label .. " ✗" end
  if row.note then label = label == "" and row.note or label .. "  " .. row.note end
  -- A column is at most 7.9 wide.
  local room = math.floor((picture.width - 8 - behind - 6) / 7.9)
  if label ~= "" and room >= 8 then
    add('<text class="%s" x="%.1f" y="%d">%s</text>', row.failed and "bad" or "quiet", behind + 6, y + 16, xml(cut(label, room)))
  end
  add('</g>')
end

local function draw()
  local now = time.now()
  local rows = pictureRows(now)
  local scale = pictureAxis(rows)
  local lines = {}
  local function add(format, ...) lines[#lines + 1] = format:format(...) end
  local height = picture.top + #rows * picture.row + 40
  local wide = picture.width - picture.left - picture.right
  local function x(t) return picture.left + (t - scale.from) / scale.length * wide end
  local failures = 0
  for _, row in ipairs(rows) do if row.failed then failures = failures + 1 end end
  local facts = {wf.status}
  if wf.queue_name then facts[#facts + 1] = "queue " .. wf.queue_name end
  if wf.attempts > 1 then facts[#facts + 1] = ("%d attempts"):format(wf.attempts) end
  if wf.created_at then facts[#facts + 1] = "created " .. time.format(wf.created_at, "%Y-%m-%d %H:%M:%S ", {tz = time.zone}) .. time.zone end
  if scale and scale.omitted then facts[#facts + 1] = "waited " .. span(scale.omitted) end
  if wf.started_at and wf.completed_at then facts[#facts + 1] = "ran " .. span(wf.completed_at - wf.started_at) end

  add('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="title desc">',
    picture.width, height, picture.width, height)
  add('<title id="title">Workflow %s</title>', xml(wf.id))
  add('<desc id="desc">%s, %s. It has %d step%s, of which %d failed, and %d child%s.</desc>', xml(wf.name or "no name"), xml(table.concat(facts, ", ")),
    math.min(#steps, p.steps), #steps == 1 and "" or "s", failures, #children, #children == 1 and "" or "ren")
  lines[#lines + 1] = stylesheet()
  add('<rect class="page" x="0" y="0" width="%d" height="%d"/>', picture.width, height)
  add('<text class="head" x="16" y="30">%s</text>', xml(cut(wf.id, 90)))
  add('<text class="quiet" x="16" y="54">%s</text>', xml(cut(table.concat(facts, "  ·  "), 115)))
  if scale then
    local every = marks(scale.length, 6)
    for i = 0, math.floor(scale.length / every + 1e-9) do
      local at = picture.left + i * every / scale.length * wide
      add('<line class="line" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>', at, picture.top - 6, at, height - 34)
      add('<text class="quiet" x="%.1f" y="%d" text-anchor="middle">%s</text>', at, picture.top - 12, i == 0 and "0" or span(i * every))
    end
  end
  for i, row in ipairs(rows) do drawRow(add, row, i, scale or {}, x) end
  local place = 16
  for _, kind in ipairs {"waits", "runs", "done", "failed"} do
    add('<rect class="%s" x="%d" y="%d" width="22" height="12" rx="2"/>', kind, place, height - 24)
    add('<text class="quiet" x="%d" y="%d">%s</text>', place + 28, height - 14, words[kind])
    place = place + 100
  end
  if more or #children == 20 then
    add('<text class="quiet" x="%d" y="%d">not all steps and children are shown</text>', place + 20, height - 14)
  end
  add('</svg>')
  return table.concat(lines, "\n") .. "\n"
end

if p.svg then
  if p.svg == "-" then
    print((draw():gsub("\n$", "")))
  else
    fs.write(p.svg, draw())
    log.info(("%s: a picture of %s"):format(p.svg, p.id))
  end
  exit(0)
end

if args.output ~= "table" then
  emit {workflow = wf, steps = steps, children = children, forks = forks}
  exit(0)
end

local one = columns.line

-- The columns of the terminal, or nil for any number.
local room = screen.columns()

-- Prints a text. What a terminal has no columns for stands below it, behind an indent.
local function write(text, indent)
  if not room or screen.width(text) <= room then print(text) return end
  for _, part in ipairs(screen.wrap(text, room, {indent = indent})) do print(part) end
end

-- A fact; the second and each further line of a text stand below the first one.
local function line(label, text)
  if text == nil then return end
  for part in (tostring(text):gsub("\n+$", "") .. "\n"):gmatch("(.-)\n") do
    write(("  %-12s %s"):format(label, one(part)), 15)
    label = ""
  end
end

-- A value on one line, cut where it is long.
local function value(v)
  if v == nil then return nil end
  local ok, text = pcall(json.encode, v)
  if not ok then text = tostring(v) end
  return columns.short(text, 200)
end

-- A time in the zone of the run, which the card names once if it is not UTC.
local function stamp(t) return time.format(t, time.zone == "UTC" and "%Y-%m-%d %H:%M:%SZ" or "%Y-%m-%d %H:%M:%S", {tz = time.zone}) end

local function moment(t)
  if t then return ("%s  (%s ago)"):format(stamp(t), span(time.now() - t)) end
end

write(("%s  %s  %s"):format(one(wf.id), one(wf.name or "(no name)"), wf.status), 2)
line("queue", wf.queue_name)
line("application", wf.application_name)
line("version", wf.application_version)
line("executor", wf.executor_id)
line("attempts", wf.attempts > 1 and wf.attempts or nil)
line("zone", time.zone ~= "UTC" and time.zone or nil)
line("created", moment(wf.created_at))
line("started", moment(wf.started_at))
line("delayed", wf.status == "DELAYED" and wf.delay_until and "until " .. stamp(wf.delay_until) or nil)
line("ended", moment(wf.completed_at))
line("took", wf.started_at and wf.completed_at and span(wf.completed_at - wf.started_at) or nil)
line("forked from", wf.forked_from)
line("parent", wf.parent_workflow_id)
line("schedule", wf.schedule_name)
line("attributes", value(wf.attributes))
line("input", value(wf.input))
line("output", value(wf.output))
line("error", wf.error)

-- Each step has its bar on the axis, which leaves some columns for its name, and below or behind the name how it ended.
local scale = axis.of(steps)
local wide = room and math.max(math.min(p.width, room - 35), 5) or p.width
local behind = 19 + wide -- the column of the names

if #steps > 0 then print(("\n  steps%s"):format(scale.length and " (the axis is " .. span(scale.length) .. " long)" or "")) end
for i, step in ipairs(steps) do
  if i > p.steps then break end
  local took = step.started_at and step.completed_at and span(step.completed_at - step.started_at) or ""
  local text = ("  %4d  %s  %7s  %s"):format(step.step_id, columns.fit(axis.bar(scale, step, wide), wide), took, one(step.step_name))
  local note = step.error and one(step.error) or step.child_workflow_id and one(step.child_workflow_id)
  if note and room and screen.width(text) + 2 + screen.width(note) > room then
    write(text, behind)
    write("         " .. note, 9)
  else
    write(note and text .. "  " .. note or text, behind)
  end
end
if more then print(("  … --steps %d shows more"):format(p.steps * 10)) end

local function others(label, list)
  if #list == 0 then return end
  print("\n  " .. label)
  for _, other in ipairs(list) do write(("    %-10s %s  %s"):format(other.status, one(other.id), one(other.name or "")), 15) end
  if #list == 20 then print("    … `dbos-script list` shows more") end
end
others("children", children)
others("forks", forks)

-- A word as a shell reads it. A command stays one line however long it is, so that it can be copied.
local function shell(word) return word:find("^[%w_./:@%%+=-]+$") and word or "'" .. word:gsub("'", "'\\''") .. "'" end
if wf.status ~= "SUCCESS" then print(("\n  dbos-script why %s  says why it is %s"):format(one(shell(wf.id)), wf.status)) end
