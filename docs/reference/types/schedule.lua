---@meta schedule
-- Generated from the declarations. Do not edit.

---Declares when `dbos-script serve` runs the script. If you run the script by hand, it runs at once. `dbos.create_schedule` makes the schedules of applications.
---@class schedule.module
schedule = {}

---@class schedule.declare.options.retry
---@field count integer How many more tries there are. At least 1. At most 20.
---@field backoff? dbos.duration The wait before the first of them; each wait is twice as long as the one before, up to an hour. At least 0. Default: 30s.

---@class schedule.declare.options
---@field cron string When: five cron fields, six with the seconds first, or a word such as @daily.
---@field timezone? string The time zone of the fields, such as Europe/Berlin. Default: UTC.
---@field overlap? "skip"|"queue"|"allow" What happens if a tick comes while the script is still running: skip ignores the tick, queue runs the script afterwards (once, for the last tick, if several wait), allow runs both at once. Default: skip.
---@field missed? "skip"|"run_once"|"run_all" What happens with ticks that were missed, because the machine slept or the server stood still: skip ignores them, run_once runs the script once for the last of them, run_all runs it for each of them, the oldest first, one after the other. Default: run_once.
---@field jitter? dbos.duration Each run starts later than its tick, by a part of this duration that differs from tick to tick, and before the next tick. It keeps many scripts from starting in the same moment. At least 0.
---@field retry? schedule.declare.options.retry Runs the script again if it has failed or took too long. A run that was denied something is not tried again.
---@field on_failure? fun(failure: failure): any A function of one argument, called when a run has failed and is not tried again. It has the modules and the grants of the script, but none of its variables, and takes at most a minute.
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
