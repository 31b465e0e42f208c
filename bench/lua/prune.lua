local measure = require "measure"
local p = measure.task()

measure.once(p.count, function()
  local result = dbos.prune {older_than = "180d"}
  assert(result.deleted == p.count, tostring(result))
end)
