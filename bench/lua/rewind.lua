local measure = require "measure"
local p = measure.task()

local first_step = 5

local function rewind(from, to)
  local ids = {}
  for i = from, to do ids[#ids + 1] = measure.id(p, i) end
  dbos.rewind_workflows(ids, {start_step = first_step, queue_name = p.prefix})
end

rewind(p.count + 1, p.count + 2)
measure.once(p.count, function()
  rewind(1, p.count)
end)
