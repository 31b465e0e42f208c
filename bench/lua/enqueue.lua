local measure = require "measure"
local p = measure.task()

dbos.enqueue(p.prefix, measure.workflow, measure.input(0))
measure.loop(p.count, function(i)
  dbos.enqueue(p.prefix, measure.workflow, measure.input(i))
end)
