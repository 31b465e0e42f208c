local measure = require "measure"
local p = measure.task()

local first_step = 5

dbos.fork_workflow {original_workflow_id = measure.id(p, p.count + 1), start_step = first_step}
measure.once(p.count, function()
  local forks = {}
  for i = 1, p.count do
    forks[i] = {original_workflow_id = measure.id(p, i), start_step = first_step, queue_name = p.prefix}
  end
  dbos.fork_workflows(forks)
end)
