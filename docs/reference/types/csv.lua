---@meta csv
-- Generated from the declarations. Do not edit.

---Rows of comma-separated values (RFC 4180), as text or in the files that `--allow-read=DIR` and `--allow-write=DIR` name. A row is a table of its fields by the names of the columns, or an array of them if there is no header. Fields are read as text.
---@class csv.module
csv = {}

---@class csv.decode.options
---@field delimiter? string The character between fields, such as ; or a tab. Default: ,.
---@field header? boolean Whether the first line has the names of the columns. Default: true.
---@field columns? string|string[] The names of the columns, in their order.

---Reads a text of CSV.
---
---Kind: pure.
---@param text string CSV text.
---@param options? csv.decode.options
---@return dbos.data[] # an array of the rows
function csv.decode(text, options) end

---@class csv.encode.options
---@field delimiter? string The character between fields, such as ; or a tab. Default: ,.
---@field header? boolean Whether the first line has the names of the columns. Default: true.
---@field columns? string|string[] The names of the columns, in their order.

---Writes rows as a text of CSV.
---
---Kind: pure.
---@param rows any Rows, as an array or an iterator: tables, records or arrays.
---@param options? csv.encode.options
---@return string # the text
function csv.encode(rows, options) end

---@class csv.read.options
---@field delimiter? string The character between fields, such as ; or a tab. Default: ,.
---@field header? boolean Whether the first line has the names of the columns. Default: true.
---@field columns? string|string[] The names of the columns, in their order.

---Reads a file of CSV row by row, and holds one at a time.
---
---Kind: reads.
---@param path string The file's path.
---@param options? csv.read.options
---@return fun(): dbos.data? # an iterator over the rows
function csv.read(path, options) end

---@class csv.write.options
---@field delimiter? string The character between fields, such as ; or a tab. Default: ,.
---@field header? boolean Whether the first line has the names of the columns. Default: true.
---@field columns? string|string[] The names of the columns, in their order.

---Writes rows to a file of CSV, one at a time. The file takes its place when all of them are written.
---
---Kind: outside.
---@param path string The file's path.
---@param rows any Rows, as an array or an iterator: tables, records or arrays.
---@param options? csv.write.options
function csv.write(path, rows, options) end

return csv
