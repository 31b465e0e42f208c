local measure = require "measure"
local p = measure.task()

local ids = measure.ids(p, p.count)
measure.mean(p.count, function(i)
  dbos.set_priority(ids[i], 5)
end)
