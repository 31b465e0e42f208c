local measure = require "measure"
local p = measure.task()

dbos.list_workflows {limit = 1}
measure.once(p.count, function()
  local values = dbos.read_stream(measure.id(p, 1), "progress")
  assert(#values == p.count, "values are missing")
end)
