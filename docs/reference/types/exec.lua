---@meta exec
-- Generated from the declarations. Do not edit.

---Runs the programs that `--allow-exec=PROGRAM` names. No shell is involved: arguments reach the program as they are. The other grants do not limit a program. A dry run starts no program, and lists them in its plan.
---@class exec.module
exec = {}

---@class exec.run.options
---@field stdin? string The text of its standard input.
---@field timeout? dbos.duration How long it may run; no limit when not given. At least 0.
---@field dir? string The folder to run it in. Default: the folder in which the command was started.
---@field env? table<string, string> Environment variables to set. It also has PATH, HOME and the like, and the variables that --allow-env names. A variable that is known to make programs run other code, such as PATH, BASH_ENV, LD_PRELOAD, GIT_SSH_COMMAND or NODE_OPTIONS, needs --allow-env too.
---@field max_size? integer How many bytes it may write to each of its outputs. At least 1. Default: 64 MiB.
---@field check? boolean Whether an exit code other than 0 is an error.

---Runs a program and waits for its end.
---
---Kind: outside.
---@param program string A name, which is looked up in PATH, or a path.
---@param arguments? string[] The words to call it with.
---@param options? exec.run.options
---@return process # its exit code and its outputs
function exec.run(program, arguments, options) end

return exec
