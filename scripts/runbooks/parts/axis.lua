-- The axis of time below the steps of a workflow.

local M = {}

-- The axis from the start of the first step to the end of the last one: its first moment, and its length in seconds. It has
-- no length if no step has both times.
function M.of(steps)
  local first, last
  for _, step in ipairs(steps) do
    if step.started_at and (not first or step.started_at < first) then first = step.started_at end
    if step.completed_at and (not last or step.completed_at > last) then last = step.completed_at end
  end
  return {first = first, length = first and last and math.max(last - first, 0.001) or nil}
end

-- The bar of a step on an axis of so many columns, without the columns behind it; empty if a time is not known.
function M.bar(axis, step, columns)
  if not axis.length or not step.started_at or not step.completed_at then return "" end
  local from = math.min(math.floor((step.started_at - axis.first) / axis.length * columns), columns - 1)
  local to = math.min(math.max(math.ceil((step.completed_at - axis.first) / axis.length * columns), from + 1), columns)
  return (" "):rep(from) .. ("█"):rep(to - from)
end

return M
