-- A message that forks, and forks of forks, get too.
local dbos = require "dbos"
local any = require "any"

local p = any.declare "Send messages to forks of workflows of an application of any SDK"
local enqueue = any.starter(p, "told")

for _, id in ipairs{"ours", "theirs"} do
  enqueue(id, "hold", "")
  any.become("told-" .. id, "PENDING")
  dbos.fork_workflow{original_workflow_id = "told-" .. id, forked_workflow_id = "told-" .. id .. "-2", queue_name = "ordinary"}
  dbos.fork_workflow{original_workflow_id = "told-" .. id .. "-2", forked_workflow_id = "told-" .. id .. "-3", queue_name = "ordinary"}
end
for _ = 1, 2 do dbos.send("told-ours", "released", "release", {idempotency_key = "k", send_to_forks = true}) end
for _, id in ipairs {"told-ours", "told-ours-2", "told-ours-3"} do
  any.equal("released", dbos.retrieve_workflow(id):get_result(any.soon))
  any.equal(1, #dbos.retrieve_workflow(id):messages())
end

emit{done = "told"}
