local measure = require "measure"
local p = measure.task()

-- Three fields of each row are read, and the input where it is wanted, which is decoded then. A filter says by itself how
-- many rows there are.
dbos.list_workflows {limit = 1}
local filter, filtered = measure.filter(p), p.filter ~= "{}"
measure.once(p.count, function()
  local found = dbos.list_workflows(filter)
  assert(filtered or #found == p.count, "rows are missing")
  for i = 1, #found do
    assert(measure.read(p, found[i]), "a field is missing")
  end
end)
