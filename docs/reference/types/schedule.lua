---@meta schedule
-- Generated from the declarations. Do not edit.

---When `dbos-script serve` runs the script. Run by hand, the script runs at once. The schedules of applications are those of `dbos.create_schedule`.
---@class schedule.module
schedule = {}

---@class schedule.declare.options
---@field cron string When: five cron fields, six with the seconds first, or a word such as @daily.
---@field timezone? string Where the fields are read, such as Europe/Berlin. Default: UTC.
---@field overlap? "skip"|"queue"|"allow" What a tick does while the script is still running: skip passes over it, queue lets it run at the end (the last one, if several wait), allow runs both at once. Default: skip.
---@field timeout? dbos.duration How long a run may take; as --timeout says when not given. At least 0.

---Says when the script runs.
---@param options schedule.declare.options
function schedule.declare(options) end

---Returns the time that the run is for, which is a little before the present one.
---@return dbos.Time # the time, or nil when the script was started by hand
function schedule.tick() end

return schedule
