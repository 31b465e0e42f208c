-- Counts workflows and steps of an application of any SDK by group.
local dbos = require "dbos"
local any = require "any"

local p = any.declare "Count workflows and steps of an application of any SDK"
local enqueue = any.starter(p, "counted")

for i = 1, 3 do enqueue("same-" .. i, "same", i):get_result(any.soon) end
for i = 1, 2 do enqueue("journey-" .. i, "journey", 2):get_result(any.soon) end
local broken = enqueue("broken", "broken", "oh")
assert(not pcall(broken.get_result, broken, any.soon))
any.starter(p, "uncounted")("journey", "journey", 2):get_result(any.soon) -- of another prefix
enqueue("cancelled", "same", 1, {delay = "1h"})
dbos.cancel_workflow("counted-cancelled")

local counts = {}
for _, group in ipairs(dbos.get_workflow_aggregates{group_by = {"name", "status"}, workflow_id_prefix = "counted-"}) do
  counts[group.name .. " " .. group.status] = group.count
end
for _, group in ipairs(dbos.get_step_aggregates{group_by = "function_name", workflow_id_prefix = "counted-"}) do
  counts["step " .. group.function_name] = group.count
end
emit(counts)
