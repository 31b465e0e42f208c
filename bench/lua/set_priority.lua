local measure = require "measure"
local p = measure.task()

local ids = measure.ids(p, p.count)
dbos.set_priority(measure.spare(p), 7)
measure.once(p.count, function()
  local result = dbos.set_priority(ids, 7)
  assert(result.unchanged + result.unknown == 0, tostring(result))
end)
