---@meta inspect
-- Generated from the declarations. Do not edit.

---Shows the contents of a value, for a person who looks for a mistake.
---@class inspect.module
inspect = {}

---@class inspect.dump.options
---@field depth? integer How many levels of tables to show. At least 1. At most 100. Default: 10.
---@field width? integer How long a line may get before a table is broken into lines. At least 1. Default: 80.
---@field items? integer How many entries of a table to show. At least 1. Default: 100.

---Writes a value as text, with all its contents.
---
---Kind: pure.
---@param value any Any value: tables within tables, records, errors, functions.
---@param options? inspect.dump.options
---@return string # the text, without a line end
function inspect.dump(value, options) end

return inspect
