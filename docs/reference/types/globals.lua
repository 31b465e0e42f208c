---@meta _
-- Generated from the declarations. Do not edit.

-- globals: Functions that need no module.

---The words that were given to the script, as an array: `args.raw` by the name it has in Lua.
---@type any
arg = nil

---@class emit.options
---@field columns? string|string[] Which fields to write, in this order; a name that no row can have is an error.

---Writes data to standard output in the format of --output: a table, JSON, lines of JSON, CSV or ids.
---
---Kind: outside.
---@param value any A record, a table, a list of them, or an iterator, such as dbos.workflows returns.
---@param options? emit.options
function emit(value, options) end

---Ends the run with an exit code. Rows that were emitted before are written.
---
---Kind: pure.
---@param status? any "success", "error", "partial" (some items failed), or a number from 0 to 125; success when not given.
---@param message? string What to say on standard error.
function exit(status, message) end

---Prints the manual of a function, a module or a value.
---
---Kind: outside.
---@param thing? any A function, a module, a record or an object, or the name of one as text; without it, all modules are listed.
function help(thing) end

---Runs a function as one step of a durable run.
---
---Kind: changes.
---@param name string The name of the step, which the steps of the run show.
---@param opts any A table of options, which may be left out: retries, interval, max_interval.
---@param fn? function The function. It may stand in place of the options.
---@return dbos.data # what the function returned: one value, which is data
function step(name, opts, fn) end
