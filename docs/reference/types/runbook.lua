---@meta runbook
-- Generated from the declarations. Do not edit.

---Runs scripts in a test, against its fleet and by its clock. It is in `dbos-script test` only.
---@class runbook.module
runbook = {}

---@class runbook.run.options
---@field flags? string[] Flags of dbos-script for this run, such as {"--read-only"}.

---Runs a script as `dbos-script run` would, in its own Lua state.
---
---Kind: outside.
---@param script string The script's file, from the folder of the test.
---@param parameters? any Its parameters as a table, {since = "6h", batch = 10}, or as the words of a command line, {"--since", "6h"}.
---@param options? runbook.run.options
---@return runbook_outcome # its status, outputs and error
function runbook.run(script, parameters, options) end

return runbook
