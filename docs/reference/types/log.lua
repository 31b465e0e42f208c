---@meta log
-- Generated from the declarations. Do not edit.

---Writes to the log, which goes to standard error, with the script's line.
---@class log.module
log = {}

---Logs what only matters when looking for a mistake; shown with --verbose.
---@param message string What to say.
---@param fields? any A table of values to add, by name. What is no text, number or time is written as JSON.
function log.debug(message, fields) end

---Logs what happens.
---@param message string What to say.
---@param fields? any A table of values to add, by name. What is no text, number or time is written as JSON.
function log.info(message, fields) end

---Logs what somebody should look at.
---@param message string What to say.
---@param fields? any A table of values to add, by name. What is no text, number or time is written as JSON.
function log.warn(message, fields) end

---Logs what went wrong.
---@param message string What to say.
---@param fields? any A table of values to add, by name. What is no text, number or time is written as JSON.
function log.error(message, fields) end

return log
