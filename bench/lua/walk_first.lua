local measure = require "measure"
local p = measure.task()

-- The time to the first row of a walk that could go on.
dbos.list_workflows {limit = 1}
local filter = measure.filter(p)
filter.limit = nil
measure.once(1, function()
  for wf in dbos.workflows(filter) do
    assert(measure.read(p, wf), "a field is missing")
    break
  end
end)
