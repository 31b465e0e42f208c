---@meta retry
-- Generated from the declarations. Do not edit.

---Calls a function again if it fails, with longer waits each time.
---@class retry.module
retry = {}

---@class retry.call.options
---@field attempts? integer The largest number of tries, including the first. At least 1. Default: 5.
---@field backoff? dbos.duration The wait after the first try; each wait is twice as long as the one before. At least 0. Default: 1s.
---@field max? dbos.duration The longest wait. At least 0. Default: 30s.
---@field jitter? number The random part of a wait, from 0 to 1, so that many runs do not try at the same time. At least 0. At most 1. Default: 0.5.
---@field on? string|string[] The error codes after which to try again. Default: all codes but those for which another try cannot help.

---Calls a function until it raises no error.
---
---Kind: pure.
---@param fn fun(try: integer): any A function, which is called with the number of the try.
---@param options? retry.call.options
---@return any # what the function returned
function retry.call(fn, options) end

return retry
