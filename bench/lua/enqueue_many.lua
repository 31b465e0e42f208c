local measure = require "measure"
local p = measure.task()

local inputs = {}
for i = 1, p.count do
  inputs[i] = measure.input(i)
end
dbos.enqueue_many(p.prefix, measure.workflow, {inputs[1], inputs[2]})
measure.once(p.count, function()
  dbos.enqueue_many(p.prefix, measure.workflow, inputs)
end)
