local measure = require "measure"
local p = measure.task()

dbos.bulk(measure.spare(p), {batch_size = p.page}):resume()
measure.once(p.count, function()
  local run = dbos.bulk({workflow_id_prefix = p.prefix .. "-"}, {batch_size = p.page}):resume()
  assert(run.id and run.changed == p.count, tostring(run))
end)
