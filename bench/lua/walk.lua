local measure = require "measure"
local p = measure.task()

-- Three fields of each row are read, and the input where it is wanted, which is decoded then. A filter says by itself how
-- many rows there are.
dbos.list_workflows {limit = 1}
local filter, filtered = measure.filter(p), p.filter ~= "{}"
filter.page_size = p.page
measure.once(p.count, function()
  local rows = 0
  for wf in dbos.workflows(filter) do
    if measure.read(p, wf) then
      rows = rows + 1
    end
  end
  assert(filtered or rows == p.count, "rows are missing")
end)
