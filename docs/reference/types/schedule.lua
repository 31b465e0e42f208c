---@meta schedule
-- Generated from the declarations. Do not edit.

---Declares when `dbos-script serve` runs the script. If you run the script by hand, it runs at once. `dbos.create_schedule` makes the schedules of applications.
---@class schedule.module
schedule = {}

---@class schedule.declare.options
---@field cron string When: five cron fields, six with the seconds first, or a word such as @daily.
---@field timezone? string The time zone of the fields, such as Europe/Berlin. Default: UTC.
---@field overlap? "skip"|"queue"|"allow" What happens if a tick comes while the script is still running: skip ignores the tick, queue runs the script afterwards (once, for the last tick, if several wait), allow runs both at once. Default: skip.
---@field timeout? dbos.duration How long a run may take; the value of --timeout when not given. At least 0.

---Declares when the script runs.
---
---Kind: pure.
---@param options schedule.declare.options
function schedule.declare(options) end

---Returns the time of the tick for which the script runs, a little before now.
---
---Kind: reads.
---@return dbos.Time # the time, or nil when the script was started by hand
function schedule.tick() end

return schedule
