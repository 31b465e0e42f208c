local measure = require "measure"
local p = measure.task()

-- The application that made the tables would load a schedule that nobody owns.
dbos.create_schedule {
  schedule_name = p.prefix, workflow_name = measure.workflow, schedule = "* * * * *", queue_name = p.prefix,
  sdk = "go", application_name = p.prefix,
}
measure.once(p.count, function()
  local ids = dbos.backfill_schedule(p.prefix, p.from, p.to)
  assert(#ids == p.count, "ticks are missing")
end)
