local measure = require "measure"
local p = measure.task()

local d = dbos.debouncer(measure.workflow, {queue_name = p.prefix})
d:debounce("key-0", "1h", measure.input(0))
measure.loop(p.count, function(i)
  d:debounce("key-" .. i, "1h", measure.input(i))
end)
