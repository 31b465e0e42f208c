local measure = require "measure"
local p = measure.task()

local ids = measure.ids(p, p.count)
dbos.hold(measure.spare(p))
measure.once(p.count, function()
  local result = dbos.hold(ids)
  assert(result.unchanged + result.unknown == 0, tostring(result))
end)
