local measure = require "measure"
local p = measure.task()

local handle = dbos.retrieve_workflow(measure.id(p, 1))
measure.mean(p.count, function()
  handle:get_status()
end)
