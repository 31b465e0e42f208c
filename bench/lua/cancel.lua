local measure = require "measure"
local p = measure.task()

local ids = measure.ids(p, p.count)
dbos.cancel_workflows(measure.spare(p))
measure.once(p.count, function()
  dbos.cancel_workflows(ids)
end)
