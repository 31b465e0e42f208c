local measure = require "measure"
local p = measure.task()

local ids = measure.ids(p, p.count)
dbos.resume_workflow(measure.id(p, p.count + 1))
measure.loop(p.count, function(i)
  dbos.resume_workflow(ids[i])
end)
