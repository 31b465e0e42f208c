---@meta args
-- Generated from the declarations. Do not edit.

---The script's parameters: what follows the script on the command line.
---@class args.module
---@field raw any The words that were given to the script, as an array.
---@field output any The format in which `emit` writes: `table`, `json`, `ndjson`, `csv` or `ids`. A script for people prints a picture instead of a table.
args = {}

---Says which parameters the script takes, and reads them from the command line.
---@param parameters any A table: summary says what the script does, every other key declares a parameter of that name.
---@return table<string, dbos.data> # a table with the value of each parameter
function args.declare(parameters) end

---Returns the end of an error about an unknown name: the nearest of the known ones.
---@param word string A name that does not exist.
---@param names string[] The names that do.
---@return string # a text with a blank before it; an empty one if none is near
function args.did_you_mean(word, names) end

return args
