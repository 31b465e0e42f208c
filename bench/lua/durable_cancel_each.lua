local measure = require "measure"
local p = measure.task()

local ids = measure.ids(p, p.count)
measure.mean(p.count, function(i)
  dbos.cancel_workflow(ids[i])
end)
