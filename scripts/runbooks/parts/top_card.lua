-- The screen of one workflow in top, with its steps on an axis of time.

local axis, columns = require "parts.axis", require "parts.columns"
local fit = columns.fit

local M = {}

-- Reads a workflow; wf is nil if it is gone.
function M.read(id)
  local wf = dbos.list_workflows {workflow_ids = {id}, load_input = true, load_output = true}[1]
  return {wf = wf, steps = wf and dbos.get_workflow_steps(id, {limit = 200})}
end

local function value(v)
  local ok, text = pcall(json.encode, v)
  return v ~= nil and (ok and text or tostring(v)) or nil
end

-- The lines of a workflow that was read, with why it does not move, if why is set.
function M.lines(card, width)
  local wf = card.wf
  if not wf then return {"it is gone"} end
  local name, state = wf.id .. "  " .. (wf.name or "(no name)"), "  " .. wf.status
  local lines = {{{fit(columns.short(name, width - #state) .. state, width), "reverse"}}} -- the state is seen in any case
  local function fact(label, text)
    if text ~= nil then lines[#lines + 1] = {{fit(label, 10), "dim"}, fit(text, width - 10)} end
  end
  fact("queue", wf.queue_name)
  fact("version", wf.application_version)
  fact("executor", wf.executor_id)
  fact("created", wf.created_at and ("%s, %s ago"):format(time.format(wf.created_at, "%Y-%m-%d %H:%M:%S ", {tz = time.zone}) .. time.zone, columns.ago(wf.created_at)))
  for _, field in ipairs {"started", "completed"} do fact(field, wf[field .. "_at"] and columns.ago(wf[field .. "_at"]) .. " ago") end
  fact("attempts", wf.attempts > 1 and wf.attempts or nil)
  fact("input", value(wf.input))
  fact("output", value(wf.output))
  fact("error", wf.error and tostring(wf.error) or nil)
  if card.why then
    lines[#lines + 1] = ""
    for i, reason in ipairs(card.why.reasons) do
      columns.add(lines, screen.wrap(("%d. %s"):format(i, columns.line(reason.text)), width, {indent = 3}))
      for _, evidence in ipairs(reason.evidence or {}) do
        for _, part in ipairs(screen.wrap("   " .. columns.line(evidence), width, {indent = 5})) do lines[#lines + 1] = {{part, "dim"}} end
      end
      if reason.command then columns.add(lines, screen.wrap("   try: " .. columns.line(reason.command), width, {indent = 5})) end
    end
  end
  local scale = axis.of(card.steps)
  local wide = math.max(math.floor(width * 0.4), 10)
  lines[#lines + 1] = ""
  lines[#lines + 1] = {{#card.steps == 0 and "no step has ended yet" or "steps" .. (scale.length and ", an axis of " .. time.span(scale.length) or ""), "dim"}}
  for _, step in ipairs(card.steps) do
    local took = step.started_at and step.completed_at and time.span(step.completed_at - step.started_at) or ""
    local note = step.error and "  ✗ " .. tostring(step.error) or step.child_workflow_id and "  ↳ " .. step.child_workflow_id or ""
    lines[#lines + 1] = {
      fit(step.step_id, 4, true) .. "  ", {fit(axis.bar(scale, step, wide), wide), step.error and "red" or "green"},
      fit(took, 8, true) .. "  " .. fit(step.step_name .. note, width - wide - 16),
    }
  end
  return lines
end

return M
