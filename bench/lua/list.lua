local measure = require "measure"
local p = measure.task()

dbos.list_workflows {limit = 1}
measure.once(p.count, function()
  local found = dbos.list_workflows {limit = p.count, load_input = p.payloads, load_output = p.payloads}
  assert(#found == p.count, "rows are missing")
end)
