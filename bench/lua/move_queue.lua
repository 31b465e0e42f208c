local measure = require "measure"
local p = measure.task()

local ids = measure.ids(p, p.count)
dbos.move_queue(measure.spare(p), "orders")
measure.once(p.count, function()
  local result = dbos.move_queue(ids, "orders")
  assert(result.unchanged + result.unknown == 0, tostring(result))
end)
