local measure = require "measure"
local p = measure.task()

-- The spare workflows are on the queue too.
dbos.set_priority({p.prefix, p.prefix .. "-none"}, 7)
measure.once(p.count, function()
  local result = dbos.set_priority({queue_name = p.prefix}, 7)
  assert(result.unchanged == 0, tostring(result))
end)
