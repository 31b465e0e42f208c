---@meta retry
-- Generated from the declarations. Do not edit.

---Tries again what failed, with longer and longer waits between.
---@class retry.module
retry = {}

---@class retry.call.options
---@field attempts? integer How many tries there are at most, the first among them. At least 1. Default: 5.
---@field backoff? dbos.duration The wait after the first try; each wait is twice as long as the one before. At least 0. Default: 1s.
---@field max? dbos.duration The longest wait. At least 0. Default: 30s.
---@field jitter? number How much of a wait is left to chance, from 0 to 1, so that many runs do not try at one time. At least 0. At most 1. Default: 0.5.
---@field on? string|string[] The error codes after which to try again. Default: all codes but the ones that another try cannot mend.

---Calls a function until it raises no error.
---@param fn fun(try: integer): any What to try: a function, which is called with the number of the try.
---@param options? retry.call.options
---@return any # what the function returned
function retry.call(fn, options) end

return retry
