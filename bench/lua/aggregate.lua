local measure = require "measure"
local p = measure.task()

dbos.list_workflows {limit = 1}
measure.once(p.count, function()
  assert(#dbos.get_workflow_aggregates {group_by = {"status", "name"}, select = {"count", "max_queue_wait_ms"}} > 0, "groups are missing")
end)
