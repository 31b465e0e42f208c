local measure = require "measure"
local p = measure.task()

-- Three fields of each row are read, and the input where it is wanted, which is decoded then.
dbos.list_workflows {limit = 1}
measure.once(p.count, function()
  local rows = 0
  local filter = {limit = p.count, page_size = p.page, load_input = p.payloads, load_output = p.payloads}
  for wf in dbos.workflows(filter) do
    if wf.id and wf.status and wf.name and (not p.decode or wf.input) then
      rows = rows + 1
    end
  end
  assert(rows == p.count, "rows are missing")
end)
