---@meta workflow
-- Generated from the declarations. Do not edit.

---Makes the script a workflow that applications enqueue, wait for, cancel and send to, whatever SDK they have. `dbos-script serve --durable` executes it. What the script returns is the output of the workflow.
---@class workflow.module
workflow = {}

---@class workflow.declare.options.rate_limit
---@field limit integer How many may start. At least 1.
---@field period dbos.duration The period.

---@class workflow.declare.options
---@field name string The workflow name, with which applications enqueue it.
---@field queue string The queue on which it waits. It is made if it does not exist, and belongs to the application dbos-script.
---@field max_recovery_attempts? integer How often it is started again after its process died, before it becomes a dead letter. At least 1. Default: 100.
---@field concurrency? integer How many workflows of the queue run at once, on all servers together; any number when not given. At least 1.
---@field worker_concurrency? integer How many workflows of the queue one server runs at once; any number when not given. At least 1.
---@field rate_limit? workflow.declare.options.rate_limit How many workflows of the queue may start in a period.

---Declares that applications can start the script as a workflow.
---
---Kind: pure.
---@param options workflow.declare.options
function workflow.declare(options) end

---Returns the input of the workflow.
---
---Kind: reads.
---@return dbos.data # the first argument; if there are only named ones, a table of them; nil if there is none, and if the script was started in another way
function workflow.input() end

---Returns all arguments of the workflow.
---
---Kind: reads.
---@return workflow_arguments # the arguments; two empty tables if the script was started in another way
function workflow.arguments() end

---Returns the id of the workflow.
---
---Kind: reads.
---@return string # the id, or nil if the script was started in another way
function workflow.id() end

return workflow
