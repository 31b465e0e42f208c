local measure = require "measure"
local p = measure.task()

measure.mean(p.count, function(i)
  dbos.enqueue(p.prefix, measure.workflow, measure.input(i))
end)
