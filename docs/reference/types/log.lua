---@meta log
-- Generated from the declarations. Do not edit.

---Writes to the log, which goes to standard error, with the script's line.
---@class log.module
log = {}

---Logs a detail for a person who looks for a mistake; shown with --verbose.
---
---Kind: outside.
---@param message string What to say.
---@param fields? any A table of values to add, by name. Values other than texts, numbers and times are written as JSON. A text of more than 64 KiB is cut, and of more than 100 fields the first ones are logged.
function log.debug(message, fields) end

---Logs a normal event.
---
---Kind: outside.
---@param message string What to say.
---@param fields? any A table of values to add, by name. Values other than texts, numbers and times are written as JSON. A text of more than 64 KiB is cut, and of more than 100 fields the first ones are logged.
function log.info(message, fields) end

---Logs an event that somebody should look at.
---
---Kind: outside.
---@param message string What to say.
---@param fields? any A table of values to add, by name. Values other than texts, numbers and times are written as JSON. A text of more than 64 KiB is cut, and of more than 100 fields the first ones are logged.
function log.warn(message, fields) end

---Logs an error.
---
---Kind: outside.
---@param message string What to say.
---@param fields? any A table of values to add, by name. Values other than texts, numbers and times are written as JSON. A text of more than 64 KiB is cut, and of more than 100 fields the first ones are logged.
function log.error(message, fields) end

return log
