local measure = require "measure"
local p = measure.task()

local first_step = 5

local function fork(from, to)
  local forks = {}
  for i = from, to do
    forks[#forks + 1] = {original_workflow_id = measure.id(p, i), start_step = first_step, queue_name = p.prefix}
  end
  dbos.fork_workflows(forks)
end

fork(p.count + 1, p.count + 2)
measure.once(p.count, function()
  fork(1, p.count)
end)
