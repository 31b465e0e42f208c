-- Enqueues workflows that would wait for ever. Each is a warning on standard error, or an error if strict is set.
local dbos = require "dbos"
local any = require "any"

local p = any.declare "Enqueue onto names, queues, classes, partitions and versions that the database does not know"

any.parted(p, "divided")
local class = p.class ~= "" and p.class or nil
local mistakes = {
  name = {"ordinary", "sme", {class_name = class}},
  queue = {"ordinry", "same", {class_name = class}},
  class = {"ordinary", "same", {class_name = "Order"}},
  partition = {"divided", "same", {class_name = class}},
  version = {"ordinary", "same", {class_name = class, application_version = "v2"}},
}
-- Strict calls come first, because an application that ignores classes may run a workflow before it is cancelled here, and
-- then the database has seen it.
for _, strict in ipairs{true, false} do
  for what, mistake in pairs(mistakes) do
    local options = {strict = strict, sdk = p.language, workflow_id = "guard-" .. what .. "-" .. tostring(strict)}
    for key, value in pairs(mistake[3]) do options[key] = value end
    local ok, outcome = pcall(dbos.enqueue, mistake[1], mistake[2], 1, options)
    assert(ok ~= strict, what .. ": " .. tostring(outcome))
    if ok then dbos.cancel_workflow(outcome.workflow_id) else emit{mistake = what, code = outcome.code, message = outcome.message} end
  end
end

-- Names that the database knows are accepted without a warning.
local known = dbos.enqueue("divided", "same", 1, {strict = true, queue_partition_key = "a", class_name = class, application_version = "v1"})
assert(known:get_result(any.soon) == 1)
dbos.delete_queue("divided")
