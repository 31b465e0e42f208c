local measure = require "measure"
local p = measure.task()

-- One page after the other, each behind an offset. Three fields of each row are read.
dbos.list_workflows {limit = 1}
measure.once(p.count, function()
  local rows = 0
  while rows < p.count do
    local page = dbos.list_workflows {limit = math.min(p.page, p.count - rows), offset = rows}
    assert(#page > 0, "rows are missing")
    for i = 1, #page do
      assert(measure.read(p, page[i]), "a field is missing")
    end
    rows = rows + #page
  end
end)
