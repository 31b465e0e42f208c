---@meta args
-- Generated from the declarations. Do not edit.

---The script's parameters: the words after the script on the command line.
---@class args.module
---@field raw any The words after the script on the command line, as an array.
---@field output any The format in which `emit` writes: `table`, `json`, `ndjson`, `csv` or `ids`. A script for people prints a picture instead of a table.
args = {}

---Declares the parameters of the script, and reads them from the command line.
---
---Kind: reads.
---@param parameters any A table: summary describes the script, needs the grants that it needs, and every other key declares a parameter of that name.
---@return table<string, dbos.data> # a table with the value of each parameter
function args.declare(parameters) end

---Returns the end of an error message about an unknown name: the nearest known name.
---
---Kind: pure.
---@param word string A name that does not exist.
---@param names string[] The names that exist.
---@return string # a text that begins with a blank; an empty text if no name is near
function args.did_you_mean(word, names) end

return args
