local measure = require "measure"
local p = measure.task()

local input = measure.input(0)
measure.once(1, function()
  dbos.enqueue(p.prefix, p.name, input)
end)
