local measure = require "measure"
local p = measure.task()

-- The harness publishes each event after it was announced.
local seen = {}
for i = 1, p.count do
  measure.announce(i - 1)
  dbos.get_event(measure.id(p, 1), "key-" .. (i - 1), "1m")
  seen[i] = measure.now()
end
measure.report(0, p.count, {seen = seen})
