---@meta env
-- Generated from the declarations. Do not edit.

---The environment variables that `--allow-env` names, as in `--allow-env=HOME` or `--allow-env='AWS_*'`.
---@class env.module
env = {}

---Reads an environment variable.
---
---Kind: reads.
---@param name string The variable's name.
---@param default? string The value to return if it is not set.
---@return string? # its value; the default, or nil, if it is not set
function env.get(name, default) end

return env
