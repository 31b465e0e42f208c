---@meta progress
-- Generated from the declarations. Do not edit.

---Shows how far a long run is, on standard error: a bar on a terminal, a line from time to time elsewhere.
---@class progress.module
progress = {}

---@class progress.new.options
---@field total? integer The number of things to do; a bar without an end when not given. At least 0.
---@field label? string The name of the counted things. Default: progress.

---Begins to show progress.
---
---Kind: outside.
---@param options? progress.new.options
---@return progress # the progress
function progress.new(options) end

return progress
