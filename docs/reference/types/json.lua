---@meta json
-- Generated from the declarations. Do not edit.

---Reads and writes JSON without losing anything: `json.null` keeps a null in its place, arrays stay arrays even when empty, and an integer beyond 2^53 is an exact integer that prints and encodes digit for digit.
---@class json.module
---@field null any JSON's null, where a nil would drop the key. It is true in a condition: compare with it.
json = {}

---@class json.encode.options
---@field indent? integer How many spaces a level is indented by; everything on one line when not given. At least 0. At most 16.

---Writes a value as JSON.
---
---Kind: pure.
---@param value any Any JSON data; records and times too.
---@param options? json.encode.options
---@return string # the JSON text
function json.encode(value, options) end

---Reads a JSON text.
---
---Kind: pure.
---@param text string JSON text.
---@return dbos.data # the value; `json.null` for null
function json.decode(text) end

---Marks a table as a JSON array, so that it stays one when it is empty.
---
---Kind: pure.
---@param table? any A table with the keys 1, 2, …; an empty one when not given.
---@return dbos.data # the same table
function json.array(table) end

---Marks a table as a JSON object, whatever keys it has.
---
---Kind: pure.
---@param table? any A table; an empty one when not given.
---@return dbos.data # the same table
function json.object(table) end

return json
