local measure = require "measure"
local p = measure.task()

local ids = measure.ids(p, p.count)
dbos.resume_workflows(measure.spare(p))
measure.once(p.count, function()
  dbos.resume_workflows(ids)
end)
