local measure = require "measure"
local p = measure.task()

local ids = measure.ids(p, p.count)
dbos.list_workflows {limit = 1}
measure.once(p.count, function()
  local outcomes = dbos.wait(ids, {timeout = "1m"})
  assert(outcomes[p.count].result, "a result is missing")
end)
