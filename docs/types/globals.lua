---@meta globals
-- Generated from the declarations. Do not edit.

---Functions that need no module.
---@class globals.module
globals = {}

---@class globals.emit.options
---@field columns? string|string[] Which fields to write, in this order, where the format has columns.

---Writes data to standard output in the format of --output: a table, JSON, lines of JSON, CSV or ids.
---@param value any A record, a table, or a list of them.
---@param options? globals.emit.options
function globals.emit(value, options) end

---Ends the run with an exit code. What was emitted before is written.
---@param status? any "success", "error", "partial" (some items failed), or a number from 0 to 125; success when not given.
---@param message? string What to say on standard error.
function globals.exit(status, message) end

return globals
