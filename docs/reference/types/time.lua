---@meta time
-- Generated from the declarations. Do not edit.

---Times and durations. A time is a time object, Unix seconds, RFC 3339 text, a date, or text relative to now such as `"-24h"`; a duration is a number of seconds or text such as `"90s"`, `"1h30m"`, `"7d"`.
---@class time.module
---@field zone any The time zone in which the run shows times to people and reads its parameters, for the option `tz`: the local one, or the one that `--tz` or the profile names.
time = {}

---Returns the present time.
---
---Kind: reads.
---@return dbos.Time # the time
function time.now() end

---@class time.parse.options
---@field tz? string The time zone of a text that names none, such as Europe/Berlin. Default: UTC.

---Reads a time.
---
---Kind: reads.
---@param text string RFC 3339 text, a date with or without a time of day, or text relative to now.
---@param options? time.parse.options
---@return dbos.Time # the time
function time.parse(text, options) end

---Returns the time a duration ago.
---
---Kind: reads.
---@param duration dbos.duration How long ago.
---@return dbos.Time # the time
function time.ago(duration) end

---Reads a duration.
---
---Kind: pure.
---@param duration dbos.duration A duration in any form.
---@return number # the number of seconds
function time.duration(duration) end

---@class time.format.options
---@field tz? string The time zone to write it in. Default: UTC.

---Writes a time.
---
---Kind: pure.
---@param time dbos.when The time to write.
---@param layout? string A layout such as %Y-%m-%d %H:%M:%S, or Go's 2006-01-02 15:04:05; RFC 3339 when not given.
---@param options? time.format.options
---@return string # the text
function time.format(time, layout, options) end

---Waits. Ctrl-C and the end of the run's time interrupt it at once.
---
---Kind: reads.
---@param duration dbos.duration How long. At least 0.
function time.sleep(duration) end

---Divides a period of time into windows.
---
---Kind: pure.
---@param from dbos.when The start of the first window.
---@param to dbos.when The end of the last window.
---@param step dbos.duration How long a window is.
---@return fun(): dbos.Time?, dbos.Time # an iterator over the beginning and the end of each window; the last one may be shorter
function time.range(from, to, step) end

---Returns a duration as a short text for people, in its largest unit.
---
---Kind: pure.
---@param seconds dbos.duration How long; a negative duration counts as 0.
---@return string # the text, such as 2.5h
function time.span(seconds) end

return time
