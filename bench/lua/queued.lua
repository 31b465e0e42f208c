local measure = require "measure"
local p = measure.task()

-- The harness lets the workflows end one by one after the announcement.
local ids, moments, seen = measure.ids(p, p.count), {}, {}
measure.announce(0)
dbos.wait(ids, {timeout = "1m", each = function(handle) moments[handle.workflow_id] = measure.now() end})
for i, id in ipairs(ids) do
  seen[i] = moments[id]
end
measure.report(0, p.count, {seen = seen})
