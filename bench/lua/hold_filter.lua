local measure = require "measure"
local p = measure.task()

-- The spare workflows are on the queue too.
dbos.hold({p.prefix, p.prefix .. "-none"})
measure.once(p.count, function()
  local result = dbos.hold({queue_name = p.prefix})
  assert(result.unchanged == 0, tostring(result))
end)
